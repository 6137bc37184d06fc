"""The backup folder: what lies where in it, and which moments it reaches.

    doudi-backup.json               says that this is a backup folder of ours
    lines/<cluster>-<timeline>-<n>/ a line of history; a new one begins with a restore and after a gap in the log
        base/<moment>/              base.tar.gz, backup_manifest, audit-head.txt, and base.json with their digests
        wal/                        write-ahead log by segments, the last one `.partial`
        digests.jsonl               SM3 of every complete segment, written when it is complete
        marks.jsonl                 moments up to which log *and* documents are here
    data/                           the sealed files of the data folder, under the same names
    gone.json                       files that are no longer in the data folder, and since when

Nothing in this module asks a database or the framework.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes

MARKER = "doudi-backup.json"
FORMAT = 2


@dataclass(frozen=True)
class Base:
    """A copy of the whole cluster: with the log from `lsn` on, every moment after `ended_at` can be restored."""

    folder: Path
    started_at: datetime
    ended_at: datetime
    lsn: int
    end_lsn: int
    server: int
    segment_bytes: int
    database: str
    owner: str
    web: str
    sm3: dict[str, str]
    keys: dict[str, str]
    bytes: int


@dataclass(frozen=True)
class Mark:
    """Up to this moment the log is here, and every document that the database of then refers to."""

    at: datetime
    lsn: int
    keys: dict[str, str]
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One line of history: bases, and one log through all of them."""

    folder: Path

    @property
    def wal(self) -> Path:
        """Where its log lies."""
        return self.folder / "wal"

    @property
    def timeline(self) -> int:
        """The number PostgreSQL gives it."""
        return int(self.folder.name.split("-")[1])

    def bases(self) -> list[Base]:
        """The finished bases, the oldest first."""
        found = (_base(path) for path in (self.folder / "base").glob("*/base.json"))
        return sorted((one for one in found if one), key=lambda one: one.ended_at)

    def marks(self) -> list[Mark]:
        """The moments reached, the oldest first."""
        return [
            Mark(datetime.fromisoformat(row["at"]), row["lsn"], row["keys"], row["counts"])
            for row in _lines(self.folder / "marks.jsonl")
        ]

    def digests(self) -> dict[str, str]:
        """SM3 of the complete segments by name."""
        return {row["name"]: row["sm3"] for row in _lines(self.folder / "digests.jsonl")}

    def segment_of(self, lsn: int, segment_bytes: int) -> str:
        """The name of the segment that holds a position."""
        per_log = 0x1_0000_0000 // segment_bytes
        number = lsn // segment_bytes
        return f"{self.timeline:08X}{number // per_log:08X}{number % per_log:08X}"

    def segments(self, base: Base, until: int) -> list[str]:
        """The names of all segments from a base up to a position."""
        first, last = base.lsn // base.segment_bytes, until // base.segment_bytes
        return [self.segment_of(n * base.segment_bytes, base.segment_bytes) for n in range(first, last + 1)]

    def path_of(self, segment: str) -> Path | None:
        """The file of a segment, whole or still growing; None if it is not here."""
        paths = (self.wal / segment, self.wal / f"{segment}.partial")
        return next((path for path in paths if path.exists()), None)

    def missing(self, base: Base, until: int) -> str:
        """The first segment that is not here, empty if all are."""
        return next((name for name in self.segments(base, until) if not self.path_of(name)), "")

    def whole_until(self, base: Base) -> Mark | None:
        """The last mark that can be reached from a base without a gap."""
        marks = [mark for mark in self.marks() if mark.lsn >= base.end_lsn]
        if not marks:
            return None
        gap = self.missing(base, max(mark.lsn for mark in marks))
        whole = [mark for mark in marks if not gap or self.segment_of(mark.lsn, base.segment_bytes) < gap]
        return whole[-1] if whole else None

    def forget_before(self, base: Base) -> None:
        """Drop the log and what is noted of it from before a base."""
        first = self.segment_of(base.lsn, base.segment_bytes)
        for path in self.wal.iterdir():
            if len(path.name) == 24 and path.name < first:
                path.unlink()
        for name, kept in (("marks.jsonl", self._kept_marks(base)), ("digests.jsonl", self._kept_digests(first))):
            new = self.folder / f".new-{name}"
            new.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")
            new.replace(self.folder / name)

    def _kept_marks(self, base: Base) -> list[dict[str, Any]]:
        return [row for row in _lines(self.folder / "marks.jsonl") if row["lsn"] >= base.lsn]

    def _kept_digests(self, first: str) -> list[dict[str, Any]]:
        return [row for row in _lines(self.folder / "digests.jsonl") if row["name"] >= first]


@dataclass(frozen=True)
class Store:
    """A backup folder."""

    folder: Path

    @property
    def data(self) -> Path:
        """Where the documents lie."""
        return self.folder / "data"

    def exists(self) -> bool:
        """Whether this is a backup folder of ours."""
        return (self.folder / MARKER).exists()

    def create(self) -> None:
        """Make it one; readable by nobody else."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        if not self.exists():
            write_json(self.folder / MARKER, {"format": FORMAT})

    def line(self, cluster: str, timeline: int, *, fresh: bool = False) -> Line:
        """The line of a running database; `fresh`: one that begins now, because the log has a gap."""
        folder = self.folder / "lines"
        numbers = [int(path.name.rpartition("-")[2]) for path in folder.glob(f"{cluster}-{timeline}-*")] or [1]
        return Line(folder / f"{cluster}-{timeline}-{max(numbers) + fresh}")

    def lines(self) -> list[Line]:
        """All lines."""
        return [Line(path) for path in sorted((self.folder / "lines").glob("*-*-*"))]

    def bases(self) -> list[tuple[Line, Base]]:
        """Every base with its line, the oldest first."""
        return sorted(((line, base) for line in self.lines() for base in line.bases()), key=lambda p: p[1].ended_at)

    def reach(self) -> tuple[datetime, datetime] | None:
        """From when to when a moment can be restored; None if nothing can."""
        pairs = [(base, mark) for line, base in self.bases() if (mark := line.whole_until(base))]
        if not pairs:
            return None
        return min(base.ended_at for base, _ in pairs), max(mark.at for _, mark in pairs)


def write_base(base: Base) -> None:
    """Write what makes a base a finished one."""
    row = asdict(base) | {"started_at": base.started_at.isoformat(), "ended_at": base.ended_at.isoformat()}
    write_json(base.folder / "base.json", {key: value for key, value in row.items() if key != "folder"})


def _base(path: Path) -> Base | None:
    row = json.loads(path.read_text())
    moments = {key: datetime.fromisoformat(row[key]) for key in ("started_at", "ended_at")}
    return Base(folder=path.parent, **(row | moments))


def append(path: Path, row: dict[str, Any]) -> None:
    """Add a line, safe on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        file.write(("\n" if _torn(path) else "") + json.dumps(row) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _torn(path: Path) -> bool:
    """Whether the last line was cut by a power cut."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 1, 0))
        return file.read(1) not in (b"\n", b"")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # torn by a power cut: what it said was not finished
            continue


def write_json(path: Path, value: object) -> None:
    """Whole or not at all."""
    new = path.with_name(f".new-{path.name}")
    with new.open("w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def sm3(path: Path) -> str:
    """Digest of a file."""
    digest = hashes.Hash(hashes.SM3())
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.finalize().hex()


def number_of(lsn: str) -> int:
    """A position as PostgreSQL prints it, `16/B374D848`."""
    high, _, low = lsn.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


def text_of(lsn: int) -> str:
    """A position as PostgreSQL reads it."""
    return f"{lsn >> 32:X}/{lsn & 0xFFFFFFFF:X}"
