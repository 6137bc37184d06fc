from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulebookConfig(AppConfig):
    name = "doudi.rulebook"
    label = "rulebook"

    def ready(self) -> None:
        """Put the pages into the navigation."""
        from doudi.console import navigation
        from doudi.console.navigation import Group, NavItem

        navigation.register(NavItem("rulebook:instruments", _("政策规则"), "book", "policy.read", Group.INSIGHT, 40))
