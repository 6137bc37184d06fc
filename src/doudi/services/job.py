"""The morning round of referrals, as a job."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from doudi.jobs.models import Job
from doudi.jobs.steps import Steps

from .actions.escalating import CHUNK, escalate_overdue, overdue


class EscalateReferrals(Steps):
    """Two hundred a chunk; each referral is told of once a limit, however often the job runs."""

    kind = "services.escalate"
    title = _("提醒超期的转介")
    unit = "件"
    system = True

    def count(self, job: Job) -> int:
        return overdue(timezone.localdate(), using=job.using).count()

    def step(self, job: Job, at: datetime) -> bool:
        told = escalate_overdue(on=timezone.localdate(at), at=at, using=job.using)
        job.done = min(job.done + told, job.total or 0)
        job.result = {"told": int((job.result or {}).get("told", 0)) + told}
        return told == CHUNK
