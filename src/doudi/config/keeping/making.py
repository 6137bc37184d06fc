"""`doudi backup`: a copy of the cluster once a day, and at every run the log, documents and keys since the last.

The order makes the promise: first the moment is written down, then the log up to it is fetched, then the documents are
copied. A document lies on the disk before the row that names it is committed, so whatever the log up to that moment
refers to is there when the mark is written. A run that is killed leaves no mark, and the next one goes on.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _

from ..environment import django_database
from . import files, keys, programs
from .state import counts
from .store import Base, Line, Mark, Store, append, number_of, sm3, text_of, write_base
from .trouble import Trouble

SLOT = "doudi_backup"


@dataclass(frozen=True)
class Server:
    """The server behind DATABASE_BACKUP_URL, as it says itself."""

    url: str
    version: int
    cluster: str
    timeline: int
    segment_bytes: int
    bytes: int

    @property
    def environ(self) -> dict[str, str]:
        """For PostgreSQL's own programs."""
        return programs.connection_environ(django_database(self.url))


@dataclass(frozen=True)
class Made:
    """What a run has done."""

    mark: Mark
    base: Base | None
    copied: int
    keys: Path | None
    gap: bool


def make(store: Store, url: str, *, alias: str, keys_folder: Path | None, base_hours: int, keep_days: int) -> Made:
    """One run. Trouble when it cannot be done; what an earlier run has made stays good."""
    store.create()
    with _alone(store), _connected(url) as db, programs.disk_told(store.folder):
        server = _server(db, url)
        line, gap = _line(db, store, server)
        _catch_up(db, server, line)
        base = _base(db, store, server, line, alias, base_hours)
        mark = _mark(db, server, line, alias, base)
        copied = files.mirror(Path(settings.DOUDI_DATA_DIR), store, mark.at)
        if base:
            write_base(base)
        append(line.folder / "marks.jsonl", mark_row(mark))
        forget_old(store, line, mark.at - timedelta(days=keep_days))
        saved = (
            keys.save(settings.DOUDI_KEYRING, keys_folder, apart_from=store.folder, at=mark.at) if keys_folder else None
        )
        return Made(mark, base, copied, saved, gap)


def mark_row(mark: Mark) -> dict[str, Any]:
    """As it stands in the file."""
    return {"at": mark.at.isoformat(), "lsn": mark.lsn, "keys": mark.keys, "counts": mark.counts}


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    with (store.folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(_("另一次备份正在往 %(folder)s 里写，等它做完") % {"folder": store.folder}) from None
        yield


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection]:
    try:
        db = psycopg.connect(url, autocommit=True)
    except psycopg.OperationalError as error:
        raise Trouble(_("备份账号连不上数据库，核对 DATABASE_BACKUP_URL：%(error)s") % {"error": error}) from error
    with db:
        yield db


SERVER = """
SELECT current_setting('server_version_num')::int / 10000, (SELECT system_identifier::text FROM pg_control_system()),
  substr(pg_walfile_name(pg_current_wal_flush_lsn()), 1, 8),
  (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size'),
  (SELECT sum(pg_database_size(oid))::bigint FROM pg_database WHERE has_database_privilege(oid, 'CONNECT')),
  current_setting('wal_level'), current_setting('max_wal_senders')::int, current_setting('max_replication_slots')::int,
  (SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user)
"""


def _server(db: psycopg.Connection, url: str) -> Server:
    row = db.execute(SERVER).fetchone()
    assert row is not None
    version, cluster, timeline, segment, size, level, senders, slots, may = row
    if level == "minimal" or not senders or not slots:
        raise Trouble(
            _("这台数据库服务器不记完整日志：wal_level 设为 replica，max_wal_senders、max_replication_slots 设为 10。")
            + _("改完重启数据库；不能改的，用 doudi backup --dump")
        )
    if not may:
        raise Trouble(_("备份账号不能复制：执行 ALTER ROLE … REPLICATION，或者用 doudi backup --dump"))
    return Server(url, version, cluster, int(timeline, 16), segment, size)


def _line(db: psycopg.Connection, store: Store, server: Server) -> tuple[Line, bool]:
    """The line to go on with. If the server no longer has the log that follows, a new one begins: a gap."""
    line = store.line(server.cluster, server.timeline)
    row = db.execute("SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s", [SLOT]).fetchone()
    if row and row[0] == "lost":
        db.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])
    gap = False
    if not row or row[0] == "lost":
        db.execute("SELECT pg_create_physical_replication_slot(%s, true)", [SLOT])
        gap = any(line.wal.glob("*"))
        line = store.line(server.cluster, server.timeline, fresh=gap)
    line.wal.mkdir(parents=True, exist_ok=True)
    return line, gap


def _catch_up(db: psycopg.Connection, server: Server, line: Line) -> tuple[datetime, int]:
    """Fetch the log up to now; the moment and the position reached. Complete segments get their digest."""
    row = db.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    # A commit after the moment: recovery knows by it that the moment has passed. And one more, because the fetching
    # ends with the first record beyond the position.
    lsn = _stir(db)
    _stir(db)
    arguments = ["-D", line.wal, "-S", SLOT, "--no-loop", f"--endpos={text_of(lsn)}"]
    programs.run(server.version, "pg_receivewal", *arguments, environ=server.environ)
    known = line.digests()
    for path in sorted(line.wal.iterdir()):
        if len(path.name) == 24 and path.name not in known:
            append(line.folder / "digests.jsonl", {"name": path.name, "sm3": sm3(path)})
    return row[0], lsn


def _stir(db: psycopg.Connection) -> int:
    db.execute("SELECT pg_logical_emit_message(true, 'doudi.backup', '')")
    row = db.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone()
    assert row is not None
    return number_of(row[0])


def _base(db: psycopg.Connection, store: Store, server: Server, line: Line, alias: str, base_hours: int) -> Base | None:
    """A new copy of the cluster if the last is too old; not yet declared finished."""
    row = db.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    started, last = row[0], line.bases()[-1:]
    if last and last[0].started_at > started - timedelta(hours=base_hours):
        return None
    programs.room(store.folder, server.bytes // 3)
    new, folder = line.folder / "base" / ".new", line.folder / "base" / f"{started:%Y%m%dT%H%M%SZ}"
    for left in (new, folder):
        shutil.rmtree(left, ignore_errors=True)
    new.parent.mkdir(parents=True, exist_ok=True)
    arguments = ["-D", new, "-Ft", "-z", "-X", "none", "-c", "fast", "--no-password"]
    programs.run(server.version, "pg_basebackup", *arguments, environ=server.environ)
    ranges = json.loads((new / "backup_manifest").read_text())
    from doudi.audit import export

    export.head(new / "audit-head.txt", using=alias)
    new.rename(folder)
    return _described(db, server, folder, ranges, alias, started)


def _described(
    db: psycopg.Connection, server: Server, folder: Path, manifest: dict[str, Any], alias: str, started: datetime
) -> Base:
    span = manifest["WAL-Ranges"][0]
    ended = db.execute("SELECT clock_timestamp()").fetchone()
    assert ended is not None
    owner, database = _who(alias)
    return Base(
        folder=folder, started_at=started, ended_at=ended[0], lsn=number_of(span["Start-LSN"]),
        end_lsn=number_of(span["End-LSN"]), server=server.version, segment_bytes=server.segment_bytes,
        database=database, owner=owner, web=_who("default")[0],
        sm3={path.name: sm3(path) for path in sorted(folder.iterdir())}, keys=keys.fingerprints(settings.DOUDI_KEYRING),
        bytes=sum(file["Size"] for file in manifest["Files"]),
    )  # fmt: skip


def _who(alias: str) -> tuple[str, str]:
    """Role and database of a connection, as the server calls them."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        role, database = cursor.fetchone()
        return str(role), str(database)


def _mark(db: psycopg.Connection, server: Server, line: Line, alias: str, base: Base | None) -> Mark:
    at, lsn = _catch_up(db, server, line)
    mark = Mark(at, lsn, keys.fingerprints(settings.DOUDI_KEYRING), counts(alias))
    for one in [*line.bases(), *([base] if base else [])][-1:]:
        if missing := line.missing(one, lsn):
            raise Trouble(
                _("日志缺了一段（%(segment)s）：删除复制槽 doudi_backup 后再执行一次，会重新开始")
                % {"segment": missing}
            )
    return mark


def forget_old(store: Store, current: Line, before: datetime) -> None:
    """Remove bases that no kept moment needs, the log before the oldest base, and files gone before it."""
    for line in store.lines():
        bases = line.bases()
        # The first kept moment is restored from the last base before it.
        needless = [base for base in bases if base.ended_at <= before][:-1]
        if line != current and all(mark.at < before for mark in line.marks()):
            shutil.rmtree(line.folder)
            continue
        for base in needless:
            (base.folder / "base.json").unlink()
            shutil.rmtree(base.folder)
        if needless:
            line.forget_before(next(base for base in bases if base not in needless))
    if oldest := store.bases()[:1]:
        files.forget(store, oldest[0][1].started_at)
