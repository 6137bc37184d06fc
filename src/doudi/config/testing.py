"""`./run test`: all tests on both cores, on the wheel's PostgreSQL or, with --debian-postgres, on Debian's 15."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .environment import ROOT

DEBIAN_BIN = Path("/usr/lib/postgresql/15/bin")
WORKERS = ["-n", "2", "--dist", "worksteal"]
# The browser's event loop and Django's database connections do not share a process: stories run by themselves.
# They share one county that fills with what each of them did, so they keep the order of their files.
STORIES, REST = ["-m", "story", "-p", "no:randomly"], ["-m", "not story"]
# The walk has a county on a day of its own, so it goes beside the others: half the time they wait for their browser.
WALK = "tests/stories/walk"
# Every branch of the rulebook is taken by a test of its own, so these run first and by themselves.
POLICY = "tests/policy"
GATE = ["--cov=doudi.policy", "--cov-branch", "--cov-report=term-missing:skip-covered", "--cov-fail-under=100"]
# Years of a county are lived when they are asked for by name: `./run test tests/years`.
LONG = ["--ignore=tests/years"]
# What the second run leaves out: nothing in it asks the database anything that another version could answer otherwise.
# Doors and pages are knocked at once, on the wheel's server: behind them are the acts, queries and walls of the rooms,
# which are tested on both.
NOT_DATABASE = [f"--ignore={folder}" for folder in (
    POLICY, "tests/kernel", "tests/access", "tests/bad_input", "tests/docs", "tests/console", "tests/practice",
    "tests/registry_pages", "tests/feeds/intake", "tests/feeds/linkage", "tests/demo/feeds",
)] + ["--ignore-glob=*_pages.py", "--ignore-glob=*_killed.py"]  # fmt: skip


def main(arguments: list[str]) -> int:
    """Run pytest with the project's defaults; returns its exit code."""
    if "--debian-postgres" in arguments:
        arguments.remove("--debian-postgres")
        return on_debian_postgres([*NOT_DATABASE, *LONG, *REST, *arguments])
    if _chosen(arguments):
        return pytest(arguments)
    policy = [*WORKERS, *GATE, POLICY, *arguments]
    rest = [*WORKERS, *REST, *LONG, f"--ignore={POLICY}", *arguments]
    stories = [*STORIES, *LONG, f"--ignore={WALK}", *arguments]
    return pytest(policy) or pytest(rest) or side_by_side(stories, [*STORIES, WALK, *arguments])


def _chosen(arguments: list[str]) -> bool:
    """Whether somebody asked for particular tests: then no extra processes, output as they know it."""
    return any(not a.startswith("-") for a in arguments)


def pytest(arguments: list[str], **environ: str) -> int:
    """Run pytest in a fresh process from the project root."""
    return subprocess.run(_command(arguments), cwd=ROOT, env=os.environ | environ, check=False).returncode


def side_by_side(arguments: list[str], others: list[str]) -> int:
    """Two runs at once; what the second says is printed when the first has said everything."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        beside = subprocess.Popen(_command(others), cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
        try:
            failed = pytest(arguments)
        finally:
            beside.wait()
        said.seek(0)
        print(said.read(), flush=True)
    return failed or beside.returncode


def _command(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", *arguments]


def on_debian_postgres(arguments: list[str]) -> int:
    """Start a throwaway cluster of Debian's PostgreSQL 15, run the tests on it, and remove it."""
    if not (DEBIAN_BIN / "initdb").exists() and not _install():
        return 1
    folder = Path(tempfile.mkdtemp(prefix="doudi-pg15-"))
    shutil.chown(folder, "postgres") if os.geteuid() == 0 else None
    try:
        _start(folder)
        url = f"postgresql://postgres@/postgres?host={folder}"
        return pytest([*WORKERS, *arguments], DATABASE_URL=url)
    finally:
        _as_postgres([str(DEBIAN_BIN / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "-w", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path) -> None:
    data = str(folder / "data")
    _as_postgres(
        [str(DEBIAN_BIN / "initdb"), "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust"]
    )
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c max_connections=60"
    _as_postgres([str(DEBIAN_BIN / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start"])


def _as_postgres(command: list[str]) -> None:
    """Run as the user postgres when we are root: the server refuses to run as root."""
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def _install() -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print("Debian's PostgreSQL 15 is needed for this run: apt-get install postgresql-15", file=sys.stderr)
        return False
    quiet = {"stdout": subprocess.DEVNULL, "check": True, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], **quiet)  # type: ignore[call-overload]  # noqa: S607
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql-15"], **quiet)  # type: ignore[call-overload]  # noqa: S607
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
