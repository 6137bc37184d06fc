"""The clocks of an application as they stand on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from doudi.kernel.calendar import WorkCalendar
from doudi.kernel.period import Period
from doudi.places.queries import calendar_for

from ..clocks import Clock, Happening, clocks, next_due
from ..limits import course_of
from ..models import Application, Pause, Step
from ..programmes import Programme


def clocks_of(
    application: Application,
    *,
    today: date,
    now: datetime,
    calendar: WorkCalendar | None = None,
    steps: Sequence[Step] | None = None,
    pauses: Sequence[Pause] | None = None,
) -> list[Clock]:
    """Every clock that has started. Pass steps, pauses and the calendar where many applications are read at once."""
    happened = application.steps.all() if steps is None else steps
    held = application.pauses.all() if pauses is None else pauses
    return clocks(
        programme=Programme(application.programme),
        accepted_on=application.accepted_on,
        course=course_of(delegated=application.delegated, extended=bool(application.extended_for)),
        happened=[Happening(s.move, s.on, s.at) for s in happened],
        pauses=[Period(p.starts_on, p.ends_on) for p in held],
        today=today,
        now=now,
        calendar=calendar or calendar_for(application.division_code[:6]),
    )


def total_clock(told: Sequence[Clock]) -> Clock | None:
    """The clock of the whole procedure, for the head of the page; else the one that ends first."""
    return next((c for c in told if c.limit.total), None) or next_due(told)
