"""One measurement of `./run bench policy` in a process of its own: prints seconds and megabytes as JSON.

python policy_ours.py screen FOLDER     files in, files out, as `doudi policy screen`
python policy_ours.py whole FOLDER      tables in memory, every variable
python policy_ours.py subset FOLDER     the same with the rules that the OpenFisca version has
python policy_ours.py byhand FOLDER     every variable by hand in NumPy, compared with ours value by value
python policy_ours.py case _            one case, decided and explained
"""

from __future__ import annotations

import contextlib
import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from doudi.policy import Case, Rulebook, Run, rulebook
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON
from doudi.policy.engine.population import Screened, screen
from doudi.policy.engine.tables import Tables

sys.path.insert(0, str(Path(__file__).parent))
import policy_data

DAY = date(2025, 7, 1)
RUN = Run.read("2025-06", 36, 20)
INDEX = ["--index-month", "2025-06", "--cpi", "36", "--food-cpi", "20"]
TIMES = 3
HOUSEHOLD_SUBSET = (
    "size", "income_year", "income_below_dibao", "assets_within_dibao", "assets_within_near_threshold",
    "assets_within_rigid", "assets_within_tekun", "dibao_eligible", "near_threshold", "rigid_spending",
    "rigid_expenditure", "category",
)  # fmt: skip
PERSON_SUBSET = (
    "counted", "countable_income", "employment_cost", "rigid_deduction", "severe_disability", "individual_by_family",
    "individual_by_own_means", "individual_dibao_eligible", "care_tier",
)  # fmt: skip
INTERNAL = ("age", "gross_income")


def memory(what: str) -> float:
    """Megabytes of this process: VmRSS now, VmHWM at most so far."""
    rows = Path("/proc/self/status").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith(what)) / 1024


def timed(function: Callable[[], Any], times: int = TIMES) -> tuple[float, Any]:
    """The best of some runs, in seconds, and the last result."""
    best, result = float("inf"), None
    for _ in range(times):
        start = time.perf_counter()
        result = function()
        best = min(best, time.perf_counter() - start)
    return best, result


def subset_book() -> Rulebook:
    """The rulebook with only those rules that the OpenFisca version has."""
    kept = {*HOUSEHOLD_SUBSET, *PERSON_SUBSET, *INTERNAL}
    return replace(rulebook(), rules=tuple(rule for rule in rulebook().rules if rule.name in kept))


def loaded(folder: Path) -> Tables:
    frames = policy_data.read(folder)
    return Tables.read(frames[HOUSEHOLD], frames[PERSON], frames[OBLIGOR])


def in_memory(folder: Path, book: Rulebook, times: int) -> tuple[dict[str, float], Screened]:
    """Load, then screen."""
    figures = {"import_mb": memory("VmRSS")}
    load, tables = timed(lambda: loaded(folder), 1)
    figures |= {"load_s": load, "loaded_mb": memory("VmRSS"), "load_peak_mb": memory("VmHWM")}
    seconds, screened = timed(lambda: screen(book, tables, DAY, RUN), times)
    return figures | {"evaluate_s": seconds, "peak_mb": memory("VmHWM")}, screened


def whole(folder: Path, times: int) -> dict[str, float]:
    return in_memory(folder, rulebook(), times)[0]


def subset(folder: Path, times: int) -> dict[str, float]:
    """Results are left in the folder for the comparison with OpenFisca's."""
    figures, screened = in_memory(folder, subset_book(), times)
    screened.households.write_parquet(folder / "subset-households.parquet")
    screened.persons.write_parquet(folder / "subset-persons.parquet")
    return figures


def files(folder: Path, _times: int) -> dict[str, float]:
    """`doudi policy screen` itself, from its files to its files."""
    from doudi.config.cli import main as doudi

    names = ("households", "persons", "obligors")
    given = [word for name in names for word in (f"--{name}", str(folder / f"{name}.parquet"))]
    results = [word for name in ("out", "persons-out") for word in (f"--{name}", str(folder / f"{name}.parquet"))]
    base = memory("VmRSS")
    start, worked = time.perf_counter(), time.process_time()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = doudi(["policy", "screen", *given, *results, "--on", str(DAY), *INDEX])
    if code:
        raise SystemExit("doudi policy screen failed")
    spent = {"evaluate_s": time.perf_counter() - start, "cpu_s": time.process_time() - worked}
    return {"import_mb": base, **spent, "peak_mb": memory("VmHWM")}


def byhand(folder: Path, times: int) -> dict[str, float]:
    """NumPy against ours: both timed in this process, every value of every variable compared."""
    from policy_compare import arrays, compare
    from policy_numpy import ByHand

    tables = loaded(folder)
    ours, screened = timed(lambda: screen(rulebook(), tables, DAY, RUN), times)
    data = [arrays(frame) for frame in (tables.households, tables.persons, tables.obligors)]
    starts = {
        "p": np.append(0, np.cumsum(np.bincount(tables.home, minlength=tables.households.height))),
        "o": np.append(0, np.cumsum(np.bincount(tables.owed, minlength=tables.persons.height))),
    }
    hand, found = timed(lambda: ByHand(*data, tables.home, tables.owed, starts, (0, 36, 20)).evaluate(), times)
    for frame, values in ((screened.households, found["h"]), (screened.persons, found["p"])):
        for name, pair in values.items():
            compare(name, frame[name], pair)
    compared = sum(len(values) for values in found.values())
    return {"ours_s": ours, "hand_s": hand, "variables": compared, "threads": pl.thread_pool_size()}


def case(_folder: Path, times: int) -> dict[str, float]:
    """Every worked case: all values and reasons; with the tree of its category; with the whole letter for staff."""
    from doudi.policy.cases import law_cases
    from doudi.policy.explanation import explain
    from doudi.policy.letters import staff_letter

    cases = [each for each in law_cases() if each.temporary is None]
    ways = {"values": lambda d: d.as_json(), "tree": lambda d: explain(d, "category"), "letter": staff_letter}
    figures: dict[str, float] = {"cases": len(cases)}
    for name, way in ways.items():
        spent = []
        for each in cases * times:
            start = time.perf_counter()
            way(rulebook().decide(Case.read(each.facts), each.on, each.run))
            spent.append(1_000 * (time.perf_counter() - start))
        figures |= {f"{name}_ms": statistics.median(spent), f"{name}_p99": statistics.quantiles(spent, n=100)[98]}
    return figures


WAYS = {"screen": files, "whole": whole, "subset": subset, "byhand": byhand, "case": case}

if __name__ == "__main__":
    repeats = int(sys.argv[3]) if len(sys.argv) > 3 else TIMES
    print(json.dumps(WAYS[sys.argv[1]](Path(sys.argv[2]), repeats)))
