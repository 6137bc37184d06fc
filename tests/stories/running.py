"""A demo county that runs for stories, and work that is done in it beside the browser."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from doudi.config.environment import ROOT

CLI = (sys.executable, "-m", "doudi.config.cli")


def environ_of(var: str | Path) -> dict[str, str]:
    """The environment of a process that works in the demo county of a folder, on that county's day."""
    host = f"host={var}/pg-demo"
    moved = {"DOUDI_CLOCK": str(clock_of(var))} if clock_of(var).exists() else {}
    return os.environ | moved | {
        "DOUDI_VAR": str(var), "DOUDI_MODE": "demo", "DJANGO_SETTINGS_MODULE": "doudi.config.settings",
        "DATABASE_URL": f"postgresql://doudi_app@/doudi_demo?{host}",
        "DATABASE_OWNER_URL": f"postgresql://doudi_owner@/doudi_demo?{host}",
    }  # fmt: skip


def clock_of(var: str | Path) -> Path:
    """Where the clock of a county lies, if its day was moved."""
    return Path(var) / "clock"


def worked(var: str | Path, *command: str) -> str:
    """Run a module or a script in the county; returns what it prints."""
    said = subprocess.run(
        [sys.executable, *command], env=environ_of(var), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout[-500:] + said.stderr[-2000:]
    return said.stdout


def ask(var: str | Path, module: str, *arguments: str) -> Any:
    """Have something done by a module of the stories; returns what its last line tells."""
    return json.loads(worked(var, "-m", f"tests.stories.{module}", *arguments).splitlines()[-1])


@contextmanager
def running(var: Path, people: int) -> Iterator[tuple[str, IO[str]]]:
    """A county from scratch with its web role and its worker: the address, and what it prints from now on."""
    shutil.rmtree(var / "data", ignore_errors=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {k: v for k, v in environ_of(var).items() if not k.startswith("DATABASE_")} | {"PYTHONUNBUFFERED": "1"}
    command = [*CLI, "demo", "up", "--fresh", "--people", str(people), "--port", str(port)]
    server = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield f"http://127.0.0.1:{port}", _until_ready(server)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        subprocess.run([*CLI, "demo", "down"], env=environ, check=False)


def _until_ready(server: subprocess.Popen[str]) -> IO[str]:
    assert server.stdout is not None
    said = []
    for line in server.stdout:
        said.append(line)
        if "按 Ctrl-C 停止" in line:
            return server.stdout
    raise AssertionError("the demo county did not start:\n" + "".join(said[-30:]))


def until_supplied(output: IO[str] | None) -> None:
    """Wait until the months so far are paid and the departments' files of the last month have been handed in."""
    for line in output or ():
        if "份部门数据已送到" in line:
            return
