"""`./run bench money`: runs, bank, a standard that rises, reserve funds, an emergency on a phone; limits beside them.

Writes a dated table to benchmarks/results/. Each part has a module of its own (`money_*.py`) and runs in processes and
databases of its own; a part that fails is named in the table and in the exit code.
Options: --awards N, --many N, --kills N, --lines N,M (sizes of a bank file), --only PART[,PART].
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psutil
import psycopg

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import money_kills, money_relief, money_runs, money_standards  # noqa: E402

Rows = list[tuple[str, str, str, str]]
VAR = ROOT / "var" / "bench-money"
PORT, PEOPLE = 8433, 6_000
ROWS = 60_000
COMMITS = 200


def main() -> int:
    """Every part that is asked for, one table."""
    options = arguments()
    parts = {
        "limits": lambda: with_county(limits),
        "relief": lambda: with_county(lambda env: money_relief.measure(env, PORT)),
        "standards": lambda: with_county(lambda env: money_standards.measure(env, options.awards)),
        "runs": lambda: money_runs.measure(options.awards, options.many),
        "kills": lambda: money_kills.measure(options.awards, options.kills),
        "bank": lambda: bank(options.lines),
    }
    wanted = options.only.split(",") if options.only else list(parts)
    started, rows, failed = time.monotonic(), [], 0
    for name in wanted:
        found, broke = attempt(name, parts[name])
        for what, measured, *_rest in found:  # told at once: a later part may break
            print(f"{what}: {measured}", flush=True)
        rows += found
        failed += broke
    table = markdown(rows, time.monotonic() - started)
    print(table)
    part = f"-{'-'.join(wanted)}" if options.only else ""  # never over the table of everything
    target = ROOT / "benchmarks" / "results" / f"{date.today():%Y-%m-%d}-money{part}.md"
    target.write_text(table, encoding="utf-8")
    return int(failed > 0)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--awards", type=int, default=60_000)
    parser.add_argument("--many", type=int, default=240_000)
    parser.add_argument("--kills", type=int, default=money_kills.KILLS)
    parser.add_argument("--lines", default="60000,1000000")
    parser.add_argument("--only", default="")
    return parser.parse_args()


def attempt(name: str, part: Callable[[], Rows]) -> tuple[Rows, int]:
    """The rows of a part; if it breaks, a row that says so."""
    print(f"{name} …", flush=True)
    try:
        return part(), 0
    except (subprocess.CalledProcessError, OSError, ArithmeticError, RuntimeError, AssertionError, SystemExit) as error:
        print(f"{name}: {error}\n{getattr(error, 'stderr', '') or ''}", file=sys.stderr)
        return [(name, "**not measured**", "", f"the part broke: {type(error).__name__}")], 1


def bank(lines: str) -> Rows:
    """Bank file and reconciliation in a scratch database."""
    command = [sys.executable, str(ROOT / "benchmarks/money_bank.py"), "--scratch", "--lines", lines]
    told = subprocess.run(command, env=environ(), check=True, capture_output=True, text=True)
    return [tuple(row) for row in json.loads(told.stdout.strip().splitlines()[-1])]


def environ() -> dict[str, str]:
    return os.environ | {"DOUDI_VAR": str(VAR), "DOUDI_MODE": "demo", "DOUDI_ROOT": str(ROOT), "PYTHONUNBUFFERED": "1"}


@contextmanager
def county() -> Iterator[dict[str, str]]:
    """A small demo county with its money, web and worker running; yields the environment of its processes."""
    shutil.rmtree(VAR, ignore_errors=True)
    VAR.mkdir(parents=True)
    command = [str(ROOT / ".venv/bin/doudi"), "demo", "up", "--people", str(PEOPLE), "--port", str(PORT)]
    server = subprocess.Popen(command, env=environ(), stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        if not any("补记" in line for line in server.stdout):
            raise SystemExit("the demo county did not get its money")
        host = VAR / "pg-demo"
        urls = {"DATABASE_URL": "doudi_app", "DATABASE_OWNER_URL": "doudi_owner"}
        env = environ() | {name: f"postgresql://{role}@/doudi_demo?host={host}" for name, role in urls.items()}
        settle(server, env["DATABASE_OWNER_URL"])
        yield env
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        subprocess.run([str(ROOT / ".venv/bin/doudi"), "demo", "down"], env=environ(), check=False)


def settle(server: subprocess.Popen[str], owner: str) -> None:
    """The departments' files of the county are handed in last; wait until its worker has nothing to do."""
    assert server.stdout is not None
    any("份部门数据已送到" in line for line in server.stdout)
    with psycopg.connect(owner, autocommit=True) as db:
        while db.execute("SELECT count(*) FROM jobs_job WHERE state IN ('waiting', 'running')").fetchone() != (0,):
            time.sleep(1)


def with_county(part: Callable[[dict[str, str]], Rows]) -> Rows:
    with county() as env:
        return part(env)


def limits(env: dict[str, str]) -> Rows:
    """What the machine gives: a plain loop, rows into a table without guards, commits one by one, numbers decrypted."""
    with psycopg.connect(env["DATABASE_OWNER_URL"], autocommit=True) as db:
        db.execute("CREATE TABLE bench_plain (id bigint, place text, fen bigint)")
        began = time.perf_counter()
        with db.cursor().copy("COPY bench_plain FROM STDIN") as copy:
            for n in range(ROWS):
                copy.write_row((n, "533103102201", 60_000))
        copied = time.perf_counter() - began
        began = time.perf_counter()
        for n in range(COMMITS):
            db.execute("INSERT INTO bench_plain VALUES (%s, '533103102201', 1)", [n])
        committed = time.perf_counter() - began
        db.execute("DROP TABLE bench_plain")
    return [
        ("limit: ten million steps of a plain loop", f"{looped():.2f} s", "", "how fast the machine was that hour"),
        (f"limit: {ROWS:,} plain rows by COPY", f"{copied:.2f} s", "", "no guard, no index"),
        (f"limit: {COMMITS} commits, one after the other", f"{committed / COMMITS * 1000:.1f} ms each", "", "durable"),
        (f"limit: {ROWS:,} account numbers decrypted", f"{decrypted():.2f} s", "", "SM4-GCM, one process"),
    ]


def looped() -> float:
    """Seconds of a loop that does nothing."""
    began, total = time.perf_counter(), 0
    for step in range(10_000_000):
        total += step * step % 7
    return time.perf_counter() - began


def decrypted() -> float:
    """Seconds for as many numbers as a run has lines."""
    code = (
        "import time;from doudi.privacy.cipher import keyring;k=keyring();"
        "s=k.seal('6299990000000000017',purpose='bench');b=time.perf_counter();"
        f"[k.open(s,purpose='bench') for _ in range({ROWS})];print(time.perf_counter()-b)"
    )
    prepare = "import os,django;os.environ.setdefault('DJANGO_SETTINGS_MODULE','doudi.config.settings');django.setup();"
    env = environ() | {"DATABASE_URL": "postgresql://x@/x?host=/nonexistent"}
    told = subprocess.run([sys.executable, "-c", prepare + code], env=env, check=True, capture_output=True, text=True)
    return float(told.stdout)


def markdown(rows: Rows, seconds: float) -> str:
    """The table, with what it was measured on."""
    memory = round(psutil.virtual_memory().total / 2**30)
    head = f"# Money, {date.today():%Y-%m-%d}\n\n"
    head += f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory} GiB, "
    head += f"Python {platform.python_version()}; "
    head += f"load when it ended {os.getloadavg()[0]:.1f}; {seconds / 60:.0f} minutes in all.\n\n"
    lines = ["| what | measured | wanted | note |", "|---|---|---|---|"]
    return head + "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


if __name__ == "__main__":
    sys.exit(main())
