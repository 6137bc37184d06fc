"""Files that are put into a folder of the server, by copy or SFTP: `in/<source>/<file>`. Complete ones are taken.

A file is complete when a `<file>.ok` lies beside it, or when it has not changed for two minutes; `.part`, `.tmp` and
hidden files are on their way. What was taken is deleted here, for the batch keeps it sealed; what was refused goes to
`refused/` with the reason as text, and is deleted after a month.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy

from doudi.jobs.models import Job
from doudi.jobs.steps import Steps
from doudi.registry.actions import Refused

from ..actions.receiving import receive
from ..contracts import CONTRACTS
from ..models import Way

QUIET_SECONDS = 120
REFUSED_DAYS = 30
ON_THE_WAY = (".part", ".tmp", ".filepart", ".crdownload", ".ok")


def drop() -> Path:
    """The folder that is watched."""
    return Path(settings.DOUDI_FEED_DIR or Path(settings.DOUDI_DATA_DIR) / "feed-drop")


def waiting(at: datetime) -> Iterator[tuple[str, Path]]:
    """Source and path of every complete file, the oldest first."""
    for key in CONTRACTS:
        files = [path for path in (drop() / "in" / key).glob("*") if _is_complete(path, at)]
        yield from ((key, path) for path in sorted(files, key=lambda path: path.stat().st_mtime))


def _is_complete(path: Path, at: datetime) -> bool:
    if path.is_symlink() or not path.is_file() or path.name.startswith(".") or path.suffix.lower() in ON_THE_WAY:
        return False
    if path.with_name(path.name + ".ok").exists():
        return True
    return at.timestamp() - path.stat().st_mtime >= QUIET_SECONDS


class TakeFolder(Steps):
    """Every five minutes, a file a step."""

    kind = "feeds.folder"
    title = gettext_lazy("接收共享文件夹里的数据")
    unit = "份"  # type: ignore[assignment]
    system = True

    def step(self, job: Job, at: datetime) -> bool:
        found = next(waiting(at), None)
        if found is None:
            return False
        take(*found, at=at, using=job.using)
        job.done += 1
        return True


def take(key: str, path: Path, *, at: datetime, using: str = "default") -> bool:
    """Receive one file of the folder. Killed in between it is found again, and refused as known."""
    on = timezone.localdate(at)
    try:
        with path.open("rb") as stream:
            receive(
                contract=key, file_name=path.name, stream=stream, way=Way.FOLDER, by=None, on=on, at=at, using=using
            )  # fmt: skip
    except Refused as refused:
        _put_away(path, drop() / "refused" / key, at)
        note = drop() / "refused" / key / f"{path.name}.txt"
        note.write_text(str(refused) + "\n", encoding="utf-8")
        return False
    path.unlink()
    path.with_name(path.name + ".ok").unlink(missing_ok=True)
    return True


def remove_refused(before: datetime) -> int:
    """Delete what was refused before a moment: people's data does not lie about unsealed. How many files."""
    old = [path for path in (drop() / "refused").glob("*/*") if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _put_away(path: Path, folder: Path, at: datetime) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / path.name
    if target.exists():
        target = folder / f"{path.stem}.{at:%Y%m%d%H%M%S}{path.suffix}"
    os.replace(path, target)
    path.with_name(path.name + ".ok").unlink(missing_ok=True)
