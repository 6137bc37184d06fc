from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "doudi.oversight"
    label = "oversight"

    def ready(self) -> None:
        """Put the context's pages and its round in their places."""
        from doudi.console import navigation, panels
        from doudi.console.navigation import Group, NavItem
        from doudi.jobs.steps import register, schedule

        from .panel import PANEL
        from .watch import WatchReading

        navigation.register(
            NavItem("oversight:list", _("异常查阅"), "eye", "oversight.read", Group.MANAGEMENT, 53),
        )
        panels.register(PANEL)
        register(WatchReading())
        schedule(WatchReading.kind, "30 19 * * *")  # 03:30 in China
