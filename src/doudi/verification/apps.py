from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VerificationConfig(AppConfig):
    name = "doudi.verification"
    label = "verification"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
        from doudi.console import navigation
        from doudi.console.navigation import Group, NavItem
        from doudi.jobs.steps import register, schedule

        from .job import GoOn, RunRequest

        register(RunRequest(), GoOn())
        schedule(GoOn.kind, "*/10 * * * *")
        navigation.register(
            NavItem("verification:requests", _("信息核对"), "search", "verification.read", Group.CASEWORK, 40),
        )
