"""The low-income registry by category, one line per status in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from doudi.accounts.models import Staff
from doudi.accounts.scope import within
from doudi.registry.models import LowIncomeStatus

from .ages import age
from .naming import Spot, spots
from .standing import INDIVIDUAL
from .visible import visible

PAGE = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """One household or person in a category."""

    pk: int
    number: str
    name: str
    who: str
    place: Spot
    category: str
    label: str
    seal: str
    department: str
    ground: str
    starts_on: date
    ends_on: date | None
    review_by: date | None
    overdue: bool


def roster(category: str, place: str, *, staff: Staff, on: date, due: bool = False) -> QuerySet[LowIncomeStatus]:
    """The statuses in force, of one category ("" all) and one place ("" all of one's own)."""
    rows = visible(LowIncomeStatus.objects.known().on(on), staff)
    if category:
        rows = rows.filter(category=category)
    if place:
        rows = rows.filter(within(place))
    return rows.filter(review_by__lt=on) if due else rows


def page(rows: QuerySet[LowIncomeStatus], after: str, *, on: date, size: int = PAGE) -> tuple[list[Entry], str]:
    """One page in the order of places, and the key after which the next begins."""
    code, _tilde, pk = after.partition("~")
    if code.isascii() and code.isdigit() and pk.isascii() and pk.isdigit() and len(pk) < 19:
        rows = rows.filter(Q(division_code__gt=code) | Q(division_code=code, pk__gt=pk), division_code__gte=code)
    found = list(rows.select_related("household__head", "person").order_by("division_code", "pk")[: size + 1])
    shown = found[:size]
    places = spots(s.division_code for s in shown)
    key = f"{shown[-1].division_code}~{shown[-1].pk}" if len(found) > size else ""
    return [_entry(s, places, on) for s in shown], key


def _entry(row: LowIncomeStatus, places: dict[str, Spot], on: date) -> Entry:
    who = row.person or row.household.head
    return Entry(
        pk=row.pk,
        number=row.household.number,
        name=who.name,
        who=f"{who.get_sex_display()} {age(who.birth_date, on)}",
        place=places[row.division_code],
        category=row.category,
        label=str(row.get_category_display()),
        seal="dibao" if row.category == INDIVIDUAL else row.category,
        department=str(row.get_department_display()),
        ground=row.ground,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        review_by=row.review_by,
        overdue=bool(row.review_by and row.review_by < on),
    )
