"""Every few minutes: the feed gets its next numbers, and people without a digest get theirs."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from doudi.jobs.models import Job
from doudi.jobs.steps import Steps

from .actions.handles import fill
from .actions.publishing import publish


class TendExchange(Steps):
    """First the feed, chunk by chunk, then the digests; started again after a kill, it goes on where the rows say."""

    kind = "exchange.tend"
    title = _("编号待交换的事件")
    unit = "条"
    system = True

    def step(self, job: Job, at: datetime) -> bool:
        county = settings.DOUDI_COUNTY
        told = dict(job.result or {"events": 0, "handles": 0})
        events, more = publish(county=county, at=at, using=job.using)
        made = 0 if more else fill(county=county, using=job.using)
        job.result = {"events": told["events"] + events, "handles": told["handles"] + made}
        job.done += events
        return more or made > 0
