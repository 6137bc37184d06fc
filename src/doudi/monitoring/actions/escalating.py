"""A late task is told upwards, once a level and deadline; and the day on which help arrived is noted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from doudi.casework.models import Conclusion, Determination
from doudi.kernel.calendar import MissingYear, WorkCalendar
from doudi.places.queries import calendar_for

from ..models import OPEN_TASK, Escalation, Level, Outcome, TaskState, VisitTask
from .recording import record

CHUNK = 200
COUNTY_AFTER_WORKDAYS = 3
"""Later than this, and the county is told as well (assumed: no clause sets it)."""


def late_tasks(on: date, *, using: str = "default") -> QuerySet[VisitTask]:
    """Open tasks whose deadline has passed."""
    return VisitTask.objects.using(using).filter(state__in=OPEN_TASK, due_on__lt=on)


def tend(tasks: Sequence[VisitTask], *, on: date, at: datetime, using: str = "default") -> int:
    """Write the notices that are missing; returns how many."""
    calendar, told = calendar_for(), 0
    with transaction.atomic(using=using):
        rows = Escalation.objects.using(using).filter(task__in=tasks)
        known = set(rows.values_list("task_id", "level", "due_on"))
        for task in tasks:
            assert task.due_on is not None
            for level in _levels(task, on, calendar):
                if (task.pk, level.value, task.due_on) not in known:
                    Escalation.objects.using(using).create(
                        task=task, division_code=task.division_code, level=level, due_on=task.due_on, on=on, at=at
                    )
                    record(task, "escalate", None, using=using, level=level.value)
                    told += 1
    return told


def _levels(task: VisitTask, on: date, calendar: WorkCalendar) -> list[Level]:
    assert task.due_on is not None
    try:
        late = calendar.workdays_between(task.due_on, on)
    except MissingYear:
        late = (on - task.due_on).days
    return [Level.HEAD, Level.COUNTY] if late > COUNTY_AFTER_WORKDAYS else [Level.HEAD]


def note_help(*, using: str = "default") -> int:
    """The cases that tasks led to and that were granted since: the day of the decision is when help came."""
    waiting = VisitTask.objects.using(using).filter(state=TaskState.CLOSED, outcome=Outcome.TRUE, helped_on=None)
    tasks = {task.led_to: task for task in waiting.exclude(led_to="")}
    granted = Determination.objects.using(using).filter(
        application__number__in=list(tasks), conclusion=Conclusion.GRANT
    )
    helped = []
    for number, day in granted.order_by("-on").values_list("application__number", "on"):
        tasks[number].helped_on = day
        helped.append(tasks[number])
    VisitTask.objects.using(using).bulk_update(helped, ["helped_on"])
    return len(helped)
