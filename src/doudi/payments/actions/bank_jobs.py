"""What the jobs of the bank share."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.scope import scope_of
from doudi.jobs.models import Job
from doudi.jobs.steps import JobError


def actor(job: Job, at: datetime) -> Staff:
    """Who started the job, with their scope as it is now."""
    by = Staff.objects.filter(pk=job.started_by_id or 0, is_active=True).first()
    if by is None:
        raise JobError(_("发起人的账号已停用，请由在用账号重新办理。"))
    by.scope = scope_of(by, at)
    return by
