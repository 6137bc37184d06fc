"""The drill: a county is destroyed, brought back as it was at a moment, and proven."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from doudi.config.environment import DEMO_KEYRING, ROOT
from doudi.config.keeping.dump import RAISE_EPOCH

from .cluster import DATABASE, Cluster, doudi, python, surroundings
from .counties import BEFORE_MONITORING, load


class Drill:
    """A county at work, with a backup account that may copy and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.cluster = folder, Cluster().start()
        self.backup, self.vault = folder / "backup", folder / "vault"
        self.keys, self.data = folder / "keys.json", folder / "data"
        self.keys.write_text(json.dumps(DEMO_KEYRING))
        self.environ = load(BEFORE_MONITORING, self.cluster, DATABASE) | {
            "DOUDI_DATA": str(self.data), "DOUDI_VAR": str(folder / "var"), "DOUDI_KEYRING": str(self.keys),
            "DATABASE_BACKUP_URL": self.cluster.url("doudi_backup"),
        }  # fmt: skip
        with self.cluster.connect() as db:
            db.execute("CREATE ROLE doudi_backup LOGIN REPLICATION")
            db.execute(RAISE_EPOCH)
        doudi(self.environ, "migrate")

    def work(self, label: str) -> None:
        """People work: papers, money, seals."""
        python(self.environ, "-m", "tests.keeping.writing", label)

    def back_up(self) -> str:
        """One run of the timer."""
        return doudi(self.environ, "backup", self.backup, "--keys", self.vault)

    def destroy(self) -> None:
        """The machine is gone: cluster, documents, keys."""
        self.cluster.stop()
        for path in (self.cluster.data, self.data):
            shutil.rmtree(path)
        self.keys.unlink()

    @property
    def restoring(self) -> list[str]:
        """The command that brings it back."""
        return ["restore", str(self.backup), "--into", str(self.cluster.data), "--keys", str(self.vault)]

    def restore(self, to: datetime, *, code: int = 0) -> str:
        """Bring it back."""
        return doudi(self.environ, *self.restoring, "--to", to.isoformat(), code=code)

    def restore_and_be_killed(self, to: datetime) -> None:
        """Begin to bring it back, and be killed as soon as the restored server runs."""
        command = [sys.executable, "-m", "doudi.config.cli", *self.restoring, "--to", to.isoformat()]
        process = subprocess.Popen(command, env=surroundings(self.environ), cwd=ROOT, stdout=subprocess.DEVNULL)
        pid = self.cluster.data.with_name("pgdata.restoring") / "pgdata" / "postmaster.pid"
        deadline = time.monotonic() + 60
        while not pid.exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
        process.send_signal(signal.SIGKILL)
        process.wait()


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    """A county, thrown away afterwards."""
    made = Drill(tmp_path)
    yield made
    made.cluster.remove()


def test_a_destroyed_county_is_restored_to_a_moment_and_proven(drill: Drill) -> None:
    assert "全库一份" in drill.back_up()
    drill.work("before")
    drill.back_up()
    moment = datetime.now(UTC)
    drill.work("after")
    later = datetime.now(UTC)
    assert "可以恢复到" in drill.back_up()
    drill.destroy()

    _refuses_a_damaged_log(drill, later)
    drill.restore_and_be_killed(moment)
    left = [path for path in (drill.cluster.data, drill.data) if path.exists()]
    assert left == [], "nothing half-made stands in its place"
    said = drill.restore(moment)
    assert "上次没有做完" in said
    assert "核验一致" in said
    assert "丢失" in said
    assert "记账凭证 4" in said
    assert "材料 4" in said
    assert json.loads(drill.keys.read_text()) == DEMO_KEYRING, "the keys are back, too"
    assert sorted(path.name for path in drill.cluster.folder.iterdir()) == ["log", "pgdata"]

    drill.cluster.start()
    _holds_what_was_there(drill)
    _is_proven(drill)
    python(drill.environ, "-m", "tests.keeping.pages")
    drill.work("again")
    assert "全库一份" in drill.back_up(), "the restored database begins a line of its own"
    assert "✓" in doudi(drill.environ, "audit", "verify")


def _refuses_a_damaged_log(drill: Drill, to: datetime) -> None:
    """The newest piece of the log has no digest yet: the server itself finds that it does not reach."""
    growing = next(drill.backup.glob("lines/*/wal/*.partial"))
    whole = growing.read_bytes()
    growing.write_bytes(bytes(len(whole)))
    assert "日志损坏了" in drill.restore(to, code=1)
    assert list(drill.cluster.folder.glob("*.restoring")) == [], "a restore that cannot be leaves nothing"
    growing.write_bytes(whole)


def _holds_what_was_there(drill: Drill) -> None:
    with drill.cluster.connect() as db:
        money = [row[0] for row in db.execute("SELECT step FROM payments_entry WHERE about = 'inflow' ORDER BY step")]
        alerts = db.execute("SELECT kind FROM audit_auditalert WHERE settled_at IS NULL").fetchall()
    assert [one for one in money if one.startswith(("before", "after"))] == [f"before-{n}" for n in range(4)]
    assert alerts == [("restored",)], "the audit administrator is told"
    texts = sorted(python(drill.environ, "-m", "tests.keeping.papers").split())
    assert texts == [f"before-{n}.txt:before{n}" for n in range(4)], "every paper opens, and none of later"


def _is_proven(drill: Drill) -> None:
    assert "BROKEN" not in doudi(drill.environ, "ledger", "check")
    doudi(drill.environ, "audit", "export", drill.folder / "log.jsonl")
    anchors = sorted(drill.backup.glob("lines/*/base/*/audit-head.txt"))
    assert anchors
    said = python({}, ROOT / "tools" / "verify_audit.py", drill.folder / "log.jsonl", "--anchor", anchors[0])
    assert "✓" in said
