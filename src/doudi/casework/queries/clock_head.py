"""A clock as a page draws it: words, a bar with its marks, and the days on which it stood still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.console.templatetags.doudi import units
from doudi.kernel.calendar import MissingYear, WorkCalendar
from doudi.places.queries import calendar_for

from ..clocks import Clock, State
from ..counting import CALENDAR_DAYS, Ruler, working_days
from ..limits import PauseGround, Unit
from ..models import Application, Pause
from .timing import clocks_of, total_clock

WIDTH = 320
UNITS = {Unit.WORKDAYS: "个工作日", Unit.DAYS: "天", Unit.HOURS: "小时"}  # msgids of `units`
WEEKDAYS = (gettext_lazy("周一"), gettext_lazy("周二"), gettext_lazy("周三"), gettext_lazy("周四"),
            gettext_lazy("周五"), gettext_lazy("周六"), gettext_lazy("周日"))  # fmt: skip
# Colours of the bar: those of the chip beside it.
FILLS = {"g": "var(--ok)", "a": "var(--warn-solid)", "x": "var(--bad)", "d": "var(--line-3)"}
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Chip:
    """What `{% sla %}` is called with. `left` None: grey, nobody has to hurry."""

    left: int | None
    text: str
    amber: int

    @property
    def css(self) -> str:
        if self.left is None:
            return "d"
        return "x" if self.left < 0 else "a" if self.left <= self.amber else "g"


@dataclass(frozen=True)
class Stretch:
    """A part of the bar, in its own units from 0 to WIDTH."""

    x: int
    width: int
    label: str = ""


@dataclass(frozen=True)
class Stood:
    """A pause in words."""

    ground: str | Promise
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Head:
    """One clock for a template."""

    clock: Clock
    chip: Chip
    length: str
    weekday: str | Promise
    amber_at: int
    citations: Sequence[str]
    fill: str
    run: Stretch | None = None
    over: Stretch | None = None
    tick: int | None = None
    end: int | None = None
    pauses: Sequence[Stretch] = ()
    stood: Sequence[Stood] = ()

    @property
    def words(self) -> str:
        """The bar for whoever cannot see it."""
        said = [self.chip.text, *(stretch.label for stretch in self.pauses)]
        return "；".join(said)


def head(application: Application, *, today: date, now: datetime) -> Head | None:
    """The clock of the whole case; None before acceptance and where no limit is known."""
    pauses = list(application.pauses.order_by("starts_on"))
    calendar = calendar_for(application.division_code[:6])
    clock = total_clock(clocks_of(application, today=today, now=now, calendar=calendar, pauses=pauses))
    return head_of(clock, pauses, calendar, today) if clock else None


def heads(application: Application, *, today: date, now: datetime) -> list[Head]:
    """Every clock of the case."""
    pauses = list(application.pauses.order_by("starts_on"))
    calendar = calendar_for(application.division_code[:6])
    told = clocks_of(application, today=today, now=now, calendar=calendar, pauses=pauses)
    return [head_of(clock, pauses, calendar, today) for clock in told]


def head_of(clock: Clock, pauses: Sequence[Pause], calendar: WorkCalendar, today: date) -> Head:
    """One clock with its bar; without one where the calendar of a year is missing."""
    chip = chip_of(clock)
    plain = Head(
        clock=clock,
        chip=chip,
        length=_many(clock.limit.length, clock),
        weekday=WEEKDAYS[clock.due_on.weekday()] if clock.due_on else "",
        amber_at=clock.limit.length - clock.limit.amber_left,
        citations=[article.citation for article in clock.limit.basis],
        fill=FILLS["d" if chip.css == "x" else chip.css],  # red is what came after the last day
        stood=_stood(clock, pauses, today),
    )
    ruler: Ruler = working_days(calendar) if clock.limit.unit is Unit.WORKDAYS else CALENDAR_DAYS
    try:
        return _with_bar(plain, ruler, today)
    except MissingYear:
        return plain


def chip_of(clock: Clock) -> Chip:
    """The colour and the words of a clock, for lists and heads alike."""
    left = {State.RUNNING: clock.left, State.LATE: clock.left or -1, State.MISSED: clock.left or -1, State.RIPE: 0}
    return Chip(left.get(clock.state), _said(clock), clock.limit.amber_left)


def _said(clock: Clock) -> str:
    left, limit = abs(clock.left or 0), clock.limit
    many = _many(left, clock) if clock.left else ""
    words = {
        State.RUNNING: _running(clock, left),
        State.PAUSED: _("暂停计时，剩 %(left)s") % {"left": _many(left, clock)},
        State.KEPT: _("按时办结，用 %(used)s") % {"used": _many(clock.elapsed, clock)},
        State.MISSED: _("办结时已超期 %(many)s") % {"many": many},
        State.LATE: _("已超期 %(many)s") % {"many": many},
        State.RIPE: _("公示期满，可以办下一步"),
        State.DROPPED: _("期内结束，没有办结"),
        State.UNKNOWN: _("最晚日期待定"),
    }
    if clock.state is State.RUNNING and clock.left == 0:
        return _("今天到期")
    if clock.state is State.KEPT and limit.least:
        return _("已公示满期或因异议停止")
    return words[clock.state].strip()


def _running(clock: Clock, left: int) -> str:
    if clock.limit.unit is Unit.WORKDAYS:
        return _("第 %(n)s 个工作日，剩 %(left)s 个") % {"n": clock.elapsed, "left": left}
    return _("已过 %(used)s，剩 %(left)s") % {"used": _many(clock.elapsed, clock), "left": _many(left, clock)}


def _many(n: int, clock: Clock) -> str:
    return f"{n} {units(n, UNITS[clock.limit.unit])}"


def _stood(clock: Clock, pauses: Sequence[Pause], today: date) -> list[Stood]:
    last = clock.done_on or today
    return [
        Stood(PauseGround(p.ground).label, p.starts_on, p.ends_on)
        for p in pauses
        if clock.pauses and p.starts_on <= last and (p.ends_on is None or p.ends_on > clock.started_on)
    ]


def _with_bar(plain: Head, ruler: Ruler, today: date) -> Head:
    clock = plain.clock
    if clock.due_on is None:
        return plain
    start, until = clock.started_on, max(clock.done_on or today, clock.started_on)
    span = max(ruler.between(start, max(clock.due_on, until)), 1)

    def at(day: date) -> int:
        return ruler.between(start, day) * WIDTH // span

    run, due = at(min(until, clock.due_on)), at(clock.due_on)
    stopped = [
        Stretch(at(p.start - _DAY), at(p.until - _DAY) - at(p.start - _DAY), _label(plain.stood, p.start))
        for p in clock.pauses
        if p.until is not None
    ]
    return replace(
        plain,
        run=Stretch(0, run),
        over=Stretch(due, at(until) - due) if until > clock.due_on else None,
        tick=at(clock.amber_on) if clock.amber_on and not clock.limit.least else None,
        end=due if until > clock.due_on else None,
        pauses=[one for one in stopped if one.width > 0],
    )


def _label(stood: Sequence[Stood], start: date) -> str:
    return "，".join(str(one.ground) for one in stood if one.starts_on == start)
