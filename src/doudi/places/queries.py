"""Reading the divisions: names, children, residence class on a day, and the working calendar of an area."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

from doudi.accounts.scope import within
from doudi.kernel.calendar import WorkCalendar, YearTable, official_tables

from .models import Division, DivisionVersion, HolidayYear, Level, LocalHoliday

# Names change a few times in a decade and are shown on every row, so each process keeps them for a while.
NAMES_SECONDS = 300.0
LENGTHS = (6, 9, 12)


class _Names:
    """The short names of all divisions, by code."""

    def __init__(self) -> None:
        self._by_code: Mapping[str, str] = {}
        self._read_at = float("-inf")

    def get(self, code: str) -> str:
        if code not in self._by_code or time.monotonic() - self._read_at > NAMES_SECONDS:
            self._by_code = dict(Division.objects.values_list("code", "short_name"))
            self._read_at = time.monotonic()
        return self._by_code.get(code, "")

    def forget(self) -> None:
        self._by_code = {}


_names = _Names()
forget_names = _names.forget


def place_name(code: str) -> str:
    """The short name of a division (遮放镇), empty if there is none. From memory, at most 5 minutes old."""
    return _names.get(code)


def name_path(code: str) -> str:
    """The names from the county down: 芒市 遮放镇 弄恩村. Above a county only the name itself."""
    steps = [code[:n] for n in LENGTHS if n <= len(code)] or [code]
    return " ".join(name for step in steps if (name := place_name(step)))


def children(code: str) -> QuerySet[Division]:
    """The divisions directly below, closed ones included."""
    return Division.objects.filter(parent_id=code)


def villages_of(prefix: str) -> QuerySet[Division]:
    """The open villages within a division."""
    return Division.objects.filter(within(prefix, "code"), level=Level.VILLAGE, is_open=True)


def options(prefix: str, digits: int) -> list[tuple[str, str]]:
    """Code and full name of the open divisions within a prefix whose codes have so many digits, for choices."""
    rows = Division.objects.filter(within(prefix, "code"), code__regex=rf"^\d{{{digits}}}$", is_open=True)
    return [(code, name_path(code)) for code in rows.values_list("code", flat=True)]


def version_on(code: str, day: date) -> DivisionVersion | None:
    """How a division was named and classed on a day; None before it was founded and after it was closed."""
    started = DivisionVersion.objects.filter(division_id=code, starts_on__lte=day)
    return started.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day)).first()


def residence_class_on(code: str, day: date) -> str | None:
    """Whether a village counted as urban or rural on a day; None if that is not known."""
    version = version_on(code, day)
    return version.residence_class if version else None


@dataclass(frozen=True)
class Branch:
    """A division with what lies below it."""

    division: Division
    below: Sequence[Branch]

    @property
    def villages(self) -> int:
        """How many open villages lie within."""
        own = self.division.level == Level.VILLAGE and self.division.is_open
        return int(own) + sum(branch.villages for branch in self.below)


def tree(root: str) -> Branch | None:
    """A division and everything below it, in two queries."""
    by_parent: dict[str | None, list[Division]] = defaultdict(list)
    found = list(Division.objects.filter(within(root, "code")))
    for division in found:
        by_parent[division.parent_id].append(division)

    def branch(division: Division) -> Branch:
        return Branch(division, [branch(child) for child in by_parent[division.code]])

    return next((branch(d) for d in found if d.code == root), None)


def calendar_for(area: str | None = None) -> WorkCalendar:
    """The working calendar of an area (by default the county): national tables, then what is entered here."""
    code = area or settings.DOUDI_COUNTY
    tables = dict(official_tables()) | {t.year: t for t in map(_year_table, HolidayYear.objects.all())}
    local_off: dict[date, str] = {}
    for holiday in holidays_of(code):
        if not holiday.is_workday:
            local_off[holiday.day] = holiday.name
        elif table := tables.get(holiday.day.year):
            work = {**table.work, holiday.day: holiday.name}
            tables[table.year] = YearTable(table.year, table.off, work, table.notice)
    return WorkCalendar(tables.values(), local_off)


def holidays_of(area: str) -> QuerySet[LocalHoliday]:
    """The local days that hold in an area: its own and those of the divisions above it."""
    above = [area[:n] for n in (2, 4, 6, 9, 12) if n <= len(area)]
    return LocalHoliday.objects.filter(area_code__in=above).order_by("day")


def _year_table(entered: HolidayYear) -> YearTable:
    def days(values: Mapping[str, str]) -> dict[date, str]:
        return {date.fromisoformat(day): name for day, name in values.items()}

    return YearTable(entered.year, days(entered.off), days(entered.work), entered.notice)
