"""The sealed files of the data folder, mirrored into the backup: what a reachable moment needs is never removed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from doudi.privacy.sealed_files import HEADER_BYTES, MAGIC

from .programs import disk_told
from .store import Store, write_json

# Made anew from the register every hour; nothing in the database refers to them.
MADE_ANEW = ("population",)


def mirror(source: Path, store: Store, at: datetime) -> int:
    """Copy what is new or sealed under another key, and note what has gone; returns how many were copied.

    Only sealed files: what lies readable (departments' files before they are taken) does not enter a backup.
    """
    copied, here = 0, set()
    with disk_told(store.folder):
        for path in sealed(source):
            name = str(path.relative_to(source))
            here.add(name)
            copied += _copied(path, store.data / name)
    gone = _gone(store)
    missing = {str(path.relative_to(store.data)) for path in sealed(store.data)} - here
    write_json(store.folder / "gone.json", {name: gone.get(name, at.isoformat()) for name in sorted(missing)})
    return copied


def sealed(folder: Path) -> Iterator[Path]:
    """Every sealed file below a folder; those still being written have another name."""
    for path in sorted(folder.rglob("*")):
        if path.name.startswith(".") or path.relative_to(folder).parts[0] in MADE_ANEW or not path.is_file():
            continue
        if _header(path).startswith(MAGIC):
            yield path


def lay_out(store: Store, target: Path, to: datetime) -> int:
    """Copy the files that were there at a moment; returns how many."""
    gone, count = _gone(store), 0
    for path in sealed(store.data):
        name = str(path.relative_to(store.data))
        if name in gone and datetime.fromisoformat(gone[name]) <= to:
            continue
        _copied(path, target / name)
        count += 1
    _hand_folders_over(target)
    return count


def _hand_folders_over(target: Path) -> None:
    """A folder belongs to whom its files belong: the site goes on writing in it, although root has restored it."""
    if os.geteuid() != 0:
        return
    for path in (one for one in target.rglob("*") if one.is_file()):
        owner = path.stat()
        for folder in path.parents:
            if folder.is_relative_to(target) and folder.stat().st_uid != owner.st_uid:
                os.chown(folder, owner.st_uid, owner.st_gid)


def size(store: Store) -> int:
    """Bytes of all mirrored files."""
    return sum(path.stat().st_size for path in sealed(store.data))


def forget(store: Store, before: datetime) -> int:
    """Remove what had gone before the first moment that can still be restored."""
    gone, removed = _gone(store), 0
    for name, since in list(gone.items()):
        if datetime.fromisoformat(since) < before:
            (store.data / name).unlink(missing_ok=True)
            del gone[name]
            removed += 1
    write_json(store.folder / "gone.json", gone)
    return removed


def _gone(store: Store) -> dict[str, str]:
    path = store.folder / "gone.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def _copied(path: Path, target: Path) -> bool:
    """Copy unless the same bytes are there: a sealed file is told by its size and the salt in its header."""
    try:
        there, here = target.stat(), path.stat()
    except FileNotFoundError:
        if not path.exists():  # swept in this very moment
            return False
    else:
        if there.st_size == here.st_size and (
            there.st_mtime_ns == here.st_mtime_ns or _header(path) == _header(target)
        ):
            os.utime(target, ns=(here.st_atime_ns, here.st_mtime_ns))
            return False
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".new-{target.name}")
    shutil.copy2(path, new)
    if os.geteuid() == 0:
        os.chown(new, path.stat().st_uid, path.stat().st_gid)
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.replace(target)
    return True


def _header(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEADER_BYTES)
    except FileNotFoundError:
        return b""
