from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    name = "doudi.casework"
    label = "casework"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
        from doudi.console import navigation
        from doudi.console.navigation import Group, NavItem

        navigation.register(
            NavItem("casework:cases", _("申请审核"), "file", "case.read", Group.CASEWORK, 30, key="s"),
            NavItem("casework:notices", _("公示"), "mega", "case.read", Group.CASEWORK, 50),
        )
