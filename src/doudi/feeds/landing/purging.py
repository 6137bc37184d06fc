"""Raw rows are kept as long as the contract says, and then they are gone; that they are is on record."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy

from doudi.jobs.models import Job
from doudi.jobs.steps import Steps

from ..actions import moving
from ..contracts import CONTRACTS
from ..models import Batch, BatchFile, DoubtfulPair, SourceStanding, State
from . import folder, store

OVER = (State.LANDED, State.REFUSED, State.SUPERSEDED)
KEPT_STANDING_DAYS = 60
"""How long what gave way is remembered: as long as a batch may still be taken back."""
UNUSED_DAYS = 30
"""A file that nobody landed in this time is not going to be."""


class PurgeRaw(Steps):
    """Every night, a batch a step."""

    kind = "feeds.purge"
    title = gettext_lazy("删除到期的部门原始数据")
    unit = "份"  # type: ignore[assignment]
    system = True

    def step(self, job: Job, at: datetime) -> bool:
        batch = self._next(job, at)
        if batch is not None:
            purge(batch, at, using=job.using)
            job.done += 1
            return True
        old = at - timedelta(days=KEPT_STANDING_DAYS)
        ended = Batch.objects.using(job.using).filter(received_at__lt=old).values("pk")
        gone = SourceStanding.objects.using(job.using).filter(superseded_by__in=ended).delete()[0]
        strays = store.remove_strays(job.using, before=(at - timedelta(days=1)).timestamp())
        refused = folder.remove_refused(at - timedelta(days=folder.REFUSED_DAYS))
        job.result = {"batches": job.done, "standing": gone, "strays": strays, "refused": refused}
        return False

    def _next(self, job: Job, at: datetime) -> Batch | None:
        """The next batch whose days are over."""
        rows = Batch.objects.using(job.using).filter(purged_at__isnull=True).order_by("pk")
        for batch in rows.iterator():
            kept = CONTRACTS[batch.contract].retention_days if batch.state in OVER else UNUSED_DAYS
            idle = batch.state in OVER or batch.state == State.PREVIEWED
            if idle and batch.received_at < at - timedelta(days=kept):
                return batch
        return None


def purge(batch: Batch, at: datetime, *, using: str = "default") -> None:
    """Delete the rows of a batch, also those held in the queue of doubtful pairs; counts and decisions stay."""
    with transaction.atomic(using=using):
        if batch.state == State.PREVIEWED:
            moving.move(batch, State.REFUSED, using=using, said=str(gettext_lazy("长期没有入库，原文件已按期删除")))
        removed = store.forget(batch, using, roles=tuple(BatchFile.Role))
        DoubtfulPair.objects.using(using).filter(batch=batch).update(said=None)
        Batch.objects.using(using).filter(pk=batch.pk).update(purged_at=at)
        moving.record("feeds.purge", batch, None, using=using, files=removed)
