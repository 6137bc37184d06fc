"""`./run bench walk_load`: 100 clerks, 200 coordinators syncing, 500 citizens reading; fifteen minutes on one machine.

Writes a dated table to benchmarks/results/. Options: --people N, --minutes N, --scale N (per cent of them), --dry;
--running --port N --var FOLDER for a county that runs already.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import foundation, walk_people  # noqa: E402
from benchmarks.walk_client import Ledger, Visitor  # noqa: E402
from benchmarks.walk_people import (  # noqa: E402
    CITIZEN,
    CITIZEN_THINKS,
    CLERK,
    CLERK_THINKS,
    COORDINATOR,
    COORDINATOR_THINKS,
    Person,
    Phone,
    day,
)

CLERKS, COORDINATORS, CITIZENS = 100, 200, 500
WARM_SECONDS = int(os.environ.get("WALK_WARM", "60"))
PATIENCE_MINUTES = 12
SIGN_INS = asyncio.Semaphore(4)


def main() -> int:
    """Start a county or take the one that runs, let the people work, write down how long they waited."""
    options = arguments()
    foundation.VAR, foundation.PORT = options.var.resolve(), options.port
    with county(options):
        told = in_the_house("prepare", str(CLERKS), str(COORDINATORS))
        say("prepared")
        settled = quiet(options)
        work = in_the_house("work") | told
        before = in_the_house("kept")
        say(f"{settled} jobs open; people come")
        ledger, people, used = asyncio.run(shift(options, work))
        after = in_the_house("kept")
    table = markdown(options, ledger, used, lost(people, before, after), settled)
    print(table)
    if not options.dry:
        target = ROOT / "benchmarks" / "results" / f"{date.today():%Y-%m-%d}-walk-load.md"
        target.write_text(table, encoding="utf-8")
    return bool(ledger.errors)


def arguments() -> argparse.Namespace:
    """What to do."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=440_000)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--scale", type=int, default=100, help="per cent of the people")
    parser.add_argument("--var", type=Path, default=ROOT / "var" / "bench-walk")
    parser.add_argument("--port", type=int, default=8433)
    parser.add_argument("--running", action="store_true", help="the county runs already at that port in that folder")
    parser.add_argument("--dry", action="store_true", help="print only")
    return parser.parse_args()


@contextmanager
def county(options: argparse.Namespace) -> Iterator[None]:
    """`doudi demo up` as everybody starts it, unless it runs already."""
    if options.running:
        yield
        return
    server, _first, _county = foundation.start(options.people)
    try:
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        doudi = str(ROOT / ".venv/bin/doudi")
        subprocess.run([doudi, "demo", "down"], env=foundation.environ(), check=False)


def in_the_house(task: str, *arguments: str) -> dict[str, Any]:
    """Run one of `walk_tasks.py` as the owner of the database; its last line is JSON."""
    socket = foundation.VAR / "pg-demo"
    env = foundation.environ() | {
        "DATABASE_URL": f"postgresql://doudi_app@/doudi_demo?host={socket}",
        "DATABASE_OWNER_URL": f"postgresql://doudi_owner@/doudi_demo?host={socket}",
    }
    command = [sys.executable, str(ROOT / "benchmarks" / "walk_tasks.py"), task, *arguments]
    done = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def quiet(options: argparse.Namespace) -> int:
    """Wait until the worker has done what a county just made leaves to do; returns the jobs still open."""
    end = time.monotonic() + (0 if options.running else PATIENCE_MINUTES * 60)
    while (left := in_the_house("idle")["open"]) and time.monotonic() < end:
        time.sleep(10)
    return left


async def shift(options: argparse.Namespace, work: dict[str, Any]) -> tuple[Ledger, list[Person], dict[str, float]]:
    """Everybody signs in who must; a minute to get warm; then it counts."""
    ledger = Ledger()
    clerks, phones, citizens = crowd(options, work, ledger)
    began = time.monotonic()
    await asyncio.gather(*(signed_in(name, one) for name, one in [*clerks, *phones]))
    say(f"{len(clerks) + len(phones)} people signed in, {time.monotonic() - began:.0f} s")
    loop = asyncio.get_running_loop()
    until = loop.time() + WARM_SECONDS + options.minutes * 60
    days = [day(one, CLERK, CLERK_THINKS, until) for _name, one in clerks]
    days += [day(one, COORDINATOR, COORDINATOR_THINKS, until) for _name, one in phones]
    days += [day(one, CITIZEN, CITIZEN_THINKS, until) for one in citizens]
    walking = asyncio.gather(*days)
    await asyncio.sleep(WARM_SECONDS)
    everybody = [*(one for _name, one in clerks), *(one for _name, one in phones), *citizens]
    ledger.counting, started, cost = True, time.monotonic(), processors()
    await walking
    seconds = time.monotonic() - started
    used = {name: (spent - cost.get(name, 0.0)) / seconds for name, spent in processors().items()}
    return ledger, everybody, used | {"seconds": seconds}


def say(words: str) -> None:
    """Where we are."""
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def crowd(
    options: argparse.Namespace, work: dict[str, Any], ledger: Ledger
) -> tuple[list[tuple[str, Person]], list[tuple[str, Phone]], list[Person]]:
    """All people, each with an address of their own in the machine's own network."""

    def browser(n: int) -> Visitor:
        return Visitor(options.port, ledger, f"127.{1 + n // 65_000}.{n // 250 % 250}.{1 + n % 250}")

    def some(count: int) -> int:
        return max(1, count * options.scale // 100)

    names = list(work["clerks"])[: some(CLERKS)]
    clerks = [(name, Person(browser(n), random.Random(n), work["clerks"][name])) for n, name in enumerate(names)]
    mobile = work["coordinators"][: some(COORDINATORS)]
    phones = [(name, Phone(browser(1000 + n), random.Random(1000 + n), {})) for n, name in enumerate(mobile)]
    lines = {"printed": work["printed"], "codes": work["codes"]}
    citizens = [Person(browser(2000 + n), random.Random(2000 + n), lines) for n in range(some(CITIZENS))]
    return clerks, phones, citizens


async def signed_in(name: str, one: Person) -> None:
    """A few at a time: nobody's morning is measured here."""
    async with SIGN_INS:
        await one.browser.sign_in(name, foundation.PASSWORD)
        if isinstance(one, Phone):
            await one.register()


def processors() -> dict[str, float]:
    """Seconds of processor by whom: this driver, the web, the worker, PostgreSQL, everything else."""
    spent: Counter[str] = Counter()
    for process in psutil.process_iter(["cmdline", "cpu_times", "pid"]):
        line, times = " ".join(process.info["cmdline"] or ()), process.info["cpu_times"]
        if times is None:
            continue
        ours = f":{foundation.PORT}" in line
        who = "web" if "gunicorn" in line and ours else "worker" if line.endswith("doudi.config.cli worker") else ""
        who = who or ("PostgreSQL" if line.startswith("postgres:") or "pginstall" in line else "other programs")
        # With those of its processes that have ended: connections and workers are renewed meanwhile.
        seconds = times.user + times.system + times.children_user + times.children_system
        spent[who if process.info["pid"] != os.getpid() else "driver"] += seconds
    mine = resource.getrusage(resource.RUSAGE_SELF)
    return dict(spent | {"driver": mine.ru_utime + mine.ru_stime})


def lost(people: list[Person], before: dict[str, int], after: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Writes by kind: how many were answered with yes, how many stand in the log."""
    said: Counter[str] = Counter()
    for one in people:
        said.update(one.done)
    # What has no dot in its name is no event: a conflict told to a phone, a photo refused.
    return {name: (n, after.get(name, 0) - before.get(name, 0) if "." in name else n) for name, n in said.items()}


def markdown(
    options: argparse.Namespace, ledger: Ledger, used: dict[str, float], lost: dict[str, tuple[int, int]], left: int
) -> str:
    """The table."""
    seconds = used.pop("seconds")
    short = (
        ""
        if options.minutes >= 15 and options.scale == 100
        else f" (short form: {options.minutes:g} min, {options.scale} %)"
    )
    lines = [
        f"# Load of the whole walk, {date.today()}{short}", "",
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"{psutil.virtual_memory().total / 2**30:.0f} GiB, Python {platform.python_version()}; "
        f"{options.people:,} people; "
        f"{CLERKS * options.scale // 100} clerks ({span(CLERK_THINKS)} between acts), "
        f"{COORDINATORS * options.scale // 100} coordinators (a sync every {span(COORDINATOR_THINKS)}), "
        f"{CITIZENS * options.scale // 100} citizens ({span(CITIZEN_THINKS)} between pages), "
        f"{seconds / 60:.1f} minutes; "
        f"the driver runs on the same machine; web and worker as `doudi demo up` starts them; {left} jobs open at the "
        "beginning. Pages only: a browser keeps scripts, styles and fonts.", "",
        "| what | measured | wanted | note |", "|---|---|---|---|",
        total("reads", ledger, list(walk_people.READS), "≤ 400 ms"),
        total("writes", ledger, list(walk_people.WRITES), "≤ 900 ms"),
        f"| errors, answers with wrong content included | {len(ledger.errors)} | 0 | {ledger.requests:,} requests, "
        f"{ledger.requests / seconds:.1f} a second |",
        *(total(kind, ledger, [kind], "") for kind in (*walk_people.READS, *walk_people.WRITES)),
        *(f"| {what} | {count} |  | no error: somebody else was there first |" for what, count in ledger.told.items()),
        *(f"| said and kept: {name} | {a} / {b} |  | warm-up included |" for name, (a, b) in sorted(lost.items())),
        *(f"| processor: {who} | {share:.2f} of {os.cpu_count()} cores |  |  |" for who, share in sorted(used.items())),
    ]  # fmt: skip
    return "\n".join([*lines, *(f"\n    {error}" for error in ledger.errors[:12])]) + "\n"


def span(think: tuple[float, float]) -> str:
    """A pause in words."""
    return f"{think[0]:.0f}–{think[1]:.0f} s"


def total(what: str, ledger: Ledger, kinds: list[str], wanted: str) -> str:
    """A row: the 95th percentile of some kinds."""
    p50, p95, p99 = (ledger.percentile(kinds, p) for p in (50, 95, 99))
    count = sum(len(ledger.times[kind]) for kind in kinds)
    return f"| {what}, p95 | {p95:.0f} ms | {wanted} | median {p50:.0f}, p99 {p99:.0f}, n {count:,} |"


if __name__ == "__main__":
    sys.exit(main())
