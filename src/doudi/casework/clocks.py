"""The clocks of an application, from what happened and the limits in force. Pure: the day and the calendar come in.

The day of the event is not counted, the last day is (Civil Code 201). A day on which the clock stands still is not
counted either: in working days each paused working day moves the end by one, in calendar days each paused day. Days
that must pass (a notice) and hours never stand still. A limit that has run out is late, whatever is paused afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from doudi.kernel.calendar import MissingYear, WorkCalendar
from doudi.kernel.period import Period

from .counting import CALENDAR_DAYS, Ruler, closed, held, last_day, working_days
from .limits import DROPPED_BY, Course, Limit, Unit, limits_of
from .programmes import Programme

OFFICE = ZoneInfo("Asia/Shanghai")
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
    RIPE = "ripe"  # the days that must pass have passed: the next step may be taken
    DROPPED = "dropped"  # the case ended otherwise while there was still time
    UNKNOWN = "unknown"  # the calendar of a year is missing


OPEN = frozenset({State.RUNNING, State.PAUSED, State.LATE, State.RIPE, State.UNKNOWN})


@dataclass(frozen=True)
class Clock:
    """One limit with its days. `due_at` is set for hours only; `left` and `elapsed` in the unit of the limit.

    `left` below zero: how late. `waited`: the calendar days that passed for the family, `paused` those among them on
    which the clock stood still. `amber_on`: the day on which it becomes time to hurry.
    """

    limit: Limit
    started_on: date
    due_on: date | None
    done_on: date | None
    state: State
    elapsed: int = 0
    left: int | None = None
    due_at: datetime | None = None
    trouble: str = ""
    begun_at: datetime | None = None
    waited: int = 0
    paused: int = 0
    pauses: tuple[Period, ...] = ()
    amber_on: date | None = None

    @property
    def amber(self) -> bool:
        """Whether it is time to hurry; never once it is late, paused, or done."""
        if self.state is not State.RUNNING or self.left is None or self.limit.least:
            return False
        return self.left <= self.limit.amber_left

    @property
    def open(self) -> bool:
        """Whether somebody still has to act on it."""
        return self.done_on is None and self.state in OPEN


@dataclass(frozen=True)
class _Run:
    """One run of a limit: the step that began it, and the one that ended it, in answer or otherwise."""

    limit: Limit
    start: Happening
    end: Happening | None = None

    @property
    def answered(self) -> bool:
        return self.end is not None and self.end.move in self.limit.stops


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
    every: bool = False,
) -> list[Clock]:
    """The latest run of every limit that has started, in the order of the limits; `every`: the earlier runs too."""
    if accepted_on is None:
        return []
    stood = closed((_ended_with(pause, happened) for pause in pauses), today)
    told: list[Clock] = []
    for limit in limits_of(programme, accepted_on, course):
        runs = list(_runs(limit, happened))
        told.extend(_clock(run, stood, today, now, calendar) for run in (runs if every else runs[-1:]))
    return told


def _ended_with(pause: Period, happened: Iterable[Happening]) -> Period:
    """Nothing stands still after the case has ended, even if nobody ended the pause."""
    ends = (one.on + _DAY for one in happened if one.move in DROPPED_BY and one.on >= pause.start)
    return Period(pause.start, min([*ends, *([pause.until] if pause.until else [])], default=None))


def _runs(limit: Limit, happened: Iterable[Happening]) -> Iterator[_Run]:
    begun: Happening | None = None
    for one in happened:
        if begun is not None and (one.move in limit.stops or one.move in DROPPED_BY):
            yield _Run(limit, begun, one)
            begun = None
        if begun is None and one.move in limit.starts:
            begun = one
    if begun is not None:
        yield _Run(limit, begun)


def _clock(run: _Run, stood: list[Period], today: date, now: datetime, calendar: WorkCalendar) -> Clock:
    limit = run.limit
    if limit.unit is Unit.HOURS:
        return _hours(run, now)
    ruler: Ruler = working_days(calendar) if limit.unit is Unit.WORKDAYS else CALENDAR_DAYS
    pauses = [] if limit.least else _until(stood, run.end.on if run.end else today)
    try:
        return _days(run, pauses, today, ruler)
    except MissingYear as missing:
        return _without_a_table(run, pauses, today, ruler, str(missing))


def _without_a_table(run: _Run, pauses: list[Period], today: date, ruler: Ruler, trouble: str) -> Clock:
    """Unknown; but what has certainly run out is said to be late, although not by how much."""
    due: date | None = None
    with suppress(MissingYear):
        due = last_day(ruler, run.start.on, run.limit.length, pauses)
    done = run.end.on if run.end else None
    over = due is not None and (done or today) > due
    state = _state(run, True, False) if over else State.UNKNOWN
    return Clock(run.limit, run.start.on, due, done, state, trouble=trouble, begun_at=run.start.at,
                 waited=CALENDAR_DAYS.between(run.start.on, done or today))  # fmt: skip


def _until(stood: Iterable[Period], end: date) -> list[Period]:
    """A pause of the case stops nothing that was over by then."""
    return [Period(p.start, min(p.until or end + _DAY, end + _DAY)) for p in stood if p.start <= end]


def _days(run: _Run, pauses: list[Period], today: date, ruler: Ruler) -> Clock:
    limit, start = run.limit, run.start.on
    due = last_day(ruler, start, limit.length, pauses)
    until = run.end.on if run.end else max(today, start)
    late = ruler.between(due, until)
    return Clock(
        limit=limit,
        started_on=start,
        due_on=due,
        done_on=run.end.on if run.end else None,
        state=_state(run, until > due, any(today in pause for pause in pauses)),
        elapsed=ruler.between(start, until) - held(ruler, start, until, pauses),
        left=-late if until > due else ruler.between(until, due) - held(ruler, until, due, pauses),
        begun_at=run.start.at,
        waited=CALENDAR_DAYS.between(start, until),
        paused=held(CALENDAR_DAYS, start, until, pauses),
        pauses=tuple(pause for pause in pauses if pause.until is None or pause.until > start),
        amber_on=last_day(ruler, start, limit.length - limit.amber_left, pauses),
    )


def _state(run: _Run, over: bool, paused: bool) -> State:
    if run.limit.least:
        return (State.RIPE if over else State.RUNNING) if run.end is None else State.KEPT
    if run.end is not None:
        return State.MISSED if over else State.KEPT if run.answered else State.DROPPED
    if over:
        return State.LATE
    return State.PAUSED if paused else State.RUNNING


def _hours(run: _Run, now: datetime) -> Clock:
    """Where a step was written down on a later day its hour is not known: the count is then against the office."""
    begun = _moment(run.start, time.min)
    due_at = begun + timedelta(hours=run.limit.length)
    until = _moment(run.end, time.max) if run.end else max(now, begun)
    done = run.end.on if run.end else None
    return Clock(
        limit=run.limit,
        started_on=run.start.on,
        due_on=due_at.astimezone(OFFICE).date(),
        done_on=done,
        state=_state(run, until > due_at, False),
        elapsed=int((until - begun).total_seconds() // 3600),
        left=int((due_at - until).total_seconds() // 3600),
        due_at=due_at,
        begun_at=run.start.at,
        waited=CALENDAR_DAYS.between(run.start.on, until.astimezone(OFFICE).date()),
    )


def _moment(one: Happening, unknown: time) -> datetime:
    if one.at.astimezone(OFFICE).date() == one.on:
        return one.at
    return datetime.combine(one.on, unknown, OFFICE)


def next_due(told: Iterable[Clock]) -> Clock | None:
    """The open clock that ends first. Days that merely must pass come after every limit; unknown ends last."""
    waiting = [clock for clock in told if clock.open]
    return min(waiting, key=lambda c: (c.due_on is None, c.limit.least, c.due_on or date.max), default=None)
