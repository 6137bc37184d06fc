from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from doudi.console import navigation, panels
from doudi.console.navigation import Group, NavItem
from doudi.console.panels import Panel

if TYPE_CHECKING:
    from doudi.accounts.models import Staff


class PlacesConfig(AppConfig):
    name = "doudi.places"
    label = "places"

    def ready(self) -> None:
        from doudi.accounts import port

        port.use_gazetteer(Divisions())
        navigation.register(
            NavItem("places:tree", _("区划"), "pin", "place.read", Group.MANAGEMENT, 40),
            NavItem("places:holidays", _("节假日"), "cal", "calendar.write", Group.MANAGEMENT, 50),
        )
        panels.register(Panel("calendar_due", "places/_calendar_panel.html", "calendar.write", _calendar_due, 5))


def _calendar_due(staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    """A year without its holidays stands above everything else for whoever can enter it."""
    from django.utils import timezone

    from .queries import calendar_for

    warning = calendar_for().holidays_due_warning(timezone.localdate(now))
    return {"warning": warning, "urgent": 1} if warning else None


class Divisions:
    """The names of places for `accounts`, which lies below this room (docs/decisions/0021)."""

    def name(self, code: str) -> str:
        from .queries import place_name

        return place_name(code)

    def options(self, prefix: str, digits: int) -> list[tuple[str, str]]:
        from .queries import options

        return options(prefix, digits)
