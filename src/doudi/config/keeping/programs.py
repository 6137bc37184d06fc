"""Running PostgreSQL's own programs, and saying in plain words what they could not do."""

from __future__ import annotations

import errno
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from ..postgres import binaries
from .trouble import Trouble


def program(version: int, name: str) -> str:
    """The path of a program of a version of PostgreSQL."""
    path = binaries(version) / name
    if path.is_absolute() and path.exists():
        return str(path)
    if found := shutil.which(name):
        return found
    said = {"name": name, "version": version}
    raise Trouble(_("本机没有 PostgreSQL %(version)s 的程序 %(name)s；安装 postgresql-%(version)s 后再试") % said)


def run(
    version: int, name: str, *arguments: object, environ: dict[str, str] | None = None, cwd: Path | None = None
) -> str:
    """Run to the end; its output. Trouble says why not."""
    command = [program(version, name), *map(str, arguments)]
    env = os.environ | {"LC_ALL": "C", "LANGUAGE": "C"} | (environ or {})
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=cwd, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise Trouble(_explained(name, done.stderr))
    return done.stdout


def connection_environ(settings: dict[str, Any]) -> dict[str, str]:
    """A database of Django's settings as PostgreSQL's programs read it."""
    named = {
        "PGHOST": settings["HOST"], "PGPORT": str(settings["PORT"]), "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"], "PGDATABASE": settings["NAME"],
    }  # fmt: skip
    return {key: value for key, value in named.items() if value}


def _explained(name: str, stderr: str) -> str:
    said = {"name": name, "stderr": stderr.strip()[-600:]}
    if "No space left on device" in stderr:
        return _("磁盘满了，%(name)s 没有做完；腾出空间后重新执行同一条命令。%(stderr)s") % said
    if "replication" in stderr and ("pg_hba.conf" in stderr or "permission denied" in stderr):
        return _("备份账号不能复制：它要有 REPLICATION，pg_hba.conf 要放行 replication 连接。%(stderr)s") % said
    if "authentication failed" in stderr:
        return _("备份账号的密码不对，核对 DATABASE_BACKUP_URL。%(stderr)s") % said
    if "all replication slots are in use" in stderr or "max_wal_senders" in stderr:
        return _("复制连接或复制槽不够，请加大 max_wal_senders、max_replication_slots。%(stderr)s") % said
    return _("%(name)s 没有做完：%(stderr)s") % said


@contextmanager
def disk_told(folder: Path) -> Iterator[None]:
    """A full disk is said in words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Trouble(_("%(folder)s 所在的磁盘满了；腾出空间后重新执行同一条命令") % {"folder": folder}) from error
        raise


def room(folder: Path, needed: int) -> None:
    """Trouble unless so many bytes are free where `folder` lies or will lie."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free < needed:
        said = {"folder": folder, "needed": f"{needed / 1e9:.2f}", "free": f"{free / 1e9:.2f}"}
        raise Trouble(_("%(folder)s 空间不够：要 %(needed)s GB，只剩 %(free)s GB") % said)


def server_user(folder: Path) -> str | None:
    """Whom a server in `folder` runs as when we are root, because it refuses to be root; None: as ourselves."""
    if os.geteuid() != 0:
        return None
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if there.stat().st_uid != 0:
        return pwd.getpwuid(there.stat().st_uid).pw_name
    known = {one.pw_name for one in pwd.getpwall()}
    for name in ("postgres", "pgserver"):
        if name in known:
            return name
    raise Trouble(_("本机没有 postgres 用户；数据库程序不能用 root 运行"))


def identity(user: str | None) -> dict[str, Any]:
    """How a process is started as that user, with no right of ours."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def hand_over(folder: Path, user: str | None) -> None:
    """Give a folder and all in it to the server's user."""
    if user is None:
        return
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, user)
