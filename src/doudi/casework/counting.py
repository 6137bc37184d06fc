"""Counting days quickly: a calendar is walked once a year, then any stretch of days is two look-ups.

A queue shows fifty cases with several clocks each; walking every clock day by day would take longer than the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Protocol

from doudi.kernel.calendar import WorkCalendar
from doudi.kernel.period import Period

_DAY = timedelta(days=1)


class Ruler(Protocol):
    """Something that counts days of one kind."""

    def between(self, after: date, to: date) -> int:
        """Days that count after the first day up to and with the second; 0 where there is none."""

    def nth(self, after: date, n: int) -> date:
        """The n-th day that counts after a day; n is at least 1."""


class CalendarDays:
    """Every day counts."""

    def between(self, after: date, to: date) -> int:
        return max((to - after).days, 0)

    def nth(self, after: date, n: int) -> date:
        return after + timedelta(days=n)


@dataclass(frozen=True)
class _Year:
    days: list[date]  # the working days
    upto: list[int]  # how many of them up to and with the n-th day of the year; upto[0] is 0


class WorkingDays:
    """The working days of a calendar. MissingYear as the calendar itself raises it."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self._years: dict[int, _Year] = {}

    def between(self, after: date, to: date) -> int:
        if to <= after:
            return 0
        count = self._upto(to) - (self._upto(after) if after.year == to.year else 0)
        if after.year < to.year and (after + _DAY).year == after.year:
            count += len(self._year(after.year).days) - self._upto(after)
        return count + sum(len(self._year(year).days) for year in range(after.year + 1, to.year))

    def nth(self, after: date, n: int) -> date:
        last = (after + _DAY).year > after.year
        year, skip = (after.year + 1, 0) if last else (after.year, self._upto(after))
        while n > len(self._year(year).days) - skip:
            n -= len(self._year(year).days) - skip
            year, skip = year + 1, 0
        return self._year(year).days[skip + n - 1]

    def _upto(self, day: date) -> int:
        return self._year(day.year).upto[day.timetuple().tm_yday]

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            first = date(year, 1, 1)
            every = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
            worked = [self._calendar.is_workday(day) for day in every]
            days = [day for day, works in zip(every, worked, strict=True) if works]
            self._years[year] = _Year(days, [0, *accumulate(int(works) for works in worked)])
        return self._years[year]


CALENDAR_DAYS = CalendarDays()


@lru_cache(maxsize=32)
def working_days(calendar: WorkCalendar) -> WorkingDays:
    """The ruler of a calendar: kept, because a page asks for the same calendar many times."""
    return WorkingDays(calendar)


def closed(pauses: Iterable[Period], today: date) -> list[Period]:
    """Days stood still so far: open pauses up to and with today, overlapping ones joined, in order."""
    spans = sorted((p.start, min(p.until or today + _DAY, today + _DAY)) for p in pauses if p.start <= today)
    joined: list[tuple[date, date]] = []
    for start, until in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((start, until))
    return [Period(start, until) for start, until in joined]


def held(ruler: Ruler, after: date, to: date, pauses: Iterable[Period]) -> int:
    """How many of the days that count fall into pauses (closed ones, in order, not overlapping)."""
    return sum(
        ruler.between(max(after, pause.start - _DAY), min(to, pause.until - _DAY))
        for pause in pauses
        if pause.until is not None
    )


def last_day(ruler: Ruler, start: date, length: int, pauses: list[Period]) -> date:
    """The first day by which `length` days have counted outside the pauses."""
    day = ruler.nth(start, length)
    while (further := ruler.nth(start, length + held(ruler, start, day, pauses))) > day:
        day = further
    return day
