from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "doudi.services"
    label = "services"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places, and answer the door to departments."""
        from doudi.accounts.permissions import Permission
        from doudi.casework import referring
        from doudi.console import navigation, panels
        from doudi.console.navigation import Group, NavItem
        from doudi.console.panels import Panel
        from doudi.jobs.steps import register, schedule
        from doudi.registry import cards
        from doudi.registry.cards import Card

        from .actions.door import refer
        from .job import CarryOutReturn, EscalateReferrals
        from .queries.panels import household_card, on_workbench

        referring.register(refer)
        register(EscalateReferrals(), CarryOutReturn())
        schedule(EscalateReferrals.kind, "35 21 * * *")  # 05:35 in China
        navigation.register(NavItem("services:referrals", _("转介协同"), "share", "referral.read", Group.MONEY, 80))
        panels.register(Panel("referrals", "services/_panel.html", "referral.read", on_workbench, 7))
        cards.register(Card("referrals", "services/_card.html", Permission.REFERRAL_READ, household_card, 50))
