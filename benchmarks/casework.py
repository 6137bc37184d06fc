"""`./run bench casework`: fifty clerks over five thousand open cases of the full county; forms filled; letters.

Writes a dated table to benchmarks/results/. Options: --people N, --cases N, --seconds N.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import foundation  # noqa: E402
from benchmarks.load import Clerk, Result, run  # noqa: E402

foundation.VAR = ROOT / "var" / "bench-casework"
foundation.PORT = 8432
CLERKS = 50
THINK = (8.0, 16.0)  # a clerk reads a case and types; ten minutes a case would be nearer to life
REVIEWERS = {f"bench-clerk-{n}" for n in range(CLERKS - 5, CLERKS)}  # five of the fifty decide at the county
TOLD = {409: "conflict", 422: "refused"}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
VERSION = re.compile(r'name="version" value="(\d+)"')
DAY = re.compile(r'name="on" value="([\d-]+)"')
# What is done with a case by its stage: the address of the form, and what it is told besides what it shows.
STEPS = {
    "submitted": ("gaps/", {}),
    "survey": ("steps/start_survey/", {}),
    "review": ("steps/write_opinion/", {"conclusion": "grant", "reason": "入户情况属实"}),
    "notice": ("steps/end_notice/", {}),
    "county": ("steps/confirm/", {"note": "已核"}),
}


def main() -> int:
    """Measure everything, print the table, and write it to the results folder."""
    options = arguments()
    server, _first, _county = foundation.start(options.people)
    try:
        laid = prepare(options.cases)
        busy = others()
        rows = load(options.seconds)
        rows += forms_and_letters()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        doudi = str(ROOT / ".venv/bin/doudi")
        subprocess.run([doudi, "demo", "down"], env=foundation.environ(), check=False)
    table = markdown(rows, options, laid, busy)
    print(table)
    target = ROOT / "benchmarks" / "results" / f"{date.today():%Y-%m-%d}-casework.md"
    target.write_text(table, encoding="utf-8")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=440_000)
    parser.add_argument("--cases", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=90)
    return parser.parse_args()


def in_the_house(task: str, *arguments: str) -> dict:
    """Run one of `casework_tasks.py` as the owner of the database; its last line is JSON."""
    socket = foundation.VAR / "pg-demo"
    env = foundation.environ() | {
        "DATABASE_URL": f"postgresql://doudi_app@/doudi_demo?host={socket}",
        "DATABASE_OWNER_URL": f"postgresql://doudi_owner@/doudi_demo?host={socket}",
    }
    command = [sys.executable, str(ROOT / "benchmarks" / "casework_tasks.py"), task, *arguments]
    told = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    return json.loads(told.stdout.strip().splitlines()[-1])


def prepare(cases: int) -> dict:
    """Five thousand open cases over the county, and fifty clerks in its townships."""
    return in_the_house("prepare", str(cases), str(CLERKS))


def others(seconds: float = 10) -> float:
    """How busy the machine is with other things, in per cent of all cores, before the clerks begin."""
    return psutil.cpu_percent(interval=seconds)


def load(seconds: float) -> list[tuple[str, str, str, str]]:
    """Fifty clerks at their pace; then whether every step that was answered is there, once."""
    work = in_the_house("work")
    people = [Clerk(foundation.PORT, name, foundation.PASSWORD) for name in work["clerks"]]
    for clerk in people:
        clerk.sign_in()
    warm, result = Result(), Result()
    shift(people, work["cases"], 8, warm, (0.5, 1.0))
    shift(people, work["cases"], seconds, result, THINK)
    kept = in_the_house("kept")
    taken = len(result.times["step"]) + len(warm.times["step"])
    said = f"{taken} steps answered, {kept['steps']} kept; {len(result.times['conflict'])} came second and were told"
    return [
        row("review page", result, "review", "≤ 400 ms"),
        row("any step (the form's POST)", result, "step", "≤ 800 ms"),
        row("a step that is refused with reasons", result, "refused", "≤ 800 ms"),
        row("queue", result, "queue", ""),
        ("errors", str(len(result.errors)), "0", "; ".join(result.errors[:3])),
        ("lost updates", str(abs(taken - kept["steps"]) + kept["wrong_versions"]), "0", said),
        *limits(people, work["cases"]),
    ]


def limits(people: list[Clerk], cases: dict) -> list[tuple[str, str, str, str]]:
    """The same page without waiting for anybody, without thinking time, and what the web stack costs by itself."""
    pages = {"review": [f"/cases/{case['number']}/" for mine in cases.values() for case in mine[:20]]}
    see_all = [clerk for clerk in people if clerk.username in REVIEWERS]
    alone, full = run(see_all[:1], pages, seconds=5, think=(0, 0)), run(see_all, pages, seconds=10, think=(0, 0))
    floor = run(people[:1], {"floor": ["/i18n/floor/"]}, seconds=3, think=(0, 0))
    rate = len(full.times["review"]) / full.seconds
    return [
        ("limit: the review page, one clerk alone", f"{alone.percentile('review', 50):.0f} ms", "", "median"),
        ("limit: review pages, no thinking time", f"{rate:.0f} a second", "", "both cores busy, driver included"),
        ("limit: a page that does not exist, one client", f"{floor.percentile('floor', 50):.1f} ms", "", "median"),
    ]


def shift(people: list[Clerk], cases: dict, seconds: float, result: Result, think: tuple[float, float]) -> None:
    """Every clerk works until time is up."""
    end, lock = time.monotonic() + seconds, threading.Lock()

    def work(number: int, clerk: Clerk) -> None:
        rng = random.Random(number)
        mine = cases[clerk.username]
        time.sleep(rng.uniform(0, think[1]))
        while time.monotonic() < end:
            one(clerk, rng.choice(mine), rng, result, lock)
            time.sleep(rng.uniform(*think))

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def one(clerk: Clerk, case: dict, rng: random.Random, result: Result, lock: threading.Lock) -> None:
    """Look at the queue now and then, open a case, and where a step is due take it."""
    if rng.random() < 0.2:
        timed(clerk, "GET", "/cases/", "queue", result, lock)
    timed(clerk, "GET", f"/cases/{case['number']}/", "review", result, lock)
    if case["stage"] not in STEPS or (case["stage"] == "county" and clerk.username not in REVIEWERS):
        return
    if rng.random() < 0.5:
        return
    path, said = STEPS[case["stage"]]
    address = f"/cases/{case['number']}/{path}"
    _status, _location, page = clerk.request("GET", address)
    token, version, day = TOKEN.search(page), VERSION.search(page), DAY.search(page)
    if token and version:
        judged = dict.fromkeys(re.findall(r'name="(judge_\w+)"', page), "已核实")
        form = {"csrfmiddlewaretoken": token[1], "version": version[1], "on": day[1] if day else "", "note": ""}
        timed(clerk, "POST", address, "step", result, lock, form | said | judged)


def timed(
    clerk: Clerk, method: str, path: str, kind: str, result: Result, lock: threading.Lock, form: dict | None = None
) -> None:
    """One request; a step that was refused or came second is no error, but it is no step either."""
    started = time.perf_counter()
    status, _location, body = clerk.request(method, path, form)
    elapsed = (time.perf_counter() - started) * 1000
    fine = (302,) if method == "POST" else (200,)
    with lock:
        if status in fine:
            result.times[kind].append(elapsed)
        elif status in TOLD and method == "POST":
            result.times[TOLD[status]].append(elapsed)
        else:
            result.errors.append(f"{status} {path} {re.sub('<[^>]+>', ' ', body)[:80]!r}")


def row(what: str, result: Result, kind: str, wanted: str) -> tuple[str, str, str, str]:
    n, p50, p95 = len(result.times[kind]), result.percentile(kind, 50), result.percentile(kind, 95)
    return f"{what}, {CLERKS} clerks, p95", f"{p95:.0f} ms", wanted, f"median {p50:.0f} ms, {n} requests"


def forms_and_letters() -> list[tuple[str, str, str, str]]:
    """How much of the form the registry fills, and how long a thousand refusals take on paper."""
    forms, letters = in_the_house("forms"), in_the_house("letters")
    strict = f"mean of 1,000; counting every fact behind a question singly: {forms['strict']:.0%}"
    return [
        ("fields asked of a known household, most", str(forms["most"]), "≤ 25", f"mean {forms['mean']:.1f}, of 1,000"),
        ("part of the form filled from the registry", f"{forms['share']:.0%}", "≥ 80 %", strict),
        ("1,000 refusal letters", f"{letters['seconds']:.1f} s", "≤ 10 s", f"one PDF, {letters['mb']:.1f} MB"),
    ]


def markdown(rows: list[tuple[str, str, str, str]], options: argparse.Namespace, laid: dict, busy: float) -> str:
    memory = psutil.virtual_memory().total / 2**30
    lines = [
        f"# Casework, {date.today()}",
        "",
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"Python {platform.python_version()}; {options.people:,} people, {laid['cases']:,} open cases; "
        f"{THINK[0]:.0f}–{THINK[1]:.0f} s between the acts of a clerk, driver on the same machine; "
        f"other programs took {busy:.0f} % of the two cores just before.",
        "",
        "| what | measured | wanted | note |",
        "|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
