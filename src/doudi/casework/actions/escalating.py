"""Every morning: the clocks are read again, and whoever must know of one that runs out is told, once a level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.audit import actions as audit
from doudi.audit.actions import Subject
from doudi.registry.actions.refusal import refuse

from ..clocks import Clock, State, next_due
from ..limits import Unit
from ..models import Application, ClockResult, Escalation, EscalationAnswer, Level, OpenClock
from ..queries.escalations import is_for
from ..queries.timing import clocks_of_many
from .clock_rows import keep_clocks
from .moving import record

CHUNK = 200
LOOKS_BACK = timedelta(days=400)
# Later than this, in the unit of the limit, and the county is told.
COUNTY_AFTER = {Unit.WORKDAYS: 3, Unit.DAYS: 1, Unit.HOURS: 24}
SHORTEST_NOTE = 4


def to_tend(today: date, *, using: str = "default") -> QuerySet[Application]:
    """Applications whose clocks run, and ended ones of which no result could be written yet."""
    rows = Application.objects.using(using).filter(accepted_on__isnull=False)
    runs = Exists(OpenClock.objects.filter(application=OuterRef("pk")))
    written = Exists(ClockResult.objects.filter(application=OuterRef("pk")))
    return rows.filter(Q(ended_on=None) | runs | (Q(ended_on__gte=today - LOOKS_BACK) & ~written)).order_by("pk")


def tend(applications: Iterable[Application], *, at: datetime, using: str = "default") -> int:
    """Read the clocks of some applications again and escalate. Returns how many people's notices were written."""
    today = timezone.localdate(at)
    with transaction.atomic(using=using):
        ids = [a.pk for a in applications]
        rows = list(Application.objects.using(using).select_for_update(of=("self",)).filter(pk__in=ids))
        told = clocks_of_many(rows, today=today, now=at, using=using, every=True)
        _write_days(rows, told, using)
        keep_clocks([(a, told[a.pk]) for a in rows], using=using)
        return _escalate(rows, told, today, at, using)


def _write_days(rows: Sequence[Application], told: dict[int, list[Clock]], using: str) -> None:
    """An open pause moves the last day every day; the table of a new year makes an unknown one known."""
    changed = []
    for application in rows:
        nearest = next_due(told[application.pk])
        due_on, key = (nearest.due_on, nearest.limit.key) if nearest else (None, "")
        if (application.due_on, application.due_key) != (due_on, key):
            application.due_on, application.due_key = due_on, key
            changed.append(application)
    Application.objects.using(using).bulk_update(changed, ["due_on", "due_key"])


def _escalate(
    rows: Sequence[Application], told: dict[int, list[Clock]], today: date, at: datetime, using: str
) -> int:  # fmt: skip
    all_rows = Escalation.objects.using(using)
    known = set(all_rows.filter(application__in=rows).values_list("application_id", "key", "began_at", "level"))
    fresh = [
        one
        for application in rows
        for clock in told[application.pk]
        for one in _due(application, clock, today, at)
        if (one.application_id, one.key, one.began_at, one.level) not in known
    ]
    for one in all_rows.bulk_create(fresh):
        _record(one, using)
    return len(fresh)


def _due(application: Application, clock: Clock, today: date, at: datetime) -> Iterator[Escalation]:
    if clock.due_on is None or clock.begun_at is None:
        return
    for level in levels(clock):
        yield Escalation(
            application=application, division_code=application.division_code, key=clock.limit.key,
            began_at=clock.begun_at, level=level, due_on=clock.due_on, on=today, at=at,
            staff_id=application.handler_id if level == Level.HANDLER else None,
        )  # fmt: skip


def levels(clock: Clock) -> list[Level]:
    """Who must know of a clock as it stands."""
    if clock.state is not State.LATE:
        return [Level.HANDLER] if clock.amber and not clock.limit.least else []
    very = clock.left is not None and -clock.left > COUNTY_AFTER[clock.limit.unit]
    return [Level.HANDLER, Level.HEAD, *([Level.COUNTY] if very else [])]


def _record(one: Escalation, using: str) -> None:
    subject = Subject("application", str(one.application_id), one.division_code)
    detail = {"number": one.application.number, "limit": one.key, "level": one.level, "due_on": str(one.due_on)}
    audit.record(by=None, action="case.escalate", subject=subject, detail=detail, using=using)


def answer(*, escalation: Escalation, note: str, by: Staff, at: datetime) -> EscalationAnswer:
    """Say what will be done. Only whoever was told can; once."""
    if not is_for(escalation, by):
        raise refuse("", _("这条提醒不是发给您的，请由被提醒的人答复。"))
    if len(note.strip()) < SHORTEST_NOTE:
        raise refuse("note", _("请写明怎么处理、什么时候办结，至少 %(n)s 个字。") % {"n": SHORTEST_NOTE})
    if EscalationAnswer.objects.filter(escalation=escalation).exists():
        raise refuse("", _("这条提醒已经答复过。"))
    with transaction.atomic():
        said = EscalationAnswer.objects.create(
            escalation=escalation, division_code=escalation.division_code, note=note.strip(), by_id=by.pk, at=at
        )
        record(escalation.application, "answer_escalation", by, limit=escalation.key, level=escalation.level)
    return said
