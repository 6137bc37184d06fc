"""The household list: filters, order, and paging by key, so that page 900 costs what page 1 costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import within
from doudi.registry.models import Certificate, Household, LowIncomeStatus, Membership, Person

from .ages import ELDER, MINOR, born_by
from .naming import Spot, spots
from .standing import Standing, standing
from .summary import has_members
from .visible import visible

PAGE = 30
CHUNK = 300
FARTHEST = 30
SIZES = {"1": (1, 1), "2": (2, 3), "4": (4, 5), "6": (6, None)}
ORDERS = {
    "place": ("division_code", "number"),
    "number": ("number",),
    "-opened": ("-opened_on", "-id"),
    "opened": ("opened_on", "id"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the list should show; every empty value means no condition."""

    place: str = ""
    category: str = ""  # a category, "any" or "none"
    size: str = ""
    members: str = ""  # minor, elder, disabled
    opened: str = ""  # month, year
    state: str = ""  # "" open, "closed"
    flaw: str = ""  # a key of summary.FLAWS
    order: str = "place"
    after: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One household in the list."""

    number: str
    head: str
    head_died: bool
    place: Spot
    address: str
    size: int
    minors: int
    elders: int
    standing: Standing | None
    opened_on: date
    closed_on: date | None
    merged: bool


@dataclass(frozen=True, slots=True)
class PageOfRows:
    """Some rows and the keys of the pages around them."""

    rows: list[Row]
    next_key: str = ""


def households(wish: Wish, *, staff: Staff, on: date) -> QuerySet[Household]:
    """The households that a wish describes, within this person's reach, as one query (for counting and files)."""
    rows = _plain(wish, staff, on)
    if wish.members:
        rows = rows.filter(_with_member(wish.members, staff, on))
    if wish.size in SIZES:
        rows = _of_size(rows, *SIZES[wish.size], on)
    return rows


def _plain(wish: Wish, staff: Staff, on: date) -> QuerySet[Household]:
    """The wish without its conditions on members."""
    rows = visible(Household.objects.all(), staff)
    rows = rows.filter(closed_on__isnull=wish.state != "closed")
    if wish.place:
        rows = rows.filter(within(wish.place))
    if wish.category:
        rows = rows.filter(_with_category(wish.category, on))
    if wish.flaw:
        rows = rows.filter(_with_flaw(wish.flaw))
    if wish.opened:
        rows = rows.filter(opened_on__gte=on.replace(day=1) if wish.opened == "month" else date(on.year, 1, 1))
    return rows


def page(wish: Wish, *, staff: Staff, on: date, size: int = PAGE) -> PageOfRows:
    """One page of the list and the key after which the next begins.

    Conditions on members are looked at while walking along the order, a chunk of households at a time: asking the
    database for them over a whole county would count every household. After `FARTHEST` chunks the page ends as it is.
    """
    order = ORDERS.get(wish.order, ORDERS["place"])
    rows = _plain(wish, staff, on).order_by(*order)
    walking = bool(wish.members or wish.size)
    step = CHUNK if walking else size + 1
    shown: list[Household] = []
    key, more = wish.after, True
    for _chunk in range(FARTHEST):
        found = list((rows.filter(_after(order, key)) if key else rows)[:step])
        more = len(found) == step
        for home in _fitting(found, wish, staff, on):
            if len(shown) == size:
                return PageOfRows(_rows(shown, on), _key(shown[-1], order))
            shown.append(home)
        if not more or not walking:
            break
        key = _key(found[-1], order)
    return PageOfRows(_rows(shown, on), key if more and walking else "")


def _fitting(found: list[Household], wish: Wish, staff: Staff, on: date) -> list[Household]:
    """Those of some households whose members are as wished."""
    if not (wish.members or wish.size):
        return found
    ids = [h.pk for h in found]
    counts = _counts(ids, on)
    low, high = SIZES.get(wish.size, (0, None))
    fit = {pk for pk, (n, _m, _e) in counts.items() if low <= n and (high is None or n <= high)}
    if wish.members == "disabled":
        fit &= _with_disabled(ids, staff, on)
    elif wish.members:
        which = 1 if wish.members == "minor" else 2
        fit = {pk for pk in fit if counts[pk][which]}
    return [h for h in found if h.pk in fit]


def _with_disabled(ids: list[int], staff: Staff, on: date) -> set[int]:
    """Those of some households in which somebody is severely disabled, as far as one may know."""
    rows = Membership.objects.known().on(on).filter(household_id__in=ids, person__death_date__isnull=True)
    members = dict(rows.values_list("person_id", "household_id"))
    known = visible(Certificate.objects.known().on(on), staff, Permission.HEALTH_READ)
    severe = known.filter(person_id__in=list(members), kind="disability", grade__in=(1, 2))
    return {members[pk] for pk in severe.values_list("person_id", flat=True)}


def _rows(found: list[Household], on: date) -> list[Row]:
    ids = [h.pk for h in found]
    counts = _counts(ids, on)
    marks = standing(ids, on)
    places = spots(h.division_code for h in found)
    # Not joined: for a join over a county the planner would read all people first.
    heads = Person.objects.only("name", "death_date").in_bulk({h.head_id for h in found})
    return [
        Row(
            number=h.number,
            head=heads[h.head_id].name if h.head_id in heads else "—",
            head_died=h.head_id in heads and heads[h.head_id].death_date is not None,
            place=places[h.division_code],
            address=h.address,
            size=counts.get(h.pk, (0, 0, 0))[0],
            minors=counts.get(h.pk, (0, 0, 0))[1],
            elders=counts.get(h.pk, (0, 0, 0))[2],
            standing=marks.get(h.pk),
            opened_on=h.opened_on,
            closed_on=h.closed_on,
            merged=h.merged_into_id is not None,
        )
        for h in found
    ]


def _counts(ids: list[int], on: date) -> dict[int, tuple[int, int, int]]:
    """Household id → members, minors, people of 60 and more."""
    alive = Membership.objects.known().on(on).filter(household_id__in=ids, person__death_date__isnull=True)
    grouped = alive.values("household_id").annotate(
        n=Count("id"),
        minors=Count("id", filter=Q(person__birth_date__gt=born_by(MINOR, on))),
        elders=Count("id", filter=Q(person__birth_date__lte=born_by(ELDER, on))),
    )
    return {g["household_id"]: (g["n"], g["minors"], g["elders"]) for g in grouped.order_by()}


def _with_category(category: str, on: date) -> Q:
    rows = LowIncomeStatus.objects.known().on(on).filter(household_id=OuterRef("pk"))
    if category in ("any", "none"):
        return Q(Exists(rows)) if category == "any" else ~Q(Exists(rows))
    # A list of ids from the category's own index, not a probe per household.
    of_it = LowIncomeStatus.objects.known().on(on).filter(category=category)
    return Q(pk__in=of_it.values("household_id"))


def _with_member(who: str, staff: Staff, on: date) -> Q:
    members = Membership.objects.known().on(on).filter(household_id=OuterRef("pk"), person__death_date__isnull=True)
    if who == "minor":
        return Q(Exists(members.filter(person__birth_date__gt=born_by(MINOR, on))))
    if who == "elder":
        return Q(Exists(members.filter(person__birth_date__lte=born_by(ELDER, on))))
    severe = visible(Certificate.objects.known().on(on), staff, Permission.HEALTH_READ).filter(
        kind="disability", grade__in=(1, 2)
    )
    people = severe.values("person_id")
    return Q(pk__in=Membership.objects.known().on(on).filter(person_id__in=people).values("household_id"))


def _with_flaw(flaw: str) -> Q:
    if flaw == "head_died":
        return Q(head__death_date__isnull=False)
    if flaw == "nobody":
        return ~Q(has_members())
    numberless = Person.objects.filter(
        resident_id_index__isnull=True, death_date__isnull=True, merged_into__isnull=True
    )
    now = Membership.objects.known().filter(ends_on__isnull=True, person_id__in=numberless.values("pk"))
    return Q(pk__in=now.values("household_id"))


def _of_size(rows: QuerySet[Household], low: int, high: int | None, on: date) -> QuerySet[Household]:
    members = Membership.objects.known().on(on).filter(household_id=OuterRef("pk"), person__death_date__isnull=True)
    number = members.order_by().values("household_id").annotate(n=Count("id")).values("n")
    rows = rows.annotate(size=Coalesce(Subquery(number), 0)).filter(size__gte=low)
    return rows if high is None else rows.filter(size__lte=high)


def _key(row: Household, order: tuple[str, ...]) -> str:
    return "~".join(str(getattr(row, column.lstrip("-"))) for column in order)


def _after(order: tuple[str, ...], key: str) -> Q:
    """Beyond a key in this order. A key that makes no sense is an empty condition: the first page."""
    values = key.split("~")
    if len(values) != len(order) or not _sensible(order, values):
        return Q()
    sign = "lt" if order[0].startswith("-") else "gt"
    columns = [column.lstrip("-") for column in order]
    if len(columns) == 1:
        return Q(**{f"{columns[0]}__{sign}": values[0]})
    first, second = columns
    beyond = Q(**{f"{first}__{sign}": values[0]}) | Q(**{first: values[0], f"{second}__{sign}": values[1]})
    return Q(**{f"{first}__{sign}e": values[0]}) & beyond


def _sensible(order: tuple[str, ...], values: list[str]) -> bool:
    if not all(v.isprintable() for v in values):
        return False
    if "opened" not in order[0]:
        return True
    try:
        date.fromisoformat(values[0])
    except ValueError:
        return False
    return values[1].isascii() and values[1].isdigit() and len(values[1]) < 19
