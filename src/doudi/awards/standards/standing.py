"""What awards pay from a month on, read set by set: their lines, the months in which payment rests, whom they cover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db.models import F, Q, QuerySet

from doudi.registry.models import Membership

from ..models import Award, AwardLine, AwardMember, Suspension
from ..months import months_after

Amount = tuple[str, int | None, int]
"""Kind, person and fen a month."""
Lines = tuple[Amount, ...]


class Row(NamedTuple):
    """A line as it lies in the table. `of` is the row whose words it carries: itself, or the one it was copied from."""

    pk: int
    of: int
    kind: str
    person: int | None
    fen: int
    start: date
    until: date | None

    @property
    def what(self) -> tuple[str, int | None]:
        """What it pays for."""
        return self.kind, self.person

    def holds(self, month: date) -> bool:
        """Whether it pays in a month."""
        return self.start <= month and (self.until is None or self.until > month)


@dataclass(slots=True)
class Standing:
    """An award with everything that decides what its months pay."""

    pk: int
    programme: str
    household: int
    person: int | None
    setting: str
    division_code: str
    starts_on: date
    ends_on: date | None
    rows: list[Row] = field(default_factory=list)
    rests: list[tuple[date, date | None]] = field(default_factory=list)
    people: int = 0

    def lines(self, month: date) -> Lines:
        """What the month pays, suspended or not."""
        return ordered((row.kind, row.person, row.fen) for row in self.rows if row.holds(month))

    def money(self, month: date) -> int:
        """Fen of the lines of a month."""
        return sum(row.fen for row in self.rows if row.holds(month))

    def rests_in(self, month: date) -> bool:
        """Whether payment rests in a month."""
        return any(start <= month and (until is None or until > month) for start, until in self.rests)


class Segment(NamedTuple):
    """Months, half-open, in which an award pays the same."""

    start: date
    until: date | None
    lines: Lines


def ordered(lines: Iterable[Amount]) -> Lines:
    """Base first, then by person: one order for everybody who compares."""
    told = tuple(lines)
    return told if len(told) < 2 else tuple(sorted(told, key=_rank))


def _rank(line: Amount) -> tuple[bool, int, str]:
    return line[0] != "base", line[1] or 0, line[0]


def total(lines: Iterable[Amount]) -> int:
    """Fen a month."""
    return sum([line[2] for line in lines])


def since(month: date, using: str = "default") -> QuerySet[Award]:
    """The awards that pay in some month from this one on; what was annulled is none."""
    rows = Award.objects.using(using).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=month))
    return rows.exclude(ends_on=F("starts_on"))


FIELDS = (
    "pk", "programme", "household_id", "person_id", "support_setting", "division_code", "starts_on", "ends_on",
)  # fmt: skip


SPARSE = 4
"""Where the ids asked for are fewer than one in so many, they are asked for by name, not by range."""


def standing(keys: list[int], month: date, using: str = "default") -> list[Standing]:
    """The awards (by their ids, in order) with what they pay from a month on, in four queries by range."""
    if not keys:
        return []
    wanted, few = set(keys), len(keys) * SPARSE < keys[-1] - keys[0]
    which = Q(pk__in=keys) if few else Q(pk__gte=keys[0], pk__lte=keys[-1])
    within_keys = Q(award__in=keys) if few else Q(award__gte=keys[0], award__lte=keys[-1])
    awards = Award.objects.using(using).filter(which).order_by("pk").values_list(*FIELDS)
    found = {row[0]: Standing(*row) for row in awards if row[0] in wanted}
    later = within_keys & (Q(ends_on__isnull=True) | Q(ends_on__gt=month))
    lines = AwardLine.objects.using(using).known().filter(later)
    for key, *row in lines.values_list("award", "pk", "pk", "kind", "person", "fen_month", "starts_on", "ends_on"):
        if key in found:
            found[key].rows.append(Row._make(row))
    rests = Suspension.objects.using(using).known().filter(later)
    for key, start, until in rests.values_list("award", "starts_on", "ends_on"):
        if key in found:
            found[key].rests.append((start, until))
    members = AwardMember.objects.using(using).known().filter(later)
    for key in members.values_list("award", flat=True):
        if key in found:
            found[key].people += 1
    return list(found.values())


def segments(award: Standing, month: date, points: Iterable[date] = ()) -> list[Segment]:
    """The months from one on, cut where a line begins or ends and at the given points."""
    first, last = max(month, award.starts_on), award.ends_on
    if last is not None and last <= first:
        return []
    cuts = {day for day in points if day > first}
    for row in award.rows:
        if row.start > first:
            cuts.add(row.start)
        if row.until is not None and row.until > first:
            cuts.add(row.until)
    inside = [first, *sorted(day for day in cuts if last is None or day < last)]
    told = [Segment(start, until, award.lines(start)) for start, until in zip(inside, [*inside[1:], last], strict=True)]
    return [segment for segment in told if segment.lines]


def homes_on(awards: Iterable[Standing], day: date, using: str = "default") -> dict[int, int]:
    """Award → the household whose facts decide it: its own, or the one its person belongs to on the day."""
    wanted = list(awards)
    people = {award.person for award in wanted if award.person is not None}
    rows = Membership.objects.using(using).known().on(day).filter(person__in=people)
    at_home = dict(rows.values_list("person_id", "household_id"))
    found = {a.pk: a.household if a.person is None else at_home.get(a.person) for a in wanted}
    return {pk: home for pk, home in found.items() if home is not None}


@lru_cache(maxsize=2048)
def months_between(start: date, until: date | None, limit: date) -> tuple[date, ...]:
    """The months from one up to another, and never beyond the limit; thousands of awards ask for the same few."""
    end, found = limit if until is None else min(until, limit), []
    while start < end:
        found.append(start)
        start = months_after(start, 1)
    return tuple(found)
