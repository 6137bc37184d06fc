"""What every action on a batch does: one move of the table, one event, and the job that carries it out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.audit import actions as audit
from doudi.jobs import actions as jobs
from doudi.registry.actions import Conflict, Refused
from doudi.registry.actions.refusal import refuse

from ..contracts import CONTRACTS
from ..models import Batch, State, into

refusals = (Conflict, Refused)
"""What stops a move without being an error of ours."""


def move(batch: Batch, state: State, *, using: str = "default", **changes: Any) -> None:
    """Bring a batch into a state; Conflict if somebody was faster. Refused while another file of the source lands."""
    rows = Batch.objects.using(using).filter(pk=batch.pk, state__in=into(state))
    try:
        moved = rows.update(state=state, **changes)
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if name != "feed_batch_one_landing":
            raise
        raise refuse("", _("这个来源有另一份文件正在入库，请等它完成。")) from error
    if not moved:
        raise Conflict
    batch.refresh_from_db(using=using)


def record(
    action: str, batch: Batch, by: Staff | None, *, purpose: str = "", using: str = "default", **detail: Any
) -> None:
    """The action's one event."""
    audit.record(
        by=by,
        action=action,
        subject=audit.Subject("feed_batch", str(batch.pk), batch.division_code),
        purpose=purpose[:200],
        detail={"contract": batch.contract, **detail},
        using=using,
    )


def start(kind: str, batch: Batch, by: Staff | None, at: datetime, *, using: str = "default") -> None:
    """Start the job that carries the batch on, and note it on the batch."""
    title = f"{CONTRACTS[batch.contract].title}：{batch.file_name}"
    job = jobs.start(
        kind, by_id=by.pk if by else None, at=at, params={"batch": batch.pk}, title=title[:120],
        place=batch.division_code, using=using,
    )  # fmt: skip
    Batch.objects.using(using).filter(pk=batch.pk).update(job_id=job.pk)
    batch.job_id = job.pk
