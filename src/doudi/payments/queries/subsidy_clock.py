"""The clock of the price subsidy: so many working days from the day the index is released."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from doudi.kernel.calendar import MissingYear, WorkCalendar
from doudi.places.queries import calendar_for

from ..limits import SUBSIDY_WORKDAYS


@dataclass(frozen=True)
class Clock:
    """By when the subsidy is paid. `days_left` counts working days, below zero after the day; None once it is paid.

    Where the holidays of the next year are not entered yet, `missing_year` says so and the day is the last of the
    month of release: never later than the working days would give.
    """

    released_on: date
    due: date
    days_left: int | None
    paid_on: date | None = None
    missing_year: int | None = None

    @property
    def month_end(self) -> date:
        """The last day of the month of release, by which the notice of 2021 wants it paid (条号待核)."""
        return end_of(self.released_on)

    @property
    def late(self) -> bool:
        """Whether the day has passed, or the money went out after it."""
        if self.paid_on is not None:
            return self.paid_on > self.due
        return self.days_left is not None and self.days_left < 0


def due_day(released_on: date, calendar: WorkCalendar) -> tuple[date, int | None]:
    """The last day, and the year whose holidays are missing if it had to be put earlier."""
    try:
        return calendar.add_workdays(released_on, SUBSIDY_WORKDAYS.days), None
    except MissingYear as missing:
        return end_of(released_on), missing.year


def end_of(day: date) -> date:
    """The last day of the month of a day."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def clock_of(
    released_on: date, today: date, *, paid_on: date | None = None, calendar: WorkCalendar | None = None
) -> Clock:
    """Where the clock of an index stands today."""
    calendar = calendar or calendar_for()
    due, missing = due_day(released_on, calendar)
    left = None if paid_on is not None else _days_left(due, today, calendar)
    return Clock(released_on, due, left, paid_on, missing)


def _days_left(due: date, today: date, calendar: WorkCalendar) -> int:
    """Working days from today to the last one; below zero, working days since. Plain days where no table says more."""
    try:
        if today <= due:
            return calendar.workdays_between(today, due)
        return -max(calendar.workdays_between(due, today), 1)
    except MissingYear:
        return (due - today).days
