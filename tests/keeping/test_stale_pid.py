"""After a power cut the pid file of the wheel's server may name a process that is something else by now."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from doudi.config.postgres import forget_stale_pid, start, stop


@pytest.fixture
def pgdata(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that the server's own user can reach, of a server that is stopped in the end."""
    folder = tmp_path_factory.mktemp("power")
    yield folder / "pg"
    stop(folder / "pg")


def test_the_server_starts_although_its_pid_belongs_to_another_program_by_now(pgdata: Path) -> None:
    start(pgdata, durable=False)
    lines = (pgdata / "postmaster.pid").read_text().splitlines()
    stop(pgdata)
    other = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    try:
        (pgdata / "postmaster.pid").write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
        with psycopg.connect(_started_by_another_process(pgdata)) as db:
            assert db.execute("SELECT 1").fetchone() == (1,)
        assert other.poll() is None, "the other program is none of ours"
    finally:
        other.communicate()


def _started_by_another_process(pgdata: Path) -> str:
    """The wheel remembers in its process what it started; after a power cut nobody remembers."""
    code = "import sys; from pathlib import Path; from doudi.config.postgres import start as s; "
    code += "print(s(Path(sys.argv[1]), durable=False))"
    done = subprocess.run([sys.executable, "-c", code, str(pgdata)], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("left", ["", "\n\n", "17"])
def test_what_a_power_cut_leaves_of_the_pid_file_is_removed(tmp_path: Path, left: str) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (tmp_path / "postmaster.pid").write_text(left.replace("17", str(dead.pid)))
    assert forget_stale_pid(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()


def test_the_file_of_a_running_server_stays(pgdata: Path) -> None:
    start(pgdata, durable=False)
    assert not forget_stale_pid(pgdata)
    assert int((pgdata / "postmaster.pid").read_text().split()[0]) != os.getpid()
    with psycopg.connect(start(pgdata, durable=False)) as db:
        assert db.execute("SELECT 1").fetchone() == (1,)
