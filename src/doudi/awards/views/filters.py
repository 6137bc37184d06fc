"""The filters of the list as addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.console.components import Chip, Tab
from doudi.registry.queries.naming import below, spots

from ..kinds import Programme, State

_PLACE = re.compile(r"[0-9]{6}([0-9]{3}([0-9]{3})?)?")
STATES: dict[str, str | Promise] = dict(State.choices)
PROGRAMMES: dict[str, str | Promise] = dict(Programme.choices)


@dataclass(frozen=True)
class Wish:
    """What the list should show; '' is everything."""

    programme: str = ""
    state: str = ""
    place: str = ""

    @property
    def address(self) -> str:
        """The list with these filters."""
        return "?" + urlencode({name: value for name, value in vars(self).items() if value})


@dataclass(frozen=True)
class Bar:
    """What stands above the list."""

    tabs: list[Tab]
    chips: list[Chip]
    applied: list[Chip]


def wish_of(data: QueryDict) -> Wish:
    """The filters in an address; what makes no sense is as if absent."""
    programme, state, place = (data.get(name, "") for name in ("programme", "state", "place"))
    return Wish(
        programme if programme in PROGRAMMES else "",
        state if state in STATES else "",
        place if _PLACE.fullmatch(place) else "",
    )


def bar_of(wish: Wish, staff: Staff) -> Bar:
    """Tabs by state, chips by programme and place."""
    tabs = [Tab(_("全部"), replace(wish, state="").address, current=not wish.state)]
    tabs += [
        Tab(label, replace(wish, state=code).address, current=wish.state == code) for code, label in STATES.items()
    ]
    chips = [_programme_chip(wish), _place_chip(wish, staff)]
    return Bar(tabs, chips, [chip for chip in chips if chip.on])


def _programme_chip(wish: Wish) -> Chip:
    if wish.programme:
        return Chip(PROGRAMMES[wish.programme], replace(wish, programme="").address, on=True)
    options = [Chip(label, replace(wish, programme=code).address) for code, label in PROGRAMMES.items()]
    return Chip(_("救助项目"), options=options)


def _place_chip(wish: Wish, staff: Staff) -> Chip:
    """Townships for whoever sees a county, villages for whoever sees a township."""
    if wish.place:
        return Chip(spots([wish.place])[wish.place].village, replace(wish, place="").address, on=True)
    places = staff.scope.places(Permission.AWARD_READ)
    wide = any(len(place) < 9 for place in places)
    label = _("乡镇（街道、农场）") if wide else _("村（社区）")
    found = below(places, 9 if wide else 12)
    return Chip(label, options=[Chip(name, replace(wish, place=code).address) for code, name in found])
