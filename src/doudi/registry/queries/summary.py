"""Numbers for the workbench: each from an index, none by reading a county.

What would need a scan is counted once in a while and kept; the time of counting is printed beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.registry.models import Household, LowIncomeStatus, Membership, Person

from .capped import Capped, capped
from .naming import Spot, spots
from .standing import Standing, standing
from .trace import lately_opened
from .visible import visible

LATEST = 6
KEPT_SECONDS = 15 * 60
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Tally:
    """How many households (or, for personal categories, people) are in a category."""

    category: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class Brief:
    """One household in a short list."""

    number: str
    head: str
    place: Spot
    opened_on: date
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that should be put right, and how often it occurs."""

    code: str
    label: Text
    number: Capped


def tallies(staff: Staff, on: date) -> list[Tally]:
    """Categories in force at one's places; served by the partial index of statuses."""
    rows = visible(LowIncomeStatus.objects.known().on(on), staff).values("category")
    found = {r["category"]: r["n"] for r in rows.annotate(n=Count("id")).order_by()}
    return [Tally(c.value, str(c.label), found.get(c.value, 0)) for c in LowIncomeStatus.Category]


def lately_registered(staff: Staff, on: date) -> list[Brief]:
    """The households opened last. The key is asked backwards, so only the newest rows are read."""
    since = on - timedelta(days=90)
    rows = visible(Household.objects.filter(opened_on__gte=since), staff).select_related("head")
    return briefs(list(rows.order_by("-id")[:LATEST]), on)


def opened_by(staff: Staff, on: date) -> list[Brief]:
    """The households this person looked at last, newest first."""
    ids = lately_opened(staff, LATEST)
    found = {h.pk: h for h in visible(Household.objects.filter(pk__in=ids), staff).select_related("head")}
    return briefs([found[pk] for pk in ids if pk in found], on)


def briefs(rows: list[Household], on: date) -> list[Brief]:
    """Households with their place and category."""
    places = spots(h.division_code for h in rows)
    marks = standing([h.pk for h in rows], on)
    return [Brief(h.number, h.head.name, places[h.division_code], h.opened_on, marks.get(h.pk)) for h in rows]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Households and people of one's places and what their data lack, as counted at a moment."""

    at: datetime
    households: int
    people: int
    flaws: list[Flaw]


FLAWS: dict[str, Text] = {
    "no_number": _("没有身份证号的人"),
    "head_died": _("户主已去世的家庭"),
    "nobody": _("没有在册成员的家庭"),
}


def kept_numbers(staff: Staff) -> Numbers | None:
    """The numbers if they were counted in the last quarter of an hour; a page never waits for the counting."""
    kept = cache.get(_key(staff))
    return kept if isinstance(kept, Numbers) else None


def numbers(staff: Staff, at: datetime) -> Numbers:
    """Counted once in a quarter of an hour for each set of places, because counting a county takes a moment."""
    found = kept_numbers(staff)
    if found is None:
        found = _counted(staff, at)
        cache.set(_key(staff), found, KEPT_SECONDS)
    return found


def _key(staff: Staff) -> str:
    return "registry.numbers." + ".".join(staff.scope.places(Permission.PERSON_READ))


def _counted(staff: Staff, at: datetime) -> Numbers:
    homes = visible(Household.objects.filter(closed_on__isnull=True), staff)
    people = visible(Person.objects.filter(death_date__isnull=True, merged_into__isnull=True), staff)
    found = {
        "no_number": people.filter(resident_id_index__isnull=True),
        "head_died": homes.filter(head__death_date__isnull=False),
        "nobody": homes.filter(~has_members()),
    }
    marks = [Flaw(code, FLAWS[code], capped(rows)) for code, rows in found.items()]
    return Numbers(at, homes.count(), people.count(), marks)


def has_members() -> Exists:
    """Whether a household (the outer query) has anybody in it now."""
    return Exists(Membership.objects.known().filter(household_id=OuterRef("pk"), ends_on__isnull=True))
