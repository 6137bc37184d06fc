from __future__ import annotations

from importlib.util import find_spec

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "doudi.monitoring"
    label = "monitoring"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
        from doudi.jobs.steps import register, schedule

        from .rounds import TendTasks, WatchAll, WatchChanged, arrived

        register(WatchAll(), WatchChanged(), TendTasks())
        schedule(WatchAll.kind, "0 18 * * *")  # 02:00 in China
        schedule(WatchChanged.kind, "*/10 * * * *")
        schedule(TendTasks.kind, "15 22 * * *")  # 06:15 in China
        if find_spec("doudi.feeds.arrivals") is not None:
            from importlib import import_module

            import_module("doudi.feeds.arrivals").register(arrived)
