"""The filters of the lists as addresses: read from the query string, shown as tabs and chips."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.console.components import Chip, Pager, Tab
from doudi.registry.actions.kept_lists import kept_lists
from doudi.registry.models import LowIncomeStatus
from doudi.registry.queries import summary
from doudi.registry.queries.households import ORDERS, SIZES, Wish
from doudi.registry.queries.naming import below, spots

from .asking import StaffRequest

Text = str | Promise
_PLACE = re.compile(r"\d{6}|\d{9}|\d{12}")
CATEGORIES: dict[str, Text] = dict(LowIncomeStatus.Category.choices)
CATEGORY_WISHES: dict[str, Text] = {
    "any": gettext_lazy("有认定"),
    **CATEGORIES,
    "none": gettext_lazy("无认定"),
}
SIZE_WORDS: dict[str, Text] = {
    "1": gettext_lazy("1 人"),
    "2": gettext_lazy("2–3 人"),
    "4": gettext_lazy("4–5 人"),
    "6": gettext_lazy("6 人以上"),
}
MEMBER_WORDS: dict[str, Text] = {
    "minor": gettext_lazy("有未成年人"),
    "elder": gettext_lazy("有 60 岁以上老人"),
    "disabled": gettext_lazy("有一、二级残疾人"),
}
OPENED_WORDS: dict[str, Text] = {"month": gettext_lazy("本月登记"), "year": gettext_lazy("今年登记")}
STATE_WORDS: dict[str, Text] = {"closed": gettext_lazy("已销户")}
VIEWS: Sequence[tuple[Text, str]] = (
    (gettext_lazy("全部家庭"), ""),
    (gettext_lazy("有认定"), "category=any"),
    (gettext_lazy("有未成年人"), "members=minor"),
    (gettext_lazy("有老人"), "members=elder"),
    (gettext_lazy("本月登记"), "opened=month"),
    (gettext_lazy("已销户"), "state=closed"),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands above a list."""

    tabs: list[Tab]
    chips: list[Chip]
    applied: list[Chip]
    query: str
    own: str = ""  # the kept list that is shown, by name


@dataclass(frozen=True, slots=True)
class RosterWish:
    """What the roster should show."""

    category: str = ""
    place: str = ""
    due: bool = False
    after: str = ""


def wish_of(data: QueryDict) -> Wish:
    """The filters in an address; what makes no sense is as if absent."""
    return Wish(
        place=_place(data),
        category=_of(data, "category", CATEGORY_WISHES),
        size=_of(data, "size", SIZES),
        members=_of(data, "members", MEMBER_WORDS),
        opened=_of(data, "opened", OPENED_WORDS),
        state=_of(data, "state", STATE_WORDS),
        flaw=_of(data, "flaw", summary.FLAWS),
        order=_of(data, "order", ORDERS) or "place",
        after=data.get("after", "")[:60],
    )


def roster_wish(data: QueryDict) -> RosterWish:
    """The filters of the roster in an address."""
    return RosterWish(
        _of(data, "category", CATEGORIES), _place(data), data.get("due") == "1", data.get("after", "")[:60]
    )


def household_bar(request: StaffRequest, wish: Wish, on: date) -> Bar:
    """Tabs and chips of the household list."""
    data, staff = _kept(request.GET), request.user
    offered = dict(MEMBER_WORDS)
    if not staff.may(Permission.HEALTH_READ):
        offered.pop("disabled")
    chips = [
        _place_chip(data, staff, wish.place),
        _choice(data, "category", _("类别"), CATEGORY_WISHES, wish.category),
        _choice(data, "size", _("人数"), SIZE_WORDS, wish.size),
        _choice(data, "members", _("成员"), offered, wish.members),
        _choice(data, "opened", _("登记时间"), OPENED_WORDS, wish.opened),
    ]
    if wish.flaw:
        chips.append(_choice(data, "flaw", "", summary.FLAWS, wish.flaw))
    if wish.state:
        chips.append(_choice(data, "state", "", STATE_WORDS, wish.state))
    here = data.urlencode()
    tabs = [Tab(label, f"?{query}", current=here == query) for label, query in VIEWS]
    own = kept_lists(staff)
    tabs += [Tab(row["name"], f"?{row['query']}", current=here == row["query"]) for row in own]
    name = next((row["name"] for row in own if row["query"] == here), "")
    return Bar(tabs, chips, [c for c in chips if c.on], here, name)


def roster_bar(request: StaffRequest, wish: RosterWish, on: date) -> Bar:
    """Tabs by category with their counts, and chips of the roster."""
    data, staff = _kept(request.GET), request.user
    counts = {t.category: t.number for t in summary.tallies(staff, on)}
    place = f"&place={wish.place}" if wish.place else ""
    tabs = [Tab(_("全部"), f"?{place[1:]}", sum(counts.values()), not wish.category)]
    tabs += [
        Tab(label, f"?category={c}{place}", counts.get(c, 0), wish.category == c) for c, label in CATEGORIES.items()
    ]
    due = _choice(data, "due", "", {"1": _("复核已逾期")}, "1" if wish.due else "")
    chips = [_place_chip(data, staff, wish.place), due]
    return Bar(tabs, chips, [c for c in chips if c.on], data.urlencode())


def pager(data: QueryDict, key: str) -> Pager:
    """The way to the next page and back to the first."""
    first = ""
    if data.get("after"):
        first = f"?{_kept(data).urlencode()}"
    if not key:
        return Pager(previous=first)
    kept = data.copy()
    kept["after"] = key
    return Pager(previous=first, next=f"?{kept.urlencode()}")


def list_address(query: str) -> str:
    """The list with some filters, built from the filters and nothing else."""
    return f"{reverse('registry:households')}?{kept_query(query)}"


def kept_query(query: str) -> str:
    """What is kept of an address: its filters and nothing else."""
    return _kept(QueryDict(query[:600])).urlencode()


def list_doors(request: StaffRequest, wish: Wish) -> dict[str, Any]:
    """What else the list offers: its orders, and what this person may do from here."""
    kept = _kept(request.GET)
    newest = wish.order == "-opened"
    turned = _with(kept, "order", "opened" if newest else "-opened")
    direction = {"-opened": "descending", "opened": "ascending"}.get(wish.order, "")
    may = request.user.may
    return {
        "orders": {order: (_with(kept, "order", order), wish.order == order) for order in ("place", "number")},
        "opened_sort": (turned, direction),
        "may_write": may(Permission.PERSON_WRITE),
        "may_export": may(Permission.LIST_EXPORT),
        "may_import": may(Permission.IMPORT_RUN),
    }


def _of(data: QueryDict, key: str, allowed: object) -> str:
    value = data.get(key, "")
    return value if value in allowed else ""  # type: ignore[operator]


def _place(data: QueryDict) -> str:
    value = data.get("place", "")
    return value if _PLACE.fullmatch(value) and value.isascii() else ""


KEYS = ("place", "category", "size", "members", "opened", "state", "flaw", "due", "order")


def _kept(data: QueryDict) -> QueryDict:
    """The filters of an address in one order, without the page, so that equal lists have equal addresses."""
    kept = QueryDict(mutable=True)
    for key in KEYS:
        if value := data.get(key, ""):
            kept[key] = value
    return kept


def _with(data: QueryDict, key: str, value: str) -> str:
    changed = data.copy()
    changed.pop(key, None)
    if value:
        changed[key] = value
    return f"?{changed.urlencode()}"


def _choice(data: QueryDict, key: str, label: Text, words: dict[str, Text], value: str) -> Chip:
    """One filter: applied (click removes it), or a menu, or a single switch."""
    if value:
        return Chip(words.get(value, value), _with(data, key, ""), on=True)
    if len(words) == 1:
        only, text = next(iter(words.items()))
        return Chip(text, _with(data, key, only))
    return Chip(label, options=[Chip(text, _with(data, key, code)) for code, text in words.items()])


def _place_chip(data: QueryDict, staff: Staff, value: str) -> Chip:
    """Townships for whoever sees a county, villages for whoever sees a township."""
    if value:
        return Chip(spots([value])[value].village, _with(data, "place", ""), on=True)
    places = staff.scope.places(Permission.PERSON_READ)
    wide = any(len(p) < 9 for p in places)
    found = below(places, 9 if wide else 12)
    label = _("乡镇（街道、农场）") if wide else _("村（社区）")
    return Chip(label, options=[Chip(name, _with(data, "place", code)) for code, name in found])
