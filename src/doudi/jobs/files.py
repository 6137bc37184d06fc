"""Files that a job makes: encrypted under the data folder, one per row of `JobFile`, gone after a week."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from doudi.privacy import sealed_files

from .models import OPEN, Job, JobFile
from .queries import control_alias


class _Counted:
    """Counts what is read through it."""

    def __init__(self, source: sealed_files.Readable) -> None:
        self._source = source
        self.size = 0

    def read(self, size: int = -1, /) -> bytes:
        piece = self._source.read(size)
        self.size += len(piece)
        return piece


def attach(
    job: Job, role: JobFile.Role, *, name: str, media_type: str, stream: sealed_files.Readable, at: datetime
) -> JobFile:
    """Keep a stream as a file of the job, in the transaction at hand: rolled back, nobody ever sees it."""
    blob, counted = uuid.uuid4(), _Counted(stream)
    sealed_files.write(counted, path_of(blob), purpose=str(blob))
    return JobFile.objects.using(job.using).create(
        job=job, role=role, name=name, media_type=media_type, size=counted.size, blob=blob, created_at=at
    )


def open_file(file: JobFile) -> Iterator[bytes]:
    """The content, piece by piece."""
    return sealed_files.read(path_of(file.blob), purpose=str(file.blob))


def downloadable(job: Job) -> QuerySet[JobFile]:
    """The files that a person may fetch: not the parts on the way there."""
    return JobFile.objects.filter(job=job).exclude(role=JobFile.Role.PART)


def path_of(blob: uuid.UUID) -> Path:
    """Where a file lies."""
    return folder() / blob.hex[:2] / blob.hex


def folder() -> Path:
    """The folder of all job files."""
    return Path(settings.DOUDI_DATA_DIR) / "jobs"


def remove_old(*, before: datetime) -> int:
    """Delete the files of jobs that ended before a moment, and files that belong to no row; returns how many."""
    rows = JobFile.objects.using(control_alias()).exclude(job__state__in=OPEN).filter(job__finished_at__lt=before)
    gone = rows.delete()[0]
    kept = {blob.hex for blob in JobFile.objects.using(control_alias()).values_list("blob", flat=True)}
    # A file younger than the limit may belong to a chunk that has not committed yet.
    for path in folder().glob("??/*"):
        if path.name not in kept and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone
