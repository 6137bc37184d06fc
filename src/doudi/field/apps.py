from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FieldConfig(AppConfig):
    name = "doudi.field"
    label = "field"

    def ready(self) -> None:
        """Put the context's pages in their places."""
        from doudi.accounts.permissions import Permission
        from doudi.console import navigation
        from doudi.console.navigation import Group, NavItem
        from doudi.registry import cards
        from doudi.registry.cards import Card

        from .card import household_card

        navigation.register(
            NavItem("field:home", _("入户（手机）"), "walk", Permission.MONITORING_VISIT, Group.CASEWORK, 55),
            NavItem("field:devices", _("手机"), "phone", Permission.STAFF_WRITE, Group.MANAGEMENT, 80),
        )
        cards.register(Card("field", "field/_card.html", Permission.MONITORING_READ, household_card, 30))
