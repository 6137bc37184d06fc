from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from .navigation import Group, NavItem, register


class ConsoleConfig(AppConfig):
    name = "doudi.console"
    label = "console"

    def ready(self) -> None:
        register(NavItem("console:workbench", _("工作台"), "home", "self", Group.TOP, 0, key="w"))
