from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from doudi.accounts.models import Staff


class CaseworkConfig(AppConfig):
    name = "doudi.casework"
    label = "casework"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
        from doudi.accounts.permissions import Permission
        from doudi.console import navigation, panels
        from doudi.console.navigation import Group, NavItem
        from doudi.console.panels import Panel
        from doudi.documents import owners
        from doudi.jobs.steps import register, schedule
        from doudi.registry import cards
        from doudi.registry.cards import Card

        from .owners import find_case
        from .queries.reviews import household_card
        from .reviews_daily import OpenReviews
        from .timekeeping import TendClocks
        from .views.queue import on_workbench

        navigation.register(
            NavItem("casework:cases", _("申请审核"), "file", "case.read", Group.CASEWORK, 30, key="s"),
            NavItem("casework:reviews", _("定期核查"), "clock", "case.read", Group.CASEWORK, 40),
            NavItem("casework:transfers", _("移交"), "file", "case.read", Group.CASEWORK, 58),
            NavItem("casework:notices", _("公示"), "mega", "case.read", Group.CASEWORK, 50),
            NavItem("casework:checks", _("抽查复核"), "filter", "case.check", Group.CASEWORK, 55),
            NavItem("casework:letters", _("决定文书"), "doc", "case.read", Group.CASEWORK, 56),
            NavItem("casework:publications", _("公布"), "book", "case.read", Group.CASEWORK, 57),
            NavItem("casework:switches", _("委托与受理范围"), "gear", "case.confirm", Group.MANAGEMENT, 60),
            NavItem("casework:relatives", _("近亲属备案"), "shield", "disclosure.write", Group.MANAGEMENT, 65),
            NavItem("casework:clock_report", _("时限报告"), "clock", "figures.read", Group.INSIGHT, 20),
        )
        owners.register("application", find_case)
        panels.register(Panel("casework_queue", "casework/_queue_panel.html", "case.read", on_workbench, 5))
        panels.register(Panel("casework_escalations", "casework/_escalations_panel.html", "case.read", _told, 6))
        cards.register(Card("reviews", "casework/_household_reviews.html", Permission.CASE_READ, household_card, 40))
        register(TendClocks(), OpenReviews())
        schedule(OpenReviews.kind, "45 21 * * *")  # 05:45 in China
        schedule(TendClocks.kind, "30 21 * * *")  # 05:30 in China


def _told(staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    """The clocks this person was told of and has not answered."""
    from django.utils import timezone

    from .queries.escalations import escalations_for

    told = escalations_for(staff, timezone.localdate(now))
    return {"told": told, "urgent": sum(one.late for one in told)} if told else None
