"""The last day of each limit, read from casework's own clocks."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from doudi.casework.clocks import Clock
from doudi.casework.limits import Unit

from ..desk import Desk
from ..questions import Answer, Field, Sort, Task, Why
from ..topics import Level, Topic

ASKED = ("survey_start", "opinion", "notice", "decision", "total")
MOST = {Level.EASY: 2, Level.MEDIUM: 3, Level.HARD: 4}
UNITS = {Unit.WORKDAYS: "个工作日", Unit.DAYS: "天", Unit.HOURS: "小时"}


def asked(desk: Desk) -> dict[str, Clock]:
    """The clocks that are asked about: the total always, the others by level."""
    known = {key: clock for key in ASKED if (clock := desk.clocks.get(key)) and clock.due_on}
    first = [key for key in known if key != "total"][: MOST[desk.scenario.level] - ("total" in known)]
    return {key: clock for key, clock in known.items() if key in first or key == "total"}


def _fields(desk: Desk) -> tuple[Field, ...]:
    return tuple(
        Field(key, __("%(limit)s的最后一天") % {"limit": clock.limit.label}, Sort.DAY)
        for key, clock in asked(desk).items()
    )


def _right(desk: Desk) -> Answer:
    return {key: clock.due_on.isoformat() for key, clock in asked(desk).items() if clock.due_on}


def told(clock: Clock) -> str:
    """How a last day is counted."""
    start, due, limit = clock.started_on, clock.due_on, clock.limit
    assert due is not None
    first = start + timedelta(days=1)
    paused = f"，其中暂停 {clock.paused} 天不计" if clock.paused else ""
    assumed = "（待当地确认）" if limit.assumed else ""
    return (
        f"{limit.label}：{start.month} 月 {start.day} 日当天不算，从 {first.month} 月 {first.day} 日数起"
        f" {limit.length} {UNITS[limit.unit]}{paused}，最后一天是 {due.year} 年 {due.month} 月 {due.day} 日{assumed}。"
    )


def _why(desk: Desk) -> Why:
    clocks = asked(desk).values()
    lines = [told(clock) for clock in clocks]
    lines.append("工作日按国务院的放假和调休安排数：调休上班的周末算，放假的平日不算；公示按日历天数，不顺延。")
    clauses = dict.fromkeys(a.citation for clock in clocks for a in clock.limit.basis)
    return Why(tuple(lines), tuple(clauses))


LIMITS = Task(
    "limits", Topic.LIMITS, _("各步的最后一天"), _("按案卷里的经过，选出每个期限的最后一天（含当天）。"), ("timeline",),
    _fields, _right, _why,
)  # fmt: skip
