"""The clocks of an application, from what happened and the limits in force. Pure: the day and the calendar come in.

The day of the event is not counted, the last day is (Civil Code 201). A day on which the clock stands still is not
counted either: in working days each paused working day moves the end by one, in calendar days each paused day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from doudi.kernel.calendar import MissingYear, WorkCalendar
from doudi.kernel.period import Period

from .limits import Course, Limit, Unit, limits_of
from .programmes import Programme

AMBER_FROM = 5  # working days left (DESIGN §4)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Happening:
    """A move that was taken: its name, the day it counts for, the moment it was recorded."""

    move: str
    on: date
    at: datetime


class State(Enum):
    """How a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    KEPT = "kept"
    MISSED = "missed"  # done, but late
    LATE = "late"  # not done and late
    UNKNOWN = "unknown"  # the calendar of a year is missing


@dataclass(frozen=True)
class Clock:
    """One limit with its days. `due_at` is set for hours only; `left` and `elapsed` in the unit of the limit."""

    limit: Limit
    started_on: date
    due_on: date | None
    done_on: date | None
    state: State
    elapsed: int = 0
    left: int | None = None
    due_at: datetime | None = None
    trouble: str = ""

    @property
    def amber(self) -> bool:
        """Whether it is time to hurry: five working days (or one day) before the end."""
        near = AMBER_FROM if self.limit.unit is Unit.WORKDAYS else 1
        return self.state is State.RUNNING and self.left is not None and self.left <= min(near, self.limit.length - 1)

    @property
    def open(self) -> bool:
        """Whether somebody still has to act on it."""
        return self.state in (State.RUNNING, State.PAUSED, State.LATE, State.UNKNOWN)


def clocks(
    *,
    programme: Programme,
    accepted_on: date | None,
    course: Course,
    happened: Sequence[Happening],
    pauses: Iterable[Period],
    today: date,
    now: datetime,
    calendar: WorkCalendar,
) -> list[Clock]:
    """Every clock that has started, in the order of the limits; none before acceptance."""
    if accepted_on is None:
        return []
    held = list(pauses)
    told = (_clock(one, happened, held, today, now, calendar) for one in limits_of(programme, accepted_on, course))
    return [clock for clock in told if clock is not None]


def _clock(
    limit: Limit,
    happened: Sequence[Happening],
    pauses: Sequence[Period],
    today: date,
    now: datetime,
    calendar: WorkCalendar,
) -> Clock | None:
    begun = _latest_start(limit, happened)
    if begun is None:
        return None
    index, start = begun
    done = next((h for h in happened[index + 1 :] if h.move in limit.stops), None)
    if limit.unit is Unit.HOURS:
        return _hours(limit, start, done, now)
    try:
        due = due_on(limit, start.on, pauses, calendar, today if done is None else done.on)
        return _days(limit, start.on, due, done.on if done else None, pauses, today, calendar)
    except MissingYear as missing:
        return Clock(limit, start.on, None, done.on if done else None, State.UNKNOWN, trouble=str(missing))


def _latest_start(limit: Limit, happened: Sequence[Happening]) -> tuple[int, Happening] | None:
    """The whole procedure starts once; a step starts again each time it is begun again."""
    rows = [(i, h) for i, h in enumerate(happened) if h.move in limit.starts]
    if not rows:
        return None
    return rows[0] if limit.total and "accept" in limit.starts else rows[-1]


def due_on(limit: Limit, start: date, pauses: Sequence[Period], calendar: WorkCalendar, today: date) -> date:
    """The last day of a limit. An open pause is counted up to `today`. MissingYear."""
    day, left = start, limit.length
    while left:
        day += _DAY
        if any(day in pause for pause in pauses if day <= today or pause.until is not None):
            continue
        left -= calendar.is_workday(day) if limit.unit is Unit.WORKDAYS else 1
    return day


def _days(
    limit: Limit,
    start: date,
    due: date,
    done: date | None,
    pauses: Sequence[Period],
    today: date,
    calendar: WorkCalendar,
) -> Clock:
    until = done or today
    elapsed = _counted(limit, start, until, pauses, calendar)
    left = _counted(limit, until, due, pauses, calendar) if until <= due else -_counted(limit, due, until, (), calendar)
    if done is not None:
        return Clock(limit, start, due, done, State.KEPT if done <= due else State.MISSED, elapsed, left)
    paused = any(today in pause for pause in pauses)
    state = State.PAUSED if paused else State.LATE if today > due else State.RUNNING
    return Clock(limit, start, due, None, state, elapsed, left)


def _counted(limit: Limit, start: date, end: date, pauses: Sequence[Period], calendar: WorkCalendar) -> int:
    """Days that count after `start` up to and with `end`."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    free = (day for day in days if not any(day in pause for pause in pauses))
    return sum(calendar.is_workday(day) if limit.unit is Unit.WORKDAYS else 1 for day in free)


def _hours(limit: Limit, start: Happening, done: Happening | None, now: datetime) -> Clock:
    due_at = start.at + timedelta(hours=limit.length)
    until = done.at if done else now
    left = int((due_at - until).total_seconds() // 3600)
    elapsed = int((until - start.at).total_seconds() // 3600)
    if done is not None:
        state = State.KEPT if until <= due_at else State.MISSED
    else:
        state = State.LATE if until > due_at else State.RUNNING
    on = due_at.astimezone(now.tzinfo).date()
    return Clock(limit, start.on, on, done.on if done else None, state, elapsed, left, due_at)


def next_due(told: Iterable[Clock]) -> Clock | None:
    """The open clock that ends first; one without a known end comes first of all, so that it is seen."""
    waiting = [clock for clock in told if clock.open]
    return min(waiting, key=lambda c: (c.due_on is not None, c.due_on or date.min), default=None)
