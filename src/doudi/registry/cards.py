"""Cards that rooms above put on the household's page; the registry knows none of them.

The same plug as the workbench's panels: a room registers a card in its `AppConfig.ready()`, the page renders it in the
side column for staff who hold the permission where the household is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission

from .models import Household

Build = Callable[[Household, Staff, date], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Card:
    """A region of the household's page. `build` gives the template its variables, or None to stay away."""

    name: str
    template: str
    permission: Permission
    build: Build
    order: int = 100


_cards: dict[str, Card] = {}


def register(*cards: Card) -> None:
    """Add cards; a name registered twice is replaced."""
    _cards.update((card.name, card) for card in cards)


def rendered(request: HttpRequest, home: Household, staff: Staff, on: date) -> list[SafeString]:
    """The cards that a member of staff sees on a household's page."""
    found = []
    for card in sorted(_cards.values(), key=lambda card: (card.order, card.name)):
        values = card.build(home, staff, on) if staff.may(card.permission, home.division_code) else None
        if values is not None:
            found.append(render_to_string(card.template, {"home": home, **values}, request))
    return found
