"""`./run bench policy`: screening a population against hand-written NumPy, and one case with its explanation.

Prints a table; the two ways must agree on every value of every variable, known or not, or the run fails.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from doudi.policy import Case, Run, rulebook
from doudi.policy.cases import law_cases
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON
from doudi.policy.engine.population import screen
from doudi.policy.engine.tables import Tables
from doudi.policy.explanation import explain
from doudi.policy.facts import FACTS
from doudi.policy.letters import staff_letter
from doudi.policy.schemes.category import CATEGORIES

sys.path.insert(0, str(Path(__file__).parent))
from policy_numpy import ByHand

DAY = date(2025, 7, 1)
RUN = Run.read("2025-06", 36, 20)
UNKNOWN = 0.02
CODES = {
    "residence_class": ["rural", "urban"],
    "relapse_watch": ["none", "unstable", "marginal", "sudden_hardship"],
    "study_stage": list(FACTS[PERSON]["study_stage"].choices),
    "labour_capacity": ["none", "partial", "full"],
    "support_setting": ["home", "institution"],
    "category": list(CATEGORIES),
    "determining_department": ["civil_affairs", "agriculture_rural_affairs", "none"],
    "dibao_tier": ["A", "B", "C"],
}  # fmt: skip
RARE = {"employed": 0.4, "co_resident": 0.96, "obligors_known": 0.8, "severe_illness": 0.06, "assets_within_rule": 0.7}


def column(rng: Any, name: str, spec: Any, rows: int) -> pl.Series:
    """A random fact with a share of unknowns."""
    if spec.unit.kind == "boolean":
        values = pl.Series(rng.random(rows) < RARE.get(name, 0.03))
    elif spec.unit.kind == "date":
        values = pl.Series(np.datetime64("1935-01-01") + rng.integers(0, 32_000, rows)).cast(pl.Date)
    elif spec.choices:
        values = pl.Series(np.array(list(spec.choices))[rng.integers(0, len(spec.choices), rows)])
    elif spec.unit.money:
        values = pl.Series(np.where(rng.random(rows) < 0.4, rng.integers(0, 1_500_000, rows), 0))
    else:
        values = pl.Series(rng.integers(0, 7 if name == "self_care_failed" else 2, rows))
    return values.set(pl.Series(rng.random(rows) < UNKNOWN), None).alias(name)


def population(households: int) -> Tables:
    """Random households of one to six people, some with obligors."""
    rng = np.random.default_rng(1)
    sizes = rng.integers(1, 6, households) + (rng.random(households) < 0.2)
    home = np.repeat(np.arange(households), sizes)
    owed = np.flatnonzero(rng.random(len(home)) < 0.3)
    ids = {"h": pl.Series(np.arange(households)).cast(pl.String), "p": pl.Series(np.arange(len(home))).cast(pl.String)}

    def table(depth: Any, rows: int, **keys: pl.Series) -> pl.DataFrame:
        wanted = {n: s for n, s in FACTS[depth].items() if not s.shown_only and n not in keys and n != "division_code"}
        return pl.DataFrame({**keys, **{name: column(rng, name, spec, rows) for name, spec in wanted.items()}})

    place = pl.Series(["533103102201"]).extend_constant("533103102201", households - 1)
    return Tables.read(
        table(HOUSEHOLD, households, household_id=ids["h"], division_code=place),
        table(PERSON, len(home), person_id=ids["p"], household_id=ids["h"][home]),
        table(OBLIGOR, len(owed), obligor_id=pl.Series(np.arange(len(owed))).cast(pl.String), person_id=ids["p"][owed]),
    )


def arrays(frame: pl.DataFrame, depth: Any) -> dict[str, Any]:
    """The facts as pairs of arrays: (true, false) for truths, (value, known) for numbers and codes."""
    pairs: dict[str, Any] = {}
    for name in frame.columns:
        series = frame[name]
        known = series.is_not_null().to_numpy()
        if series.dtype == pl.Boolean:
            value = series.fill_null(False).to_numpy()
            pairs[name] = (value & known, ~value & known)
        elif name in CODES:
            codes = {text: number for number, text in enumerate(CODES[name])}
            pairs[name] = (series.replace_strict(codes, default=0, return_dtype=pl.Int64).to_numpy(), known)
        elif series.dtype == pl.Date:
            number = series.dt.year().cast(pl.Int64) * 10_000 + series.dt.month().cast(pl.Int64) * 100 + series.dt.day()
            pairs["age"] = ((20250701 - number.fill_null(20250701).to_numpy()) // 10_000, known)
        elif series.dtype == pl.Int64:
            pairs[name] = (series.fill_null(0).to_numpy(), known)
    return pairs


def compare(name: str, series: pl.Series, pair: Any) -> None:
    """Fail unless both ways know the same rows and say the same there."""
    first, second = pair
    if series.dtype == pl.Boolean:
        ours = (series.fill_null(False).to_numpy(), (~series).fill_null(False).to_numpy())
        same = bool((ours[0] == first).all() and (ours[1] == second).all())
    else:
        codes = {text: number for number, text in enumerate(CODES.get(name, []))}
        numbers = series.replace_strict(codes, default=None, return_dtype=pl.Int64) if codes else series
        known = numbers.is_not_null().to_numpy()
        same = bool((known == second).all() and (numbers.fill_null(0).to_numpy()[known] == first[known]).all())
    if not same:
        raise SystemExit(f"{name}: the two ways differ")


def timed(function: Any, times: int = 3) -> tuple[float, Any]:
    """The best of some runs, in seconds, and the result."""
    best, result = float("inf"), None
    for _ in range(times):
        start = time.perf_counter()
        result = function()
        best = min(best, time.perf_counter() - start)
    return best, result


def one_case() -> list[tuple[str, str]]:
    """Every worked case decided and explained, in milliseconds."""
    book = rulebook()
    cases = [case for case in law_cases() if case.temporary is None]

    def run(way: Any) -> tuple[float, float]:
        spent = []
        for case in cases * 3:
            start = time.perf_counter()
            way(book.decide(Case.read(case.facts), case.on, case.run))
            spent.append(1_000 * (time.perf_counter() - start))
        return statistics.median(spent), statistics.quantiles(spent, n=100)[98]

    ways = {
        "all values and reasons": lambda decision: decision.as_json(),
        "with the explanation of the category": lambda decision: explain(decision, "category"),
        "with the whole letter for staff": staff_letter,
    }
    return [(f"one case, {name}", "{:.2f} ms, p99 {:.2f} ms".format(*run(way))) for name, way in ways.items()]


def main() -> None:
    households = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    tables = population(households)
    ours, screened = timed(lambda: screen(rulebook(), tables, DAY, RUN))
    data = [arrays(frame, depth) for depth, frame in ((HOUSEHOLD, tables.households), (PERSON, tables.persons))]
    owed = arrays(tables.obligors, OBLIGOR)
    starts = {
        "p": np.append(0, np.cumsum(np.bincount(tables.home, minlength=households))),
        "o": np.append(0, np.cumsum(np.bincount(tables.owed, minlength=tables.persons.height))),
    }
    hand, found = timed(lambda: ByHand(*data, owed, tables.home, tables.owed, starts, (0, 36, 20)).evaluate())
    for frame, values in ((screened.households, found["h"]), (screened.persons, found["p"])):
        for name, pair in values.items():
            compare(name, frame[name], pair)
    size = f"{households:,} households, {tables.persons.height:,} people, {UNKNOWN:.0%} unknown"
    rows = [
        (f"{size}: rulebook on Polars", f"{ours:.2f} s"),
        ("the same variables by hand in NumPy, one thread", f"{hand:.2f} s"),
        ("ratio", f"{ours / hand:.2f}"),
        ("peak memory of this process", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"),
        *one_case(),
    ]
    print("| what | measured |\n|---|---|")
    for what, measured in rows:
        print(f"| {what} | {measured} |")


if __name__ == "__main__":
    main()
