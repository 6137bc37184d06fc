"""The clocks of an application as they stand on a day, and when they may be stopped or given more time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.kernel.calendar import WorkCalendar
from doudi.kernel.period import Period
from doudi.places.queries import calendar_for
from doudi.registry.actions.refusal import Problems

from ..clocks import Clock, Happening, State, clocks, next_due
from ..limits import course_of, may_be_extended
from ..models import Application, Pause, Step
from ..programmes import Programme
from ..stages import Stage


def clocks_of(
    application: Application,
    *,
    today: date,
    now: datetime,
    calendar: WorkCalendar | None = None,
    steps: Sequence[Step] | None = None,
    pauses: Sequence[Pause] | None = None,
    every: bool = False,
) -> list[Clock]:
    """Every clock that has started. Pass steps, pauses and the calendar where many applications are read at once."""
    happened = application.steps.all() if steps is None else steps
    stood = application.pauses.all() if pauses is None else pauses
    return clocks(
        programme=Programme(application.programme),
        accepted_on=application.accepted_on,
        course=course_of(delegated=application.delegated, extended=bool(application.extended_for)),
        happened=[Happening(s.move, s.on, s.at) for s in happened],
        pauses=[Period(p.starts_on, p.ends_on) for p in stood],
        today=today,
        now=now,
        calendar=calendar or calendar_for(application.division_code[:6]),
        every=every,
    )


def clocks_of_many(
    applications: Iterable[Application], *, today: date, now: datetime, using: str = "default", every: bool = False
) -> dict[int, list[Clock]]:
    """The clocks of a page of applications, by id: two queries, and one calendar a county."""
    rows = list(applications)
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in Step.objects.using(using).filter(application__in=rows).only("application", "move", "on", "at"):
        steps[step.application_id].append(step)
    pauses: dict[int, list[Pause]] = defaultdict(list)
    for pause in Pause.objects.using(using).filter(application__in=rows):
        pauses[pause.application_id].append(pause)
    calendars: Mapping[str, WorkCalendar] = {c: calendar_for(c) for c in {a.division_code[:6] for a in rows}}
    return {
        a.pk: clocks_of(a, today=today, now=now, calendar=calendars[a.division_code[:6]], steps=steps[a.pk],
                        pauses=pauses[a.pk], every=every)
        for a in rows
    }  # fmt: skip


def total_clock(told: Sequence[Clock]) -> Clock | None:
    """The clock for the head of the page: the whole procedure, else the one that ends first, else the last."""
    running = [c for c in told if c.limit.total and c.open]
    if running:
        return running[-1]
    if any(c.open and not c.limit.least for c in told):
        return next_due(told)
    wholes = [c for c in told if c.limit.total]
    ended = wholes or [c for c in told if not c.limit.least]
    return next_due(told) or max(ended, key=lambda c: c.started_on, default=None)


def may_pause(application: Application, by: Staff, on: date, problems: Problems) -> None:
    """The guard of a pause: never while help is urgent, never twice at once, never to undo a missed day."""
    if application.stage == Stage.RELIEF:
        problems.add("", _("急难救助先救助后补材料，救助前不能暂停计时。"))
    if application.pauses.filter(ends_on=None).exists():
        problems.add("", _("这件申请已在暂停计时，请先恢复。"))


def not_paused(application: Application, by: Staff, on: date, problems: Problems) -> None:
    """The guard of every step that goes on with the case: who works on it lets its clock run."""
    if application.pauses.filter(ends_on=None).exists():
        problems.add("", _("这件申请正在暂停计时，请先恢复计时再办理。"))


def may_resume(application: Application, by: Staff, on: date, problems: Problems) -> None:
    """The guard of a resumption: there is a pause, and it lasted at least the day it began."""
    pause = application.pauses.filter(ends_on=None).first()
    if pause is None:
        problems.add("", _("这件申请没有暂停计时，不用恢复。"))
    elif on <= pause.starts_on:
        problems.add("on", _("暂停当天不能恢复，请从第二天起恢复计时。"))


def may_extend(application: Application, by: Staff, on: date, problems: Problems) -> None:
    """The guard of an extension: where the law names grounds, once, and before the last day has passed."""
    day = application.accepted_on or on
    if application.extended_for:
        problems.add("", _("办理期限已延长过一次，不能再延长。"))
    elif not may_be_extended(Programme(application.programme), day):
        problems.add("", _("“%(what)s”没有法定的延长理由，不能延长。") % {"what": application.get_programme_display()})
    elif (clock := _whole(application, on)) is None or clock.state in (State.LATE, State.MISSED):
        problems.add("", _("期限已过，不能延长；请尽快办结并说明超期原因。"))


def _whole(application: Application, on: date) -> Clock | None:
    now = datetime.combine(on, time.max, UTC)
    told = clocks_of(application, today=on, now=now)
    return next((c for c in told if c.limit.key == "total" and c.open), None)
