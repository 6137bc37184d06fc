"""System jobs: what is past its time goes, and objects follow a new key."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from doudi.jobs.models import Job
from doudi.jobs.steps import Steps

from . import objects
from .models import RETENTION_DAYS, Document

YOUNG_HOURS = 24
CHUNK = 200


class Sweep(Steps):
    """Once a night: discards rows past their retention, then removes objects that no kept row needs."""

    kind = "documents.sweep"
    title = _("清理到期材料")
    system = True

    def step(self, job: Job, at: datetime) -> bool:
        rows = Document.objects.using(job.using)
        for retention, days in RETENTION_DAYS.items():
            if days is not None:
                past = rows.kept().filter(retention=retention, uploaded_at__lt=at - timedelta(days=days))
                past.update(discarded_at=at, discard_reason="保存期满")
        needed = set(rows.kept().values_list("digest", flat=True))
        job.result = {"removed": _remove_unneeded(needed, at - timedelta(hours=YOUNG_HOURS))}
        return False


class Reseal(Steps):
    """After a key change: encrypts every object under the active key. Killed and repeated, it just goes on."""

    kind = "documents.reseal"
    title = _("材料换钥")
    unit = "个"
    system = True

    def count(self, job: Job) -> int:
        return Document.objects.using(job.using).kept().values("digest").distinct().count()

    def step(self, job: Job, at: datetime) -> bool:
        rows = Document.objects.using(job.using).kept().filter(digest__gt=job.cursor.get("after", ""))
        digests = list(rows.order_by("digest").values_list("digest", flat=True).distinct()[:CHUNK])
        for digest in digests:
            objects.reseal(digest)
        job.done = min(job.done + len(digests), job.total or 0)
        job.cursor = {"after": digests[-1]} if digests else job.cursor
        return len(digests) == CHUNK


def _remove_unneeded(needed: set[str], before: datetime) -> int:
    removed = 0
    for path in objects.folder().glob("??/*"):
        if path.parent.name + path.name not in needed and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            removed += 1
    return removed
