from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulebookConfig(AppConfig):
    name = "doudi.rulebook"
    label = "rulebook"

    def ready(self) -> None:
        """Put the pages into the navigation."""
        from doudi.console import navigation
        from doudi.console.navigation import Group, NavItem
        from doudi.jobs.steps import register, schedule

        from .population import GatherPopulation
        from .trial import TryOut

        register(GatherPopulation(), TryOut())
        schedule(GatherPopulation.kind, "7 * * * *")
        navigation.register(
            NavItem("rulebook:simulation", _("政策模拟"), "edit", "policy.simulate", Group.INSIGHT, 30),
            NavItem("rulebook:instruments", _("政策规则"), "book", "policy.read", Group.INSIGHT, 40),
        )
