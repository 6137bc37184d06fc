"""The daily round over yesterday's looks, as a job."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from doudi.jobs.models import Job
from doudi.jobs.steps import Steps

from .actions import notice

CATCH_UP = 7
"""Days that the round makes up for after the workers were down."""


class WatchReading(Steps):
    """One day a chunk, from the day after the last one looked at."""

    kind = "oversight.watch"
    title = _("检查查阅记录")
    unit = _("天")
    system = True

    def count(self, job: Job) -> int:
        return CATCH_UP

    def step(self, job: Job, at: datetime) -> bool:
        yesterday = timezone.localdate(at) - timedelta(days=1)
        first = yesterday - timedelta(days=CATCH_UP - 1)
        day = date.fromisoformat(job.cursor["after"]) + timedelta(days=1) if "after" in job.cursor else first
        found = notice(on=day, at=at, using=job.using)
        job.cursor = {"after": day.isoformat()}
        job.done = min(job.done + 1, CATCH_UP)
        job.result = {"found": int((job.result or {}).get("found", 0)) + found}
        return day < yesterday
