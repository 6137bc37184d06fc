"""`./run bench policy`: the rulebook over a population, against NumPy by hand and OpenFisca-core, and over a province.

Writes a dated table to benchmarks/results/. Every figure is taken in a process of its own that holds only what it
needs; every result that two ways have in common is compared value by value, or the run fails. With other sizes the
table is printed, not written. Options:

    --households N    of the first part (1,000,000)
    --agreement N     random households decided one by one as well (200,000; 0 for none)
    --people N …      sizes of the part about a province, in millions of people (0.5 1.6 5 16 47)
    --no-province     without that part
    --no-openfisca    where the network is closed
    --keep            leave the data in var/bench-policy
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import policy_agreement  # noqa: E402
import policy_compare  # noqa: E402
import policy_data  # noqa: E402
from policy_ours import HOUSEHOLD_SUBSET, PERSON_SUBSET  # noqa: E402

from doudi.policy.engine.nodes import PERSON  # noqa: E402

VAR = ROOT / "var" / "bench-policy"
PEER = ROOT / "var" / "bench-openfisca"
OPENFISCA = "openfisca-core==46.0.1"
SIZES = [0.5, 1.6, 5, 16, 47]
PER_HOUSEHOLD = 3.2
TIMES, TURNS = 5, 3
Figures = dict[str, Any]


class Row(NamedTuple):
    """One line of the table; ``met`` is None where nothing was wanted."""

    what: str
    measured: str
    wanted: str = ""
    note: str = ""
    met: bool | None = None

    def markdown(self) -> str:
        missed = " **not met**" if self.met is False else ""
        return f"| {self.what} | {self.measured}{missed} | {self.wanted} | {self.note} |"


def main() -> int:
    """Measure everything, print the table, and write it to the results folder."""
    options = arguments()
    shutil.rmtree(VAR, ignore_errors=True)
    start = time.monotonic()
    try:
        rows = [*one_million(options), *small()]
        rows += agreement(options.agreement) if options.agreement else []
        rows += province(options.people) if options.province else []
    finally:
        if not options.keep:
            shutil.rmtree(VAR, ignore_errors=True)
    table = markdown(rows, time.monotonic() - start)
    print(table)
    if options.households >= 1_000_000:
        target = ROOT / "benchmarks" / "results" / f"{date.today():%Y-%m-%d}-policy.md"
        target.write_text(table, encoding="utf-8")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--agreement", type=int, default=200_000)
    parser.add_argument("--no-province", dest="province", action="store_false")
    parser.add_argument("--people", type=float, nargs="+", default=SIZES)
    parser.add_argument("--no-openfisca", dest="openfisca", action="store_false")
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


def child(script: str, *arguments: object, python: Path = Path(sys.executable), threads: str = "") -> Figures:
    """A measurement in a process of its own."""
    command = [str(python), str(ROOT / "benchmarks" / script), *map(str, arguments)]
    environment = os.environ | ({"POLARS_MAX_THREADS": threads} if threads else {})
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{script} {' '.join(map(str, arguments))}: failed")
    return json.loads(done.stdout.splitlines()[-1])


def ours(way: str, folder: Path, times: int = TIMES, threads: str = "") -> Figures:
    return child("policy_ours.py", way, folder, times, threads=threads)


def generated(name: str, households: int, unknown: float = policy_data.UNKNOWN) -> tuple[Path, int]:
    """A population in a folder of its own, and its people."""
    folder = VAR / name
    folder.mkdir(parents=True)
    return folder, policy_data.write(folder, households, unknown)[PERSON]


def one_million(options: argparse.Namespace) -> list[Row]:
    """A million households: against NumPy with unknowns, against OpenFisca without."""
    folder, people = generated("unknowns", options.households)
    size = f"{options.households:,} households, {people:,} people"
    both = ours("byhand", folder)
    one = ours("byhand", folder, threads="1")
    files = ours("screen", folder)
    rows = [
        Row(f"{size}, {policy_data.UNKNOWN:.0%} of all facts unknown: rulebook", f"{both['ours_s']:.2f} s", "",
            f"all {both['variables']} variables, tables in memory, Polars on {both['threads']} threads; "
            "every value, known or not, compared with NumPy's"),
        Row("the same variables by hand in NumPy, one thread", f"{both['hand_s']:.2f} s", "", "ids are row numbers"),
        limit("ratio", both["ours_s"] / both["hand_s"], 3, "{:.2f}"),
        Row("ratio, rulebook on one thread too", f"{one['ours_s'] / one['hand_s']:.2f}", "",
            f"{one['ours_s']:.2f} s"),
        Row("the same as `doudi policy screen`, files in and out", f"{files['evaluate_s']:.1f} s", "",
            "with every check of the input; all variables, unknowns and obligors"),
    ]  # fmt: skip
    whole = ours("whole", folder, 1)
    if options.openfisca:
        rows += openfisca(options.households, files, whole)
    return rows


def openfisca(households: int, files: Figures, whole: Figures) -> list[Row]:
    """The peer on the same rules and the same data, without unknowns, which it does not have."""
    python = peer()
    folder, _ = generated("known", households, 0)
    packed = policy_compare.packed(folder)
    results = folder / "results.npz"
    lean = child("policy_openfisca.py", packed, "--out", results, python=python)
    exact = child("policy_openfisca.py", packed, "--wide", python=python)
    # By turns: a machine that is slower for a minute is slower for both.
    turns = [
        (ours("subset", folder), child("policy_openfisca.py", packed, "--times", TIMES, python=python))
        for _turn in range(TURNS)
    ]
    mine, timed = (min((turn[side] for turn in turns), key=lambda told: told["evaluate_s"]) for side in (0, 1))
    held = ours("subset", folder, 1)
    with np.load(results) as found:
        values = policy_compare.equal(folder / "subset-households.parquet", found, HOUSEHOLD_SUBSET)
        values += policy_compare.equal(folder / "subset-persons.parquet", found, PERSON_SUBSET)
    count = len(HOUSEHOLD_SUBSET) + len(PERSON_SUBSET)
    ratio, memory = mine["evaluate_s"] / timed["evaluate_s"], files["peak_mb"] / lean["peak_mb"]
    return [
        Row(f"the same households with nothing unknown, {count} variables (1–12, 18–21): OpenFisca-core",
            f"{timed['evaluate_s']:.2f} s", "",
            f"{OPENFISCA.partition('==')[2]}, NumPy on one thread, numbers in 32 bits, products widened by hand; "
            f"arrays loaded before, in {timed['load_s']:.1f} s without a check"),
        Row("the same variables: rulebook", f"{mine['evaluate_s']:.2f} s", "",
            f"tables read, checked and sorted before, in {mine['load_s']:.1f} s; {values:,} values, all equal"),
        limit("ratio to OpenFisca", ratio, 1, "{:.2f}", "< 1"),
        Row("peak memory, OpenFisca-core, the subset", f"{lean['peak_mb']:,.0f} MB", "",
            f"{lean['import_mb']:.0f} MB when imported, {lean['loaded_mb']:.0f} MB when its data were loaded; "
            f"{exact['peak_mb']:,.0f} MB with numbers in 64 bits, as ours are"),
        Row("peak memory, `doudi policy screen`, everything", f"{files['peak_mb']:,.0f} MB", "",
            f"{files['import_mb']:.0f} MB when imported; files in and out, piece by piece"),
        limit("ratio to OpenFisca", memory, 0.6, "{:.0%}", "≤ 60 %"),
        Row("peak memory, tables held whole in memory", f"{held['peak_mb']:,.0f} MB", "",
            f"as the console's hourly tables and `simulate` do: the subset without unknowns, of which "
            f"{held['loaded_mb']:,.0f} MB when loaded; all variables with unknowns {whole['peak_mb']:,.0f} MB"),
    ]  # fmt: skip


def peer() -> Path:
    """The Python of an environment with OpenFisca-core, made on demand; nothing of ours is in it."""
    python = PEER / "bin" / "python"
    uv = str(ROOT / ".uv" / "bin" / "uv")
    try:
        if not python.exists():
            subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(PEER)], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), OPENFISCA], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(f"OpenFisca-core cannot be installed ({error}); --no-openfisca measures without it") from error
    return python


def small() -> list[Row]:
    """One case, and how long the import takes."""
    figures = min((ours("case", VAR, 10) for _turn in range(TURNS)), key=lambda told: told["letter_ms"])
    command = "import time; s = time.perf_counter(); import doudi.policy; print(time.perf_counter() - s)"
    imports = [
        float(subprocess.run([sys.executable, "-c", command], check=True, stdout=subprocess.PIPE, text=True).stdout)
        for _ in range(7)
    ]
    said = "{:.2f} ms, p99 {:.2f} ms".format
    median, p99 = figures["letter_ms"], figures["letter_p99"]
    return [
        Row("one case, all values and reasons", said(figures["values_ms"], figures["values_p99"]), "",
            f"{figures['cases']} law cases, ten times each, in process; the best of {TURNS} processes"),
        Row("one case, and the tree that explains its category", said(figures["tree_ms"], figures["tree_p99"])),
        Row("one case, and the whole letter for staff", said(median, p99), "median ≤ 3 ms, p99 ≤ 15 ms",
            "every variable, clause, path not taken", median <= 3 and p99 <= 15),
        limit("import of `doudi.policy`", statistics.median(imports), 0.5, "{:.2f} s", "≤ 0.5 s",
              f"median of 7 new processes, the slowest {max(imports):.2f} s"),
    ]  # fmt: skip


def agreement(households: int) -> list[Row]:
    """Random households with unknowns, decided one by one and as a population."""
    figures = policy_agreement.main(households)
    note = (
        f"{figures['people']:,} people, random days, unknowns in two thirds of the families; {figures['seconds']:.0f} s"
    )
    return [Row(f"case = population, {households:,} random households", "all equal", "all equal", note, True)]


def province(sizes: list[float]) -> list[Row]:
    """`doudi policy screen` on populations up to a province: time, memory, and how both grow."""
    found = []
    for millions in sizes:
        folder, people = generated(f"{millions:g}-million", round(millions * 1e6 / PER_HOUSEHOLD))
        print(f"{people:,} people: generated", flush=True)
        found.append((people, ours("screen", folder)))
        rows = pl.scan_parquet(folder / "out.parquet").select(pl.len()).collect().item()
        if rows != round(millions * 1e6 / PER_HOUSEHOLD):
            raise SystemExit(f"{folder}: {rows} rows")
        print(f"{people:,} people: {found[-1][1]}", flush=True)
        shutil.rmtree(folder)
    people, largest = found[-1]
    told = "; ".join(f"{p / 1e6:.1f} M {f['evaluate_s']:.1f} s {f['peak_mb']:,.0f} MB" for p, f in found)
    growth, worked = (growth_of([(p, f[name]) for p, f in found]) for name in ("evaluate_s", "cpu_s"))
    gigabytes = largest["peak_mb"] / 1024
    return [
        Row(f"a province, {people:,} people, `doudi policy screen`", f"{largest['evaluate_s']:.0f} s", "",
            f"{largest['cpu_s']:.0f} s of the processors; {people / largest['evaluate_s']:,.0f} people a second; "
            "all variables with unknowns, files in and out"),
        limit("its peak memory", gigabytes, 12, "{:.1f} GB", "≤ 12 GB"),
        limit("growth exponent of its time", growth, 1.1, "{:.2f}", "≤ 1.1", f"of processor time {worked:.2f}; {told}"),
    ]  # fmt: skip


def growth_of(points: list[tuple[float, float]]) -> float:
    """The exponent of a power law through the points, by least squares of the logarithms."""
    return statistics.linear_regression(*(list(map(math.log, each)) for each in zip(*points, strict=True))).slope


def limit(what: str, value: float, most: float, form: str, wanted: str = "", note: str = "") -> Row:
    """A figure that has to stay under a limit."""
    return Row(what, form.format(value), wanted or f"≤ {most}", note, value < most if "<" in wanted else value <= most)


def markdown(rows: list[Row], seconds: float) -> str:
    memory = psutil.virtual_memory().total / 2**30
    lines = [
        f"# Policy engine, {date.today()}",
        "",
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"Python {platform.python_version()}, Polars {pl.__version__}, NumPy {np.__version__}; load when it ended "
        f"{os.getloadavg()[1]:.1f}; best of {TIMES} where seconds are under ten; {seconds / 60:.0f} minutes in all.",
        "",
        "| what | measured | wanted | note |",
        "|---|---|---|---|",
        *(row.markdown() for row in rows),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
