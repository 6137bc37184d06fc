"""When reading files looks like curiosity. Pure: looks and work in, findings out; no database, no clock.

A look is *explained* by work on the same file: the reader's own deeds around that day, or business that lay open on the
file. Everybody also looks without a trace (somebody asks on the phone, the wrong person of two with one name), so what
is left over is compared: with what others of the same role usually leave over, and with the person's own habit where
nobody else holds the role. The figures are assumed; `benchmarks/curious.py` counts what they find and whom they accuse
wrongly.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from statistics import median


class Sign(StrEnum):
    """What was noticed."""

    BURST = "burst"
    DRIP = "drip"
    VILLAGE = "village"
    AGAIN = "again"
    CROWD = "crowd"


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at a file on a day: once or more often, that is one look."""

    staff: int
    role: str
    day: date
    file: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """Days on which work lay on a file; of one member of staff, or of whoever works there."""

    file: str
    since: date
    until: date
    staff: int | None = None


@dataclass(frozen=True)
class Limits:
    """From where on a look stands out."""

    history_days: int = 60
    busy_share: float = 0.9  # a usual busy day: nine of ten days are quieter
    burst_least: int = 12
    burst_times: float = 2.5
    drip_days: int = 28
    drip_least: int = 35
    drip_times: float = 2.0
    village_days: int = 7
    village_least: int = 12
    village_share: float = 0.6
    village_times: float = 3.0
    again_days: int = 28
    again_least: int = 5
    crowd_days: int = 14
    crowd_least: int = 5
    peers_least: int = 3


@dataclass(frozen=True)
class Unusual:
    """One member of staff stands out: what was counted, and what is usual."""

    staff: int
    role: str
    sign: Sign
    since: date
    on: date
    files: int
    usual: float
    looks: tuple[Look, ...] = field(repr=False)


def unexplained(looks: Iterable[Look], works: Iterable[Work]) -> list[Look]:
    """The looks that no work on the same file explains."""
    by_file: dict[str, list[Work]] = defaultdict(list)
    for work in works:
        by_file[work.file].append(work)
    return [look for look in set(looks) if not any(_explains(w, look) for w in by_file.get(look.file, ()))]


def _explains(work: Work, look: Look) -> bool:
    return work.since <= look.day <= work.until and work.staff in (None, look.staff)


def unusual(left: Sequence[Look], on: date, limits: Limits = Limits()) -> list[Unusual]:
    """Who stands out on a day, given the unexplained looks of the days up to it; at most one finding a sign."""
    window = Window(left, on, limits)
    signs = (_burst, _drip, _village, _again)
    found = [found for staff in window.looked_today for sign in signs if (found := sign(window, staff))]
    return found + [one for staff in sorted(window.of) if (one := _crowd(window, staff))]


class Window:
    """The unexplained looks of the days up to one day, counted once."""

    def __init__(self, left: Sequence[Look], on: date, limits: Limits) -> None:
        self.on, self.limits = on, limits
        since = on - timedelta(days=limits.history_days)
        self.looks = [look for look in left if since < look.day <= on]
        self.of: dict[int, list[Look]] = defaultdict(list)
        for look in self.looks:
            self.of[look.staff].append(look)
        self.role = {look.staff: look.role for look in self.looks}
        self.looked_today = sorted({look.staff for look in self.looks if look.day == on})

    def lately(self, staff: int, days: int) -> list[Look]:
        """What somebody looked at within so many days up to today."""
        since = self.on - timedelta(days=days)
        return [look for look in self.of[staff] if look.day > since]

    def found(self, staff: int, sign: Sign, looks: Sequence[Look], usual: float) -> Unusual:
        """The finding about these looks."""
        files = len({look.file for look in looks})
        shown = tuple(sorted(looks, key=lambda look: (look.day, look.file)))
        return Unusual(staff, self.role[staff], sign, shown[0].day, self.on, files, usual, shown)

    def usual(self, staff: int, figures: Mapping[int, float], own: float) -> float:
        """The median of the others of the role; somebody's own habit where there are too few of them."""
        others = [figure for who, figure in figures.items() if who != staff and self.role[who] == self.role[staff]]
        return median(others) if len(others) >= self.limits.peers_least else own

    @cached_property
    def busy_days(self) -> dict[int, float]:
        """Files on a usual busy day of everybody, today left out."""
        return {staff: self._busy(looks) for staff, looks in self.of.items()}

    def _busy(self, looks: Iterable[Look]) -> float:
        counts = sorted(Counter(day for day, _ in {(k.day, k.file) for k in looks if k.day < self.on}).values())
        return float(counts[int(self.limits.busy_share * (len(counts) - 1))]) if counts else 0.0

    @cached_property
    def months(self) -> dict[int, float]:
        """Different files of everybody within the days of a drip."""
        return {who: float(len({k.file for k in self.lately(who, self.limits.drip_days)})) for who in self.of}

    @cached_property
    def weeks(self) -> dict[int, float]:
        """The most files of one village that everybody looked at within the days of a village."""
        return {who: float(len(self.village(who)[1])) for who in self.of}

    def village(self, staff: int) -> tuple[str, list[Look]]:
        """The village somebody looked at most, and one look a file."""
        by_village: dict[str, dict[str, Look]] = defaultdict(dict)
        for look in self.lately(staff, self.limits.village_days):
            by_village[look.place][look.file] = look
        place = max(by_village, key=lambda one: (len(by_village[one]), one), default="")
        return place, list(by_village[place].values())

    @cached_property
    def readers(self) -> dict[str, set[int]]:
        """Who looked at each file within the days of a crowd."""
        since = self.on - timedelta(days=self.limits.crowd_days)
        found: dict[str, set[int]] = defaultdict(set)
        for look in self.looks:
            if look.day > since:
                found[look.file].add(look.staff)
        return found


def _burst(window: Window, staff: int) -> Unusual | None:
    """Many files on one day."""
    limits, today = window.limits, [k for k in window.of[staff] if k.day == window.on]
    usual = window.usual(staff, window.busy_days, window.busy_days[staff])
    stands_out = len({k.file for k in today}) >= max(limits.burst_least, limits.burst_times * usual)
    return window.found(staff, Sign.BURST, today, usual) if stands_out else None


def _drip(window: Window, staff: int) -> Unusual | None:
    """A few files every day, for weeks."""
    limits, looks = window.limits, window.lately(staff, window.limits.drip_days)
    first = window.on - timedelta(days=limits.drip_days)
    before = {k.file for k in window.of[staff] if k.day <= first}
    usual = window.usual(staff, window.months, float(len(before)))
    stands_out = window.months[staff] >= max(limits.drip_least, limits.drip_times * usual)
    return window.found(staff, Sign.DRIP, looks, usual) if stands_out else None


def _village(window: Window, staff: int) -> Unusual | None:
    """House after house of one village; not for those whose work is one village."""
    limits, (place, looks) = window.limits, window.village(staff)
    week = {k.file for k in window.lately(staff, limits.village_days)}
    if len({k.place for k in window.of[staff]}) < 2 or len(looks) < limits.village_share * len(week) or not place:
        return None
    usual = window.usual(staff, window.weeks, 0.0)
    stands_out = len(looks) >= max(limits.village_least, limits.village_times * usual)
    return window.found(staff, Sign.VILLAGE, looks, usual) if stands_out else None


def _again(window: Window, staff: int) -> Unusual | None:
    """The same file day after day."""
    limits = window.limits
    looks = window.lately(staff, limits.again_days)
    days = Counter(file for file, _ in {(k.file, k.day) for k in looks})
    today = {k.file for k in looks if k.day == window.on}
    watched = {file for file in today if days[file] >= limits.again_least}
    shown = [k for k in looks if k.file in watched]
    return window.found(staff, Sign.AGAIN, shown, 1.0) if watched else None


def _crowd(window: Window, staff: int) -> Unusual | None:
    """A file that many look at and nobody works on: somebody known. Told of all of them on the day one more looks."""
    limits = window.limits
    today = {k.file for k in window.looks if k.day == window.on}
    crowded = {file for file in today if len(window.readers[file]) >= limits.crowd_least}
    known = [k for k in window.lately(staff, limits.crowd_days) if k.file in crowded]
    return window.found(staff, Sign.CROWD, known, 1.0) if known else None
