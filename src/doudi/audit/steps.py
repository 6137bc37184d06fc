"""Long work as jobs: sealing, the daily check, and changing keys (here, because `privacy` lies below the jobs)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from doudi.jobs.models import Job
from doudi.jobs.steps import Steps
from doudi.privacy import rotation

from .actions import record
from .sealing import seal
from .verify import check_and_alert


class Seal(Steps):
    """Seals what is finished; one transaction, a few seconds even for a day's million events."""

    kind = "audit.seal"
    title = _("封存审计记录")
    unit = "条"
    system = True

    def step(self, job: Job, at: datetime) -> bool:
        seals = seal(at, using=job.using)
        job.done = sum(one.events for one in seals)
        job.result = {"seals": len(seals)}
        return False


class Check(Steps):
    """Runs the stand-alone verifier; what does not agree becomes an alert."""

    kind = "audit.verify"
    title = _("核验审计链")
    system = True

    def step(self, job: Job, at: datetime) -> bool:
        findings = check_and_alert(at, using=job.using)
        job.result = {"findings": len(findings)}
        return False


class Rotate(Steps):
    """Re-encrypts every value that is not under the active key."""

    kind = "keys.rotate"
    title = _("更换加密密钥")
    unit = "项"
    system = True

    def count(self, job: Job) -> int | None:
        ring = rotation.keyring()
        in_use = rotation.keys_in_use(using=job.using)
        return sum(count for key, count in in_use.items() if key != ring.active)

    def step(self, job: Job, at: datetime) -> bool:
        columns = list(rotation.columns())
        number = int(job.cursor.get("column", 0))
        if number >= len(columns):
            return False
        done, after = rotation.rotate_chunk(columns[number], after=job.cursor.get("after"), using=job.using)
        job.done = min(job.done + done, job.total or job.done + done)
        job.cursor = {"column": number, "after": after} if done else {"column": number + 1}
        return bool(done) or number + 1 < len(columns)

    def finish(self, job: Job, at: datetime) -> None:
        record(by=None, action="keys.rotate", detail={"values": job.done}, at=at, using=job.using)
        job.result = {"values": job.done}
