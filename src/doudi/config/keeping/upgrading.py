"""`doudi upgrade`: what is looked at before, what will be done and how long it takes, and what is proven afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from . import dump, programs
from .store import Store
from .trouble import Trouble

OLDEST_SERVER = 15
BACKUP_HOURS = 24
# Rebuilding a table needs its size once more, and its indexes.
ROOM = 1.2
# Measured with the small counties of the tests and a county of 440,000 people: rules and grants are written anew in
# any case; a migration that touches every row reads and writes about 20 MB a second.
FIXED_SECONDS, BYTES_A_SECOND = 15, 20_000_000


@dataclass(frozen=True)
class Upgrade:
    """What would be done."""

    steps: list[str]
    bytes: int
    seconds: int
    disk_seen: bool


def planned(alias: str) -> Upgrade:
    """The migrations to come, in order."""
    executor = MigrationExecutor(connections[alias])
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        size = int(cursor.fetchone()[0])
        cursor.execute(SERVER)
        folder = cursor.fetchone()[1]
    touched = [migration for migration, _back in pending if _rewrites(migration)]
    seconds = FIXED_SECONDS + (size // BYTES_A_SECOND if touched else 0)
    return Upgrade(
        [f"{one.app_label} {one.name}" for one, _back in pending], size, seconds, bool(folder and Path(folder).exists())
    )


def _rewrites(migration: object) -> bool:
    """Whether a migration may read or write the rows of a table that is there: anything but a new table."""
    operations = getattr(migration, "operations", [])
    return any(type(one).__name__ not in ("CreateModel", "CreateTable") for one in operations)


def refusals(alias: str, backup: Path | None, at: datetime) -> Iterator[str]:
    """Everything that stands against it, all at once."""
    yield from _of_the_server(alias)
    yield from _of_the_database(alias)
    yield from _of_the_backup(backup, at)


def _of_the_server(alias: str) -> Iterator[str]:
    with connections[alias].cursor() as cursor:
        cursor.execute(SERVER)
        version, folder = cursor.fetchone()
        cursor.execute("SELECT pg_database_size(current_database())")
        size = int(cursor.fetchone()[0])
    if version < OLDEST_SERVER:
        yield _("数据库是 PostgreSQL %(version)s，至少要 %(oldest)s") % {"version": version, "oldest": OLDEST_SERVER}
    # Known only to members of pg_read_all_settings, and only here if the server is on this machine.
    if folder and Path(folder).exists():
        try:
            programs.room(Path(folder), int(size * ROOM))
        except Trouble as trouble:
            yield str(trouble)


SERVER = """
SELECT current_setting('server_version_num')::int / 10000,
  CASE WHEN pg_has_role('pg_read_all_settings', 'MEMBER') THEN current_setting('data_directory') END
"""


def _of_the_database(alias: str) -> Iterator[str]:
    executor = MigrationExecutor(connections[alias])
    known = set(executor.loader.disk_migrations)
    newer = sorted(
        f"{app} {name}" for app, name in executor.loader.applied_migrations if _ours(app) and (app, name) not in known
    )
    if newer:
        yield _("数据库比这个版本新（%(names)s）：不能往回升，请装新的版本") % {"names": "、".join(newer[:5])}
    with connections[alias].cursor() as cursor:
        tables = connections[alias].introspection.table_names(cursor)
        if "jobs_job" in tables:
            cursor.execute("SELECT count(*) FROM jobs_job WHERE state = 'running'")
            if running := cursor.fetchone()[0]:
                yield _("有 %(count)s 个后台任务在运行：先停 worker，等它们停下来") % {"count": running}
        cursor.execute(OTHERS)
        if others := cursor.fetchone()[0]:
            yield _("还有 %(count)s 个连接在用数据库：先停网站和 worker") % {"count": others}


# Those that serve people or run jobs; monitoring and backup accounts may stay. What kind of process another role has is
# hidden from the owner, who it belongs to is not.
OTHERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
  AND pid <> pg_backend_pid() AND usesysid IN (SELECT r.oid FROM pg_roles r, pg_roles w
    WHERE w.rolname = 'doudi_web' AND NOT r.rolsuper AND pg_has_role(r.oid, w.oid, 'MEMBER'))
"""


def _ours(app: str) -> bool:
    return any(name == f"doudi.{app}" for name in settings.INSTALLED_APPS)


def _of_the_backup(backup: Path | None, at: datetime) -> Iterator[str]:
    if backup is None:
        yield _("没有说备份在哪里：用 --backup 指出备份文件夹")
        return
    made = last_backup(backup)
    if made is None:
        yield _("%(folder)s 里没有做完的备份") % {"folder": backup}
    elif made < at - timedelta(hours=BACKUP_HOURS):
        hours = int((at - made).total_seconds() // 3600)
        yield _("最近的备份已经过了 %(hours)s 小时，先执行 doudi backup") % {"hours": hours}


def last_backup(folder: Path) -> datetime | None:
    """The last moment that can be restored from a backup folder, of either kind; None if there is none."""
    store = Store(folder)
    if store.exists():
        reach = store.reach()
        return reach[1] if reach else None
    try:
        return dump.moment(folder)
    except Trouble:
        return None


def told_seconds(seconds: int) -> str:
    """About how long, for people."""
    if seconds < 90:
        return _("约 %(n)s 秒") % {"n": seconds}
    return _("约 %(n)s 分钟") % {"n": round(seconds / 60)}


def code_version() -> str:
    """The version of the program."""
    from importlib.metadata import version

    return os.environ.get("DOUDI_VERSION") or version("doudi")
