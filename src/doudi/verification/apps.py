from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VerificationConfig(AppConfig):
    name = "doudi.verification"
    label = "verification"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
        from doudi.accounts.permissions import Permission
        from doudi.console import navigation
        from doudi.console.navigation import Group, NavItem
        from doudi.jobs.steps import register, schedule
        from doudi.registry import cards
        from doudi.registry.cards import Card

        from .job import GoOn, RunRequest
        from .queries.pages import household_card

        register(RunRequest(), GoOn())
        schedule(GoOn.kind, "*/10 * * * *")
        cards.register(Card("verification", "verification/_card.html", Permission.CONSENT_WRITE, household_card, 20))
        navigation.register(
            NavItem("verification:requests", _("信息核对"), "search", "verification.read", Group.CASEWORK, 40),
        )
