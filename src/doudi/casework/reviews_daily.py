"""The morning round, as a job: notices that have stood come down, and reviews are opened."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from doudi.jobs.models import Job
from doudi.jobs.steps import Steps
from doudi.registry.models import Household

from .actions.notices import take_down_ended
from .actions.reviews import Subjected, open_one
from .actions.reviews_notices import take_down_endings
from .queries.reviews_due import PHASES, Found, due

CHUNK = 200


class OpenReviews(Steps):
    """Two hundred matters a chunk; however often it runs, one open review a matter."""

    kind = "casework.reviews"
    title = _("发起定期核查")
    unit = "件"
    system = True

    def step(self, job: Job, at: datetime) -> bool:
        today = timezone.localdate(at)
        phase, after = int(job.cursor.get("phase", 0)), int(job.cursor.get("after", 0))
        if phase == 0 and after == 0:
            take_down_ended(on=today, using=job.using)
            take_down_endings(on=today, using=job.using)
        found, following = due(PHASES[phase], after, CHUNK, today, job.using)
        job.done += open_all(found, on=today, at=at, using=job.using)
        job.result = {"opened": job.done}
        job.cursor = {"phase": phase, "after": following} if following else {"phase": phase + 1, "after": 0}
        return bool(following) or phase + 1 < len(PHASES)


def open_all(found: list[Found], *, on: date, at: datetime, using: str = "default") -> int:
    """Open a review of each."""
    homes = Household.objects.using(using).in_bulk({one.household for one in found})
    with transaction.atomic(using=using):
        for one in found:
            subject = Subjected(homes[one.household], one.category, one.award, one.person)
            open_one(
                subject, one.ground, by=None, on=on, at=at, since=one.since, due_on=one.due_on, about=one.about,
                using=using,
            )  # fmt: skip
    return len(found)
