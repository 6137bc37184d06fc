from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedsConfig(AppConfig):
    name = "doudi.feeds"
    label = "feeds"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
        from doudi.console import navigation
        from doudi.console.navigation import Group, NavItem
        from doudi.jobs.steps import register, schedule

        from .landing.folder import TakeFolder
        from .landing.landing import LandBatch, LandPairs, UndoBatch
        from .landing.purging import PurgeRaw
        from .landing.reading import ReadBatch
        from .landing.turns import TakeTurn

        register(ReadBatch(), LandBatch(), TakeTurn(), UndoBatch(), LandPairs(), TakeFolder(), PurgeRaw())
        schedule(TakeFolder.kind, "*/5 * * * *")
        schedule(PurgeRaw.kind, "50 18 * * *")  # 02:50 in China
        navigation.register(NavItem("feeds:freshness", _("部门数据"), "sync", "feed.read", Group.INSIGHT, 40))
