"""Indicators over a demo county: time of the whole county and of a day's changes, memory, and what they find.

`python -m benchmarks.monitoring_indicators [--people N] [--seed N] [--changed N] [--feeds]` starts a PostgreSQL of its
own below var/, writes a county into it and measures as the web role of the county. With `--feeds` a year of department
files lands first, as it would by the watched folder. The hidden truth is read here and nowhere else.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PGDATA = ROOT / "var" / "bench-monitoring"
TRUTH = ROOT / "var" / "bench-monitoring-truth" / "truth.parquet"
SEED = 20261129
"""One on which nothing was tuned."""


def main() -> int:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=440_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--changed", type=int, default=2_000)
    parser.add_argument("--keep", action="store_true", help="use the county of the last run")
    parser.add_argument("--feeds", action="store_true", help="land a year of department files first")
    options = parser.parse_args()
    if os.environ.get("DOUDI_BENCH_LANDS"):
        return land(options.people, options.seed)
    prepare(options.people, options.seed, keep=options.keep)
    if options.feeds:
        arguments = [sys.executable, "-m", "benchmarks.monitoring_indicators", "--people", str(options.people)]
        told = os.environ | {"DOUDI_BENCH_LANDS": "yes", "DATABASE_URL": os.environ["DATABASE_OWNER_URL"]}
        subprocess.run([*arguments, "--seed", str(options.seed)], env=told, cwd=ROOT, check=True)
    from doudi.demo.draws import DEMO_DAY

    # Files that say no day count from the day on which they land.
    on, load = (datetime.now(UTC).date() if EVENTS.exists() else DEMO_DAY), os.getloadavg()[0]
    with asking():
        lines = [*speed(on, options.changed), "", *quality(on)]
    print(f"{options.people:,} people, seed {options.seed}, day {on}, load {load:.1f} → {os.getloadavg()[0]:.1f}\n")
    print("\n".join(lines))
    return 0


def prepare(people: int, seed: int, *, keep: bool) -> None:
    """A server, a county, and Django pointed at it."""
    sys.path.insert(0, str(ROOT / "src"))
    from doudi.config.postgres import create_database, start

    start(PGDATA, durable=False)
    web, owner = create_database(PGDATA, "doudi_bench")
    os.environ |= {"DOUDI_MODE": "demo", "DATABASE_URL": web, "DATABASE_OWNER_URL": owner}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doudi.config.settings")
    import django

    django.setup()
    from doudi.config.commands.running import owner_alias

    if not keep:
        write(people, seed, owner_alias())


def write(people: int, seed: int, alias: str) -> None:
    """Tables, walls, divisions, staff, people and their hidden truth, awards."""
    from django.core.management import call_command

    from doudi.accounts.grants import write_grants
    from doudi.demo.generate import generate, has_people
    from doudi.demo.staff import create_demo_staff
    from doudi.places.actions import load_divisions
    from doudi.privacy import wall

    call_command("migrate", database=alias, verbosity=0)
    wall.apply(using=alias)
    write_grants(using=alias)
    now = datetime.now(UTC)
    if not has_people(using=alias):
        load_divisions(by=None, at=now, using=alias)
        create_demo_staff(using=alias, at=now)
    EVENTS.unlink(missing_ok=True)
    generate(seed=seed, people=people, using=alias, replace=True, truth_path=TRUTH)


def land(people: int, seed: int) -> int:
    """As the owner of the tables: a year of files of every source, in the order in which they came."""
    import django

    django.setup()
    from benchmarks.monitoring_feeds import land_one
    from doudi.demo import feeds
    from doudi.demo.county import draw
    from doudi.demo.generate import villages

    folder = TRUTH.parent / "files"
    shutil.rmtree(folder, ignore_errors=True)
    sheets, events = feeds.write_year(draw(seed, villages(), people), folder)
    events.write_parquet(EVENTS)
    began, seconds = time.perf_counter(), defaultdict(float)
    for sheet in sheets:
        told = dict(zip(SHEET, (getattr(sheet, name) for name in SHEET), strict=True))
        if told["trouble"] in ("", "later", "corrected"):
            land_one(folder / told["file"], told, seconds)
    print(f"a year of {len(sheets)} files landed in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return 0


SHEET = ("file", "source", "rows", "trouble")
EVENTS = TRUTH.with_name("events.parquet")


@contextmanager
def asking() -> Iterator[None]:
    """As the county's clerk: row-level security in force."""
    from django.db import connection

    from doudi.accounts.models import Staff

    staff = Staff.objects.using(_owner()).get(username="shijingban")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('doudi.staff', %s, false)", [str(staff.pk)])
    yield


def _owner() -> str:
    from doudi.privacy.wall import owner_alias

    return owner_alias()


def timed(work: Any) -> tuple[Any, float]:
    """The result and the seconds."""
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def speed(on: Any, changed: int) -> list[str]:
    """The whole county, then some of its households; the same rows for those."""
    import polars as pl

    from doudi.monitoring.indicators import evaluate
    from doudi.monitoring.indicators.reading import read_county, read_households

    facts, reading = timed(lambda: read_county("533103", on))
    whole, evaluating = timed(lambda: evaluate(facts, on))
    homes = facts.population.households["household_id"].cast(pl.Int64)
    some = homes.gather_every(max(1, homes.len() // changed)).head(changed)
    few, read_few = timed(lambda: read_households(some.to_list(), on))
    rows, evaluate_few = timed(lambda: evaluate(few, on))
    same = rows.equals(whole.filter(pl.col("household_id").is_in(some.implode())))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        "| what | measured | wanted |",
        "|---|---|---|",
        f"| {homes.len():,} households, {facts.population.persons.height:,} people: reading | {reading:.1f} s | |",
        f"| all indicators over them, {whole.height:,} hits | {evaluating:.1f} s | |",
        f"| together | {reading + evaluating:.1f} s | ≤ 30 s |",
        f"| {some.len():,} changed households, reading and evaluating | {read_few + evaluate_few:.1f} s | ≤ 5 s |",
        f"| the same rows as in the whole | {'yes' if same else 'NO'} | yes |",
        f"| peak memory | {peak:,.0f} MB | ≤ 3,000 MB |",
        "", "| indicator | hits | households |", "|---|---|---|",
        *(f"| {key} | {n:,} | {h:,} |" for key, n, h in whole.group_by("indicator", maintain_order=True).agg(
            pl.len(), pl.col("household_id").n_unique().alias("h")).sort("indicator").iter_rows()),
    ]  # fmt: skip


MISSED = ("unreported_illness", "lost_job", "elder_unaware")
STALE = {"death_unreported": "dead_but_paid", "moved_away": "moved_but_paid", "income_undeclared": "wage_above",
         "vehicle_undeclared": "vehicle_undeclared"}  # fmt: skip


def quality(on: Any) -> list[str]:
    """Recall and precision of non-take-up by threshold, and of each reason to stop."""
    import polars as pl

    from doudi.monitoring.indicators import evaluate
    from doudi.monitoring.indicators.reading import read_county

    truth = pl.read_parquet(TRUTH).filter(pl.col("subject") == "household")
    facts = read_county("533103", on)
    takeup = takeup_keys()
    labels = dict(truth.select("household_id", "label").iter_rows())
    traced = set(truth.filter("traced")["household_id"])
    missed = {pk for pk, label in labels.items() if label in MISSED}
    # Poor and outside every category, whether or not the demo county gave the household a label.
    poor = truth.filter("should_receive", pl.col("registered_category") == "none")["household_id"].to_list()
    true = missed | set(poor)
    lines = grid(facts, on, outside_of(truth), true, traced)
    whole = evaluate(facts, on)
    if EVENTS.exists():
        return lines + by_event(pl.read_parquet(EVENTS), whole, takeup)
    lines += ["", "| label | households | with a trace | indicator | found of those with a trace | of all |",
              "|---|---|---|---|---|---|"]  # fmt: skip
    for label in MISSED:
        lines.append(_label(label, takeup, whole, labels, traced))
    for label, key in STALE.items():
        lines.append(_label(label, [key], whole, labels, traced))
    return lines


def takeup_keys() -> list[str]:
    """The indicators of non-take-up."""
    from doudi.monitoring.indicators import INDICATORS

    return [key for key in INDICATORS if key.startswith("takeup_")]


def outside_of(truth: Any) -> set[int]:
    """Households in no category."""
    import polars as pl

    return set(truth.filter(pl.col("registered_category") == "none")["household_id"])


def grid(facts: Any, on: Any, outside: set[int], true: set[int], traced: set[int]) -> list[str]:
    """The trade-off: recall and precision by points and by presumed income."""
    from doudi.monitoring.indicators import Change, evaluate, thresholds

    lines = ["Households in no category:", "",
             "| signs ≥ | income < % of line | households told | true | recall with a trace | of all | precision |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    for signs in (2, 3, 4):
        for percent in (150, 200, 250, 300, 400):
            changed = thresholds().changed(
                [Change("takeup_signs", "", on, signs), Change("takeup_income_percent", "", on, percent)]
            )
            told = set(evaluate(facts, on, changed, takeup_keys())["household_id"]) & outside
            good, seen = told & true, true & traced
            lines.append(
                f"| {signs} | {percent} | {len(told):,} | {len(good):,} | {share(len(good & seen), len(seen))} "
                f"| {share(len(good), len(true))} | {share(len(good), len(told))} |"
            )
    return lines


FINDS = {
    "dead_but_paid": "dead_but_paid", "imprisoned": "imprisoned_but_paid", "moved_away": "moved_but_paid",
    "vehicle": "vehicle_undeclared", "second_home": "second_home", "company": "company_owner",
    "pension_above": "pension_above", "wage_above": "wage_above", "undeclared_spouse": "spouse_undeclared",
    "double_benefit": "benefit_in_two_places", "fiscal_payroll": "fiscal_payroll_member",
    "new_severe_illness": "new_severe_illness", "job_lost": "unemployed_uninsured",
    "elder_failing": "elder_alone_fading", "child_not_at_school": "child_not_enrolled",
    "new_severe_disability": "new_severe_disability", "earner_died": "earner_died", "disaster": "struck_by_disaster",
    "eligible_not_receiving": "takeup_*",
}  # fmt: skip


def by_event(events: Any, whole: Any, takeup: list[str]) -> list[str]:
    """Of each true event that a department knows: found by its indicator, and the share of such events in its hits."""
    import polars as pl

    lines = [
        "",
        "| event | households | indicator | found | hits | of them such an event |",
        "|---|---|---|---|---|---|",
    ]
    for kind, name in FINDS.items():
        true = set(events.filter(pl.col("kind") == kind)["household_id"])
        keys = takeup if name == "takeup_*" else [name]
        told = set(whole.filter(pl.col("indicator").is_in(keys))["household_id"])
        found = share(len(told & true), len(true))
        lines.append(
            f"| {kind} | {len(true):,} | {name} | {found} | {len(told):,} | {share(len(told & true), len(told))} |"
        )
    return lines


def _label(label: str, keys: list[str], whole: Any, labels: dict[int, str], traced: set[int]) -> str:
    import polars as pl

    found = set(whole.filter(pl.col("indicator").is_in(keys))["household_id"])
    those = {pk for pk, told in labels.items() if told == label}
    seen = those & traced
    name = keys[0] if len(keys) == 1 else "takeup_*"
    return (
        f"| {label} | {len(those):,} | {len(seen):,} | {name} | {share(len(found & seen), len(seen))} "
        f"| {share(len(found & those), len(those))} |"
    )


def share(part: int, whole: int) -> str:
    """A share with three places; a dash of nothing."""
    return f"{part / whole:.3f}" if whole else "–"


if __name__ == "__main__":
    sys.exit(main())
