from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    name = "doudi.casework"
    label = "casework"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
        from doudi.console import navigation, panels
        from doudi.console.navigation import Group, NavItem
        from doudi.console.panels import Panel

        from .views.queue import on_workbench

        navigation.register(
            NavItem("casework:cases", _("申请审核"), "file", "case.read", Group.CASEWORK, 30, key="s"),
            NavItem("casework:notices", _("公示"), "mega", "case.read", Group.CASEWORK, 50),
        )
        panels.register(Panel("casework_queue", "casework/_queue_panel.html", "case.read", on_workbench, 5))
