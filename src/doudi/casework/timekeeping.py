"""The morning round of the clocks, as a job."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from doudi.jobs.models import Job
from doudi.jobs.steps import Steps

from .actions.escalating import CHUNK, tend, to_tend


class TendClocks(Steps):
    """Two hundred applications a chunk; a clock is escalated once a level, however often the job runs."""

    kind = "casework.clocks"
    title = _("核对办理期限并提醒")
    unit = "件"
    system = True

    def count(self, job: Job) -> int:
        return to_tend(timezone.localdate(), using=job.using).count()

    def step(self, job: Job, at: datetime) -> bool:
        rows = list(to_tend(timezone.localdate(at), using=job.using).filter(pk__gt=job.cursor.get("after", 0))[:CHUNK])
        told = tend(rows, at=at, using=job.using) if rows else 0
        job.done = min(job.done + len(rows), job.total or 0)
        job.result = {"told": int((job.result or {}).get("told", 0)) + told}
        job.cursor = {"after": rows[-1].pk} if rows else job.cursor
        return len(rows) == CHUNK
