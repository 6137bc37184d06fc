"""Writes: start, cancel, try again. The contexts above audit their own starts; nothing here knows the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from .models import OPEN, Job, State, into
from .queries import control_alias
from .queue import ring
from .steps import Schedule, steps_of


def start(
    kind: str,
    *,
    by_id: int | None,
    at: datetime,
    params: Mapping[str, Any] | None = None,
    title: str = "",
    place: str = "",
    using: str = "default",
) -> Job:
    """Put a job in the queue within the caller's transaction: a rollback takes it back. KeyError: unknown kind."""
    steps = steps_of(kind)
    with transaction.atomic(using=using):
        job = Job.objects.using(using).create(
            kind=kind, title=title or str(steps.title), unit=str(steps.unit), is_system=steps.system,
            started_by_id=by_id, place=place, params=dict(params or {}), created_at=at,
        )  # fmt: skip
        ring(job.pk, using=using)
    return job


def start_scheduled(plan: Schedule, *, at: datetime) -> Job | None:
    """Start a job by the clock unless its last run is still open (then that one does the work)."""
    using = control_alias()
    steps = steps_of(plan.kind)
    try:
        with transaction.atomic(using=using):
            job = Job.objects.using(using).create(
                kind=plan.kind, title=str(steps.title), unit=str(steps.unit), is_system=True, is_scheduled=True,
                params=dict(plan.params), created_at=at,
            )  # fmt: skip
            ring(job.pk, using=using)
    except IntegrityError:
        return None
    return job


def cancel(*, job_id: int, at: datetime, using: str = "default") -> bool:
    """Stop a job: chunks that are committed stay, the chunk at hand is rolled back. False if it was over already."""
    rows = Job.objects.using(using).filter(pk=job_id, state__in=into(State.CANCELLED))
    return bool(rows.update(state=State.CANCELLED, finished_at=at, run_after=None, version=F("version") + 1))


def try_again(*, job_id: int, using: str = "default") -> bool:
    """Let a failed job go on from its last checkpoint. False if it has not failed."""
    with transaction.atomic(using=using):
        rows = Job.objects.using(using).filter(pk=job_id, state=State.FAILED)
        moved = rows.update(state=State.WAITING, finished_at=None, message="", attempts=0, version=F("version") + 1)
        if moved:
            ring(job_id, using=using)
    return bool(moved)


def tidy(*, before: datetime) -> int:
    """Remove scheduled runs that ended well before a moment; the failed ones stay to be seen. Returns how many."""
    rows = Job.objects.using(control_alias()).filter(is_scheduled=True, state=State.DONE, finished_at__lt=before)
    return rows.exclude(state__in=OPEN).delete()[0]
