from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "doudi.jobs"
    label = "jobs"

    def ready(self) -> None:
        from doudi.console import navigation
        from doudi.console.navigation import Group, NavItem

        from .steps import register, schedule
        from .tidying import Tidy

        register(Tidy())
        schedule("jobs.tidy", "20 18 * * *")  # 02:20 in China
        navigation.register(NavItem("jobs:list", _("后台任务"), "sync", "jobs.read", Group.MANAGEMENT, 40))
