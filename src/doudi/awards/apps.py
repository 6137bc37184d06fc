from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AwardsConfig(AppConfig):
    name = "doudi.awards"
    label = "awards"

    def ready(self) -> None:
        """Put the list into the navigation and a card on the household's page."""
        from doudi.accounts.permissions import Permission
        from doudi.console import navigation
        from doudi.console.navigation import Group, NavItem
        from doudi.jobs.steps import register, schedule
        from doudi.registry import cards
        from doudi.registry.cards import Card

        from .standards.printing import PrintNotices
        from .standards.recalculating import Recalculate, RecalculateAll
        from .standards.steps import KINDS
        from .views import household_card

        register(*KINDS, PrintNotices(), Recalculate(), RecalculateAll())
        schedule(RecalculateAll.kind, "23 17 1 * *")

        navigation.register(
            NavItem("awards:awards", _("救助待遇"), "yen", "award.read", Group.MONEY, 10),
            NavItem("awards:standards", _("标准调整"), "edit", "award.read", Group.MONEY, 12),
            NavItem("awards:recalculations", _("重新测算"), "flag", "award.read", Group.MONEY, 14),
        )
        cards.register(Card("awards", "awards/_household.html", Permission.AWARD_READ, household_card, 10))
