"""The sealed files of a batch: the file as it came and the rows that were read from it. Nothing lies readable."""

from __future__ import annotations

import io
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from django.conf import settings

from doudi.privacy import sealed_files
from doudi.privacy.cipher import keyring

from ..models import Batch, BatchFile

Role = BatchFile.Role


def folder() -> Path:
    """Where all files of feeds lie."""
    return Path(settings.DOUDI_DATA_DIR) / "feeds"


def path_of(blob: uuid.UUID) -> Path:
    """Where one file lies."""
    return folder() / blob.hex[:2] / blob.hex


class _Measured:
    """Counts and digests what is read through it."""

    def __init__(self, source: sealed_files.Readable) -> None:
        self._source, self.size, self._mac = source, 0, keyring().content_mac()

    def read(self, size: int = -1, /) -> bytes:
        piece = self._source.read(size)
        self.size += len(piece)
        self._mac.update(piece)
        return piece

    @property
    def digest(self) -> str:
        """Names equal files without saying what is in them."""
        return self._mac.copy().finalize().hex()


def keep_raw(source: sealed_files.Readable) -> tuple[uuid.UUID, str, int]:
    """Seal a stream; its blob, digest and size. Belongs to no batch yet: forget it with `discard` if refused."""
    blob, measured = uuid.uuid4(), _Measured(source)
    sealed_files.write(measured, path_of(blob), purpose=str(blob))
    return blob, measured.digest, measured.size


def discard(blob: uuid.UUID) -> None:
    """Remove a file."""
    path_of(blob).unlink(missing_ok=True)


@contextmanager
def opened_raw(batch: Batch, using: str) -> Iterator[Path]:
    """The file as it came, readable for as long as the block runs: in memory where the machine offers that."""
    row = batch.files.using(using).get(role=Role.RAW)
    shared = Path("/dev/shm")  # noqa: S108  never on a disk in clear
    suffix = Path(batch.file_name).suffix.lower()
    place = shared if shared.is_dir() else folder()
    with tempfile.NamedTemporaryFile(dir=place, suffix=suffix, prefix="doudi-feed-") as out:
        for piece in sealed_files.read(path_of(row.blob), purpose=str(row.blob)):
            out.write(piece)
        out.flush()
        yield Path(out.name)


def write_frame(batch: Batch, role: Role, number: int, frame: pl.DataFrame, using: str) -> None:
    """Keep a frame as a sealed file of the batch, in place of one of that number. A rollback leaves a stray file."""
    held = io.BytesIO()
    frame.write_parquet(held, compression="lz4")
    held.seek(0)
    blob = uuid.uuid4()
    sealed_files.write(held, path_of(blob), purpose=str(blob))
    values = {"blob": blob, "rows": frame.height, "division_code": batch.division_code}
    BatchFile.objects.using(using).update_or_create(batch=batch, role=role, number=number, defaults=values)


def read_frame(batch: Batch, role: Role, number: int, using: str) -> pl.DataFrame | None:
    """A frame that was kept; None if there is none."""
    row = BatchFile.objects.using(using).filter(batch=batch, role=role, number=number).first()
    if row is None:
        return None
    held = b"".join(sealed_files.read(path_of(row.blob), purpose=str(row.blob)))
    return pl.read_parquet(io.BytesIO(held))


def numbers(batch: Batch, role: Role, using: str) -> list[int]:
    """The numbers of the kept frames of a role, in order."""
    rows = BatchFile.objects.using(using).filter(batch=batch, role=role)
    return list(rows.order_by("number").values_list("number", flat=True))


def forget(batch: Batch, using: str, *, roles: tuple[Role, ...]) -> int:
    """Remove the files of these roles; returns how many. What a rollback leaves behind, `remove_strays` finds."""
    rows = list(BatchFile.objects.using(using).filter(batch=batch, role__in=roles))
    for row in rows:
        discard(row.blob)
    BatchFile.objects.using(using).filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def remove_strays(using: str, *, before: float) -> int:
    """Remove files that belong to no batch and are older than a moment (seconds since 1970)."""
    kept = {blob.hex for blob in BatchFile.objects.using(using).values_list("blob", flat=True)}
    gone = 0
    for path in folder().glob("??/*"):
        if path.name not in kept and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
