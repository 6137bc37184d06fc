"""The one job of this context itself: once a night, old files and old scheduled runs go."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from . import actions, files
from .models import Job
from .steps import Steps

KEPT_DAYS = 7


class Tidy(Steps):
    """Removes files and scheduled runs that ended a week ago."""

    kind = "jobs.tidy"
    title = _("清理过期的任务文件")
    system = True

    def step(self, job: Job, at: datetime) -> bool:
        before = at - timedelta(days=KEPT_DAYS)
        job.result = {"files": files.remove_old(before=before), "runs": actions.tidy(before=before)}
        return False
