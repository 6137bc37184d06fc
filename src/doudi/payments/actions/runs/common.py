"""What every move of a run has in common: the row locked, the version the page showed, the event in the log."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.scope import scope_of
from doudi.audit.actions import Subject, record
from doudi.jobs.models import Job
from doudi.jobs.steps import JobError
from doudi.registry.actions.refusal import Conflict, refuse

from ...kinds import RunState
from ...models import PaymentRun

REASON_LENGTH = 200


def held_fast(run: PaymentRun, states: Collection[RunState], version: int | None = None) -> PaymentRun:
    """The run, locked until the transaction ends; Conflict if it has moved on since it was read."""
    fresh = PaymentRun.objects.select_for_update().get(pk=run.pk)
    if version is not None and fresh.version != version:
        raise Conflict(_("这一批次刚被他人处理过，请刷新后再看。"))
    if fresh.state not in states:
        raise Conflict(
            _("这一批次现在是“%(state)s”，不能这样办理，请刷新后再看。") % {"state": fresh.get_state_display()}
        )
    return fresh


def moved(run: PaymentRun, state: RunState, **changes: Any) -> PaymentRun:
    """Write a move of a locked run."""
    run.state, run.version = state, run.version + 1
    for name, value in changes.items():
        setattr(run, name, value)
    run.save(update_fields=["state", "version", *changes])
    return run


def reasoned(because: str, field: str = "because") -> str:
    """A reason as it is kept; refused if there is none."""
    if not because.strip():
        raise refuse(field, _("请写明理由。"))
    return because.strip()[:REASON_LENGTH]


def log(
    by: Staff, act: str, run: PaymentRun, detail: Mapping[str, Any] | None = None, *, subject: Subject | None = None
) -> None:
    """One event about a run or something in it."""
    about = subject or Subject("payment_run", str(run.pk), run.division_code)
    record(by=by, action=f"run.{act}", subject=about, detail={"run": run.number, **(detail or {})})


def staff_of(job: Job, at: datetime) -> Staff:
    """Who started the job, with the reach of the moment."""
    by = job.started_by
    if by is None:
        raise JobError(_("任务没有发起人"))
    by.scope = scope_of(by, at)
    return by
