"""`./run bench foundation`: start-up, memory, thirty clerks, sealing; against the limits measured in the same run.

Writes a dated table to benchmarks/results/. Options: --people N (a smaller county), --skip-seal, --seconds N.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import psutil
import psycopg

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.load import Clerk, Result, run  # noqa: E402

VAR = ROOT / "var" / "bench"
PORT = 8431
CLERKS = 30


def main() -> int:
    """Measure everything, print the table, and write it to the results folder."""
    options = arguments()
    rows: list[tuple[str, str, str, str]] = []
    server, first_page, county = start(options.people)
    try:
        rows.append(
            ("clone to first page, after downloads", f"{first_page:.0f} s", "≤ 120 s", f"{options.people:,} people")
        )
        rows.append(
            (
                "of which county generation and load",
                f"{county:.0f} s",
                "≤ 60 s",
                "3.2 million rows, every constraint checked",
            )
        )
        rows.append(
            (
                "memory, idle: web + worker + PostgreSQL",
                f"{memory_mb(server.pid):,.0f} MB",
                "≤ 1,500 MB",
                "PSS, 60 s after start",
            )
        )
        rows += clerks(options.seconds)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        subprocess.run([str(ROOT / ".venv/bin/doudi"), "demo", "down"], env=environ(), check=False)
    if not options.skip_seal:
        rows += sealing()
    table = markdown(rows, options)
    print(table)
    target = ROOT / "benchmarks" / "results" / f"{date.today():%Y-%m-%d}-foundation.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(table, encoding="utf-8")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=440_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--skip-seal", action="store_true")
    return parser.parse_args()


def environ() -> dict[str, str]:
    return os.environ | {"DOUDI_VAR": str(VAR), "DOUDI_MODE": "demo", "DOUDI_ROOT": str(ROOT), "PYTHONUNBUFFERED": "1"}


def start(people: int) -> tuple[subprocess.Popen[str], float, float]:
    """`doudi demo up` on an empty folder: seconds until the first page answered, and those of the county alone."""
    shutil.rmtree(VAR, ignore_errors=True)
    VAR.mkdir(parents=True)
    started, county = time.monotonic(), float("nan")
    command = [str(ROOT / ".venv/bin/doudi"), "demo", "up", "--people", str(people), "--port", str(PORT)]
    server = subprocess.Popen(command, env=environ(), stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    for line in server.stdout:
        print(line.replace("\r", "\n"), end="")
        if found := re.search(r"户，([\d.]+) 秒", line):
            county = float(found[1])
        if "按 Ctrl-C 停止" in line:
            return server, time.monotonic() - started, county
    raise SystemExit("the demo did not start")


def database() -> psycopg.Connection:
    return psycopg.connect(f"postgresql://postgres@/doudi_demo?host={VAR / 'pg-demo'}", autocommit=True)


def memory_mb(pid: int) -> float:
    """Proportional set size of web, worker and PostgreSQL after a quiet minute."""
    time.sleep(60)
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    postgres = [p for p in psutil.process_iter(["name", "cmdline"]) if p.info["name"] == "postgres"]
    root = next(p for p in postgres if str(VAR) in " ".join(p.info["cmdline"] or []))
    processes += [root, *root.children(recursive=True)]
    return sum(p.memory_full_info().pss for p in processes) / 2**20


def clerks(seconds: float) -> list[tuple[str, str, str, str]]:
    """Thirty clerks of several roles; then the same without thinking time, and the floor of an empty page."""
    people, pages = sessions()
    warm = run(people, pages, seconds=5, think=(0.1, 0.3))
    normal = run(people, pages, seconds=seconds, think=(0.5, 1.5))
    limits = {"search": 200, "household": 250, "workbench": 250}
    rows = [latency(kind, normal, limit) for kind, limit in limits.items()]
    total = sum(len(v) for v in normal.times.values())
    rows.append(
        (
            "errors",
            str(len(normal.errors) + len(warm.errors)),
            "0",
            f"{total:,} requests, {total / normal.seconds:.0f} a second",
        )
    )
    for error in (normal.errors + warm.errors)[:5]:
        print("error:", error)
    full = run(people, pages, seconds=15, think=(0, 0))
    rate = sum(len(v) for v in full.times.values()) / full.seconds
    rows.append(("limit: same pages, no thinking time", f"{rate:.0f} a second", "", "both cores busy, driver included"))
    floor = run(people[:1], {"floor": ["/i18n/floor/"]}, seconds=3, think=(0, 0))
    rows.append(
        (
            "limit: a page that does not exist, one client",
            f"p50 {floor.percentile('floor', 50):.1f} ms",
            "",
            "what the web stack costs by itself",
        )
    )
    return rows


def latency(kind: str, result: Result, limit: int) -> tuple[str, str, str, str]:
    p50, p95, p99 = (result.percentile(kind, p) for p in (50, 95, 99))
    return (
        f"{kind}, 30 clerks",
        f"p95 {p95:.0f} ms",
        f"≤ {limit} ms",
        f"p50 {p50:.0f}, p99 {p99:.0f}, n {len(result.times[kind]):,}",
    )


def sessions() -> tuple[list[Clerk], dict[str, list[str]]]:
    """Signed-in clerks of the township, and pages that exist in it."""
    from urllib.parse import quote

    with database() as db:
        numbers = [
            r[0]
            for r in db.execute(f"SELECT number FROM registry_household TABLESAMPLE SYSTEM (20) WHERE {HERE} LIMIT 400")
        ]
        names = list(
            db.execute(f"SELECT name, initials FROM registry_person TABLESAMPLE SYSTEM (20) WHERE {HERE} LIMIT 400")
        )
        users = [r[0] for r in db.execute(WHO)]
    people = [Clerk(PORT, users[n % len(users)], PASSWORD) for n in range(CLERKS)]
    for clerk in people:
        clerk.sign_in()
    searches = [f"/search/?q={quote(name)}" for name, _ in names] + [
        f"/search/?q={quote(initials)}" for _, initials in names
    ]
    return people, {"search": searches, "household": [f"/households/{n}/" for n in numbers], "workbench": ["/"]}


HERE = "division_code LIKE '533103102%'"
PASSWORD = "Doudi-demo-2026"
WHO = """
SELECT s.username FROM accounts_staff s JOIN accounts_assignment a ON a.staff_id = s.id
WHERE a.role IN ('township_clerk', 'township_head', 'county_clerk', 'county_reviewer')
  AND '533103102' LIKE a.division_code || '%' ORDER BY 1
"""


def sealing() -> list[tuple[str, str, str, str]]:
    """A million audit events: sealed, then verified by the stand-alone verifier."""
    from benchmarks import audit_seal

    figures = audit_seal.main(1_000_000)
    return [
        ("sealing 1,000,000 audit events", f"{figures['seal_s']:.0f} s", "≤ 60 s", ""),
        ("verifying 1,000,000 audit events", f"{figures['verify_s']:.0f} s", "≤ 60 s", "tools/verify_audit.py"),
    ]


def markdown(rows: list[tuple[str, str, str, str]], options: argparse.Namespace) -> str:
    memory = psutil.virtual_memory().total / 2**30
    lines = [
        f"# Foundation, {date.today()}",
        "",
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"Python {platform.python_version()}; "
        f"{options.people:,} people; {CLERKS} clerks with 0.5–1.5 s between pages, driver on the same machine.",
        "",
        "| what | measured | wanted | note |",
        "|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
