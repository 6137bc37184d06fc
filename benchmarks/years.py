"""`./run bench years`: six years of the whole product by many seeds, each in a process and a database of its own.

Writes a dated table to benchmarks/results/. Options: --seeds N, --first N, --months N.
`--seed N [--since YYYY-MM] [--until YYYY-MM]` lives one seed alone, to the month where it was not good, and says what
was wrong there.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
HANDS = 2


def main() -> int:
    """One seed alone, or many and the table."""
    options = arguments()
    if options.seed is not None:
        told = alone(options)
        print(told.pop("said"))
        print(json.dumps(told, ensure_ascii=False))
        return int(told["bad"])
    seeds = range(options.first, options.first + options.seeds)
    with ThreadPoolExecutor(HANDS) as pool:
        lives = list(pool.map(lambda seed: apart(seed, options), seeds))
    table = markdown(lives, options)
    print(table)
    target = ROOT / "benchmarks" / "results" / f"{date.today():%Y-%m-%d}-years.md"
    target.write_text(table, encoding="utf-8")
    return int(any(one["bad"] for one in lives))


def arguments() -> argparse.Namespace:
    """What to do."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--months", type=int, default=72)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--since", help="YYYY-MM: the first month, if not that of all years")
    parser.add_argument("--until", help="YYYY-MM: the last month to live")
    return parser.parse_args()


def alone(options: argparse.Namespace) -> dict[str, Any]:
    """One seed in a database of its own."""
    from benchmarks.money_runs import scratch

    started = time.monotonic()
    with scratch(f"bench_years_{options.seed}_{os.getpid()}"):
        from tests.years.county import FIRST
        from tests.years.lives import live, own_folder

        months, since = options.months, month_of(options.since) if options.since else FIRST
        if options.until:
            until = month_of(options.until)
            months = (until.year - since.year) * 12 + until.month - since.month + 1
        with own_folder():
            lived = live(options.seed, months, since=since)
        return figures(lived) | {"seconds": time.monotonic() - started, "months": months}


def month_of(text: str) -> date:
    """The first day of a month written as YYYY-MM."""
    year, month = map(int, text.split("-"))
    return date(year, month, 1)


def figures(lived: Any) -> dict[str, Any]:
    """What the table tells of a life."""
    from doudi.audit.models import AuditEvent
    from doudi.payments.models import BankAnswer, PaymentRun

    county = lived.county
    return {
        "seed": county.seed, "bad": lived.month is not None, "month": f"{lived.month:%Y-%m}" if lived.month else "",
        "said": str(lived), "replay": lived.replay, "families": len(county.families),
        "runs": PaymentRun.objects.count(), "answers": BankAnswer.objects.count(),
        "yuan": sum(county.by_truth().values()) // 100, "events": AuditEvent.objects.count(),
        "struck": dict(county.trouble.struck), "files": dict(county.hospitals.made), "purse": dict(county.purse.done),
        "cases": dict(county.cases.done), "tasks": dict(county.watch.done), "moved": county.moved,
        "merged": county.merged, "subsidies": county.subsidies, "refused": county.refused, "failed": county.failed,
    }  # fmt: skip


def apart(seed: int, options: argparse.Namespace) -> dict[str, Any]:
    """One seed in a process of its own."""
    command = [sys.executable, str(Path(__file__)), "--seed", str(seed), "--months", str(options.months)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    lines = done.stdout.strip().splitlines()
    if done.returncode not in (0, 1) or not lines or not lines[-1].startswith("{"):
        raise SystemExit(f"seed {seed}: {done.stderr[-3000:]}")
    print(done.stdout if done.returncode else lines[0], flush=True)
    return dict(json.loads(lines[-1]))


def markdown(lives: list[dict[str, Any]], options: argparse.Namespace) -> str:
    """One row a seed, then what befell them together."""
    lines = [
        f"# Years, {date.today()}", "",
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
        f"{len(lives)} seeds × {options.months} months; after every month: I1 to I6, clocks, tasks, bills, purse, "
        "who was paid what by the bank's own account, the audit chain. How a seed is lived again: "
        "`python benchmarks/years.py --seed N`.", "",
        "| seed | first month not good | families | runs | answers of the bank | yuan paid | audit events "
        "| jobs struck | s |",
        "|---|---|---|---|---|---|---|---|---|",
        *(
            f"| {one['seed']} | {one['month'] or 'none'} | {one['families']} | {one['runs']} | {one['answers']:,} | "
            f"{one['yuan']:,} | {one['events']:,} | {sum(one['struck'].values())} | {one['seconds']:.0f} |"
            for one in lives
        ),
        "", "| what befell them | how often |", "|---|---|",
        *(f"| {what} | {count:,} |" for what, count in together(lives).items()),
        *(f"\n    {one['replay']}" for one in lives if one["bad"]),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def together(lives: list[dict[str, Any]]) -> dict[str, int]:
    """Sums over all seeds."""
    told: Counter[str] = Counter()
    for one in lives:
        told.update(one["struck"])
        for what in ("files", "purse", "cases", "tasks"):
            told.update({f"{what}: {name}": count for name, count in one[what].items()})
        told.update({
            "families moved": one["moved"], "people entered twice and merged": one["merged"],
            "months with a price subsidy": one["subsidies"], "files of the bank refused": one["refused"],
            "transfers that failed and were sent again": one["failed"],
        })  # fmt: skip
    return dict(told)


if __name__ == "__main__":
    sys.exit(main())
