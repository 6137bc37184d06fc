"""A PostgreSQL cluster of one's own, to be destroyed: of the wheel, or of Debian where the test run uses that."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg

from doudi.config.environment import ROOT
from doudi.config.postgres import ROLES, binaries, create_database

WHEEL, DEBIAN = 18, 15
DATABASE = "county"


class Cluster:
    """A server in a temporary folder; data, socket and log lie side by side in it."""

    def __init__(self, version: int | None = None) -> None:
        on_debian = os.environ.get("DATABASE_URL", "").startswith("postgresql://postgres@/postgres?host=/tmp/doudi-pg")
        self.bin = binaries(version or (DEBIAN if on_debian else WHEEL))
        self.folder = Path(tempfile.mkdtemp(prefix="doudi-keep-"))
        self.data = self.folder / "pgdata"
        self.user = _user()
        if self.user:
            self.folder.chmod(0o755)
            shutil.chown(self.folder, self.user)

    def start(self) -> Cluster:
        """Make the cluster unless it is there, and start it."""
        if not self.data.exists():
            self.run("initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust")
        options = f"-k {self.folder} -c listen_addresses='' -c wal_level=replica -c max_connections=40 -c fsync=off"
        self.run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.folder / "log", "-o", options, "start")
        return self

    def stop(self) -> None:
        """Stop at once, as a power cut would."""
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def remove(self) -> None:
        """Stop, and leave nothing."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, program: str, *arguments: object) -> str:
        """One of PostgreSQL's programs, by a user it accepts."""
        command = [str(self.bin / program), *map(str, arguments)]
        # The server keeps the output open for as long as it runs, so it gets none of ours.
        if program == "pg_ctl":
            subprocess.run(
                command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", user=self.user
            )
            return ""
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", user=self.user)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def url(self, role: str = "postgres", database: str = DATABASE) -> str:
        """How to reach it."""
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def create(self, database: str = DATABASE) -> dict[str, str]:
        """An empty database with our roles; the environment of commands that use it."""
        web, owner = create_database(self.folder, database)
        return {"DATABASE_URL": web, "DATABASE_OWNER_URL": owner}

    def pipe(self, statements: bytes, database: str, role: str = "postgres") -> None:
        """Run statements as psql does."""
        psql = [str(self.bin / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.url(role, database)]
        done = subprocess.run(psql, input=statements, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()[-2000:]

    def drop(self, database: str) -> None:
        """Remove a database."""
        with psycopg.connect(self.url(database="postgres"), autocommit=True) as db:
            db.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def connect(self, database: str = DATABASE) -> psycopg.Connection:
        """As the superuser, behind every guard."""
        return psycopg.connect(self.url(database=database), autocommit=True)


def doudi(environ: dict[str, str], *arguments: object, code: int | None = 0) -> str:
    """Run the command line as an administrator does; what it printed. `code`: how it must end (None: whatever)."""
    done = subprocess.run(
        [sys.executable, "-m", "doudi.config.cli", *map(str, arguments)],
        env=surroundings(environ), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert code is None or done.returncode == code, f"{arguments}: {done.returncode}\n{said}"
    return said


def python(environ: dict[str, str], *arguments: object) -> str:
    """Run a module of the tests against another database than this process has."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env=surroundings(environ), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def surroundings(environ: dict[str, str]) -> dict[str, str]:
    """The environment of a command: ours without what names our own database."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "DJANGO_SETTINGS", "DOUDI_"))}
    # Where Python may not leave what it compiles beside the sources, each process would compile all again.
    if ours.pop("PYTHONDONTWRITEBYTECODE", ""):
        ours["PYTHONPYCACHEPREFIX"] = str(ROOT / "var" / "pycache")
    return ours | {"DOUDI_MODE": "demo", "DOUDI_ROOT": str(ROOT), "PYTHONUTF8": "1"} | environ


def _user() -> str | None:
    """Whom the server runs as when we are root: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known: Sequence[str] = [one.pw_name for one in pwd.getpwall()]
    return next((name for name in ("pgserver", "postgres") if name in known), "nobody")


__all__ = ["DATABASE", "DEBIAN", "ROLES", "WHEEL", "Cluster", "doudi", "python"]
