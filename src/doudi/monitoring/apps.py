from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "doudi.monitoring"
    label = "monitoring"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
        from doudi.accounts.permissions import Permission
        from doudi.console import navigation, panels
        from doudi.console.navigation import Group, NavItem
        from doudi.console.panels import Panel
        from doudi.feeds import arrivals
        from doudi.jobs.steps import register, schedule
        from doudi.registry import cards
        from doudi.registry.cards import Card

        from .exporting import ExportTasks
        from .panels import household_card, on_workbench
        from .rounds import TendTasks, WatchAll, WatchChanged, arrived, objection

        navigation.register(
            NavItem("monitoring:board", _("监测预警"), "radar", "monitoring.read", Group.CASEWORK, 10, key="y"),
            NavItem("monitoring:lead_new", _("登记线索"), "plus", "lead.write", Group.CASEWORK, 12),
        )
        panels.register(Panel("monitoring_late", "monitoring/_panel.html", "monitoring.read", on_workbench, 7))
        cards.register(Card("monitoring", "monitoring/_household.html", Permission.MONITORING_READ, household_card, 30))
        register(WatchAll(), WatchChanged(), TendTasks(), ExportTasks())
        schedule(WatchAll.kind, "0 18 * * *")  # 02:00 in China
        schedule(WatchChanged.kind, "*/10 * * * *")
        schedule(TendTasks.kind, "15 22 * * *")  # 06:15 in China
        arrivals.register(arrived)
        arrivals.object_to_undo(objection)
