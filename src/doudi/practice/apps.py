from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PracticeConfig(AppConfig):
    name = "doudi.practice"
    label = "practice"

    def ready(self) -> None:
        """Put the context's pages in their places."""
        from doudi.console import navigation
        from doudi.console.navigation import Group, NavItem

        navigation.register(NavItem("practice:home", _("练习"), "book", "self", Group.MANAGEMENT, 90))
