"""`doudi restore --to`: from a backup folder to a database of that moment, its documents beside it, both proven.

Everything is made in `<target>.restoring` and moved into place when it stands. Killed at any instant, a second try
finds what is its own, stops the server that may still run in it, and begins again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ..postgres import forget_stale_pid
from . import files, programs
from .store import Base, Line, Mark, Store, sm3
from .trouble import Trouble

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What is restored, and from where."""

    line: Line
    base: Base
    to: datetime
    # The first mark that is not before the moment: its log and keys are needed.
    mark: Mark
    # The newest mark of the backup, if it is later: what it counted and the restored database lacks is lost.
    newest: Mark


def plan(store: Store, to: datetime | None) -> Plan:
    """The base and the log that lead to a moment. Trouble says which moments can be reached."""
    if not store.exists():
        raise Trouble(_("%(folder)s 不是备份文件夹") % {"folder": store.folder})
    pairs, reach = store.bases(), store.reach()
    if not pairs or reach is None:
        raise Trouble(_("%(folder)s 里没有做完的备份") % {"folder": store.folder})
    to = to or reach[1]
    newest = max((mark for line in store.lines() for mark in line.marks()), key=lambda mark: mark.at)
    for line, base in reversed(pairs):
        marks = [mark for mark in line.marks() if mark.at >= to]
        if base.ended_at <= to and marks and not line.missing(base, marks[0].lsn):
            return Plan(line, base, to, marks[0], newest)
    raise Trouble(_why_not(pairs, reach, to))


def _why_not(pairs: list[tuple[Line, Base]], reach: tuple[datetime, datetime], to: datetime) -> str:
    said = {"to": _told(to), "first": _told(pairs[0][1].ended_at), "last": _told(reach[1])}
    if to < pairs[0][1].ended_at:
        return _("%(to)s 太早：最早的备份是 %(first)s 做完的") % said
    for line, base in reversed(pairs):
        if base.ended_at > to:
            continue
        marks = [mark for mark in line.marks() if mark.at >= to]
        if marks and (gap := line.missing(base, marks[0].lsn)):
            whole = line.whole_until(base)
            said |= {"segment": gap, "last": _told(whole.at) if whole else _told(base.ended_at)}
            return _("日志缺了一段（%(segment)s），到不了 %(to)s；这之前最晚能恢复到 %(last)s") % said
    return _("%(to)s 不在备份里：最晚能恢复到 %(last)s") % said


def _told(at: datetime) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M:%S}"


def check_targets(into: Path, data: Path) -> None:
    """Trouble unless both targets are empty or not there."""
    for path in (into, data):
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise Trouble(_("%(path)s 不是空的：恢复不覆盖任何东西，把它移走或者另指一个文件夹") % {"path": path})
        if path.is_mount():
            raise Trouble(_("%(path)s 是一个挂载点：请指它下面的一个文件夹") % {"path": path})


def check_backup(chosen: Plan) -> None:
    """Trouble if a file of the base or a segment of the log is not what was written."""
    base, line, digests = chosen.base, chosen.line, chosen.line.digests()
    bad = [name for name, digest in base.sm3.items() if not _is(base.folder / name, digest)]
    for segment in line.segments(base, chosen.mark.lsn):
        path = line.wal / segment
        if segment in digests and path.exists() and not _is(path, digests[segment]):
            bad.append(segment)
    if bad:
        said = {"files": "、".join(bad[:5]), "folder": line.folder}
        raise Trouble(
            _("备份损坏了，这些文件和写的时候不一样：%(files)s（%(folder)s）。换一份备份，或者换一个时间") % said
        )


def _is(path: Path, digest: str) -> bool:
    return path.exists() and sm3(path) == digest


class Workshop:
    """The folder beside the target in which everything is made."""

    def __init__(self, into: Path, data: Path) -> None:
        self.into, self.data = into, data
        self.folder = into.with_name(f"{into.name}.restoring")
        self.pgdata, self.wal = self.folder / "pgdata", self.folder / "wal"
        self.documents = data.with_name(f"{data.name}.restoring")
        self.placed = self.folder / "documents-placed"
        self.user = programs.server_user(into)

    def clear(self) -> bool:
        """Remove what an earlier try left; returns whether there was anything."""
        left = self.folder.exists() or self.documents.exists()
        if self.pgdata.exists():
            _stop(self.pgdata)
        if self.placed.exists() and not self.into.exists():
            shutil.rmtree(self.data, ignore_errors=True)
        for path in (self.documents, self.folder):
            shutil.rmtree(path, ignore_errors=True)
        return left

    def lay_out(self, store: Store, chosen: Plan) -> int:
        """The copy of the cluster, its log, and the documents; returns how many documents there are."""
        segments = chosen.line.segments(chosen.base, chosen.mark.lsn)
        log = len(segments) * chosen.base.segment_bytes
        programs.room(self.folder, chosen.base.bytes + log)
        programs.room(self.documents, files.size(store))
        with programs.disk_told(self.folder):
            self.pgdata.mkdir(parents=True)
            self.wal.mkdir()
            _unpack(chosen.base, self.pgdata)
            for segment in segments:
                path = chosen.line.path_of(segment)
                assert path is not None
                shutil.copyfile(path, self.wal / segment)
            (self.pgdata / "recovery.signal").touch()
            self.pgdata.chmod(0o700)
            (self.folder / "server.conf").write_text("")
            (self.folder / "hba.conf").write_text("local all all trust\n")
            programs.hand_over(self.folder, self.user)
        with programs.disk_told(self.documents):
            self.documents.mkdir(parents=True)
            return files.lay_out(store, self.documents, chosen.to)

    def place(self) -> None:
        """Move everything to where it belongs."""
        for path in (self.data, self.into):
            if path.exists():
                path.rmdir()
        self.placed.touch()
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.documents.rename(self.data)
        self.pgdata.rename(self.into)
        shutil.rmtree(self.folder)


def _unpack(base: Base, pgdata: Path) -> None:
    try:
        with tarfile.open(base.folder / "base.tar.gz") as tar:
            tar.extractall(pgdata, filter="data")
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise Trouble(
            _("备份损坏了，打不开 %(folder)s：%(error)s") % {"folder": base.folder, "error": error}
        ) from error


@contextmanager
def server(workshop: Workshop, chosen: Plan, sockets: Path) -> Iterator[None]:
    """Run a server of nobody else's on the restored cluster, brought to the moment; stopped in the end."""
    command = [programs.program(chosen.base.server, "postgres"), "-D", str(workshop.pgdata)]
    for name, value in _settings(workshop, chosen, sockets).items():
        command += ["-c", f"{name}={value}"]
    log = workshop.folder / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, cwd="/", stdin=subprocess.DEVNULL, **programs.identity(workshop.user)
        )
    try:
        _wait(process, chosen, sockets, log)
        yield
    finally:
        process.send_signal(2)  # fast: everything written, nobody waited for
        process.wait()


def _settings(workshop: Workshop, chosen: Plan, sockets: Path) -> dict[str, str]:
    """Given on the command line, so that they hold whatever the backed-up server was told by ALTER SYSTEM."""
    return {
        "config_file": str(workshop.folder / "server.conf"),
        "hba_file": str(workshop.folder / "hba.conf"),
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "hot_standby": "off",
        "archive_mode": "off",
        "ssl": "off",
        "shared_preload_libraries": "",
        "logging_collector": "off",
        "log_destination": "stderr",
        "lc_messages": "C",
        "max_wal_size": "4GB",
        "restore_command": f"cp '{workshop.wal}/%f' '%p'",
        "recovery_target_time": chosen.to.isoformat(),
        "recovery_target_timeline": "current",
        "recovery_target_action": "promote",
    }


def _wait(process: subprocess.Popen[bytes], chosen: Plan, sockets: Path, log: Path) -> None:
    """Until the moment is reached and the server takes connections."""
    while process.poll() is None:
        try:
            with psycopg.connect(f"postgresql://{chosen.base.owner}@/{chosen.base.database}?host={sockets}") as db:
                row = db.execute("SELECT pg_is_in_recovery()").fetchone()
                if row == (False,):
                    return
        except psycopg.OperationalError:
            time.sleep(0.1)
    text = log.read_text(errors="replace")
    if "No space left on device" in text:
        raise Trouble(_("磁盘满了，恢复没有做完；腾出空间后重新执行同一条命令"))
    if "recovery ended before configured recovery target was reached" in text:
        raise Trouble(_("备份里的日志损坏了，读不到 %(to)s。换一个早一点的时间") % {"to": _told(chosen.to)})
    fatal = [line for line in text.splitlines() if "FATAL" in line or "PANIC" in line or "ERROR" in line]
    raise Trouble(_("恢复出来的数据库起不来：%(why)s") % {"why": "\n".join(fatal[-3:]) or text[-600:]})


def _stop(pgdata: Path) -> None:
    """Stop the server that an earlier try left running; its folder is thrown away."""
    if forget_stale_pid(pgdata) or not (pgdata / "postmaster.pid").exists():
        return
    pid = int((pgdata / "postmaster.pid").read_text().split()[0])
    os.kill(pid, 3)  # immediate
    deadline = time.monotonic() + 60
    while (pgdata / "postmaster.pid").exists() and time.monotonic() < deadline:
        if forget_stale_pid(pgdata):
            return
        time.sleep(0.05)


@contextmanager
def socket_folder(user: str | None) -> Iterator[Path]:
    """A short path that only the server's user may enter."""
    with tempfile.TemporaryDirectory(prefix="doudi-restore-") as name:
        if user:
            shutil.chown(name, user)
        yield Path(name)


def urls(base: Base, sockets: Path) -> dict[str, Any]:
    """How this process reaches the restored database."""
    return {
        "DATABASE_URL": f"postgresql://{base.web}@/{base.database}?host={sockets}",
        "DATABASE_OWNER_URL": f"postgresql://{base.owner}@/{base.database}?host={sockets}",
    }
