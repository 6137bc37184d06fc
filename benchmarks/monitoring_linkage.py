"""`./run bench monitoring_linkage`: rows without an ID number beside as many people, and rows with one.

Prints a markdown table and returns figures; no database. Options: --rows N (100,000), --people N (as many),
--seed N (2: another county than the one trained on), --train (write the numbers of the model anew, from the county of
seed 1), --errors N (how many times as many errors as usual), --curve (precision and recall at other lines).
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doudi.config.settings")

os.environ.setdefault("DOUDI_MODE", "demo")
# Nothing is read or written there; the settings only ask that a database be named.
os.environ.setdefault("DATABASE_URL", "postgresql://nobody@/none?host=/nonexistent")

import django  # noqa: E402

django.setup()

import polars as pl  # noqa: E402
import psutil  # noqa: E402

from benchmarks.linkage_pairs import Errors, Pairs, numbers_of, pairs  # noqa: E402
from doudi.feeds.linkage import Linked, link  # noqa: E402
from doudi.privacy.cipher import keyring  # noqa: E402

TRAINED_ON, TRAINING_ROWS = 1, 100_000
Figures = dict[str, float]


def main(arguments: list[str] | None = None) -> Figures:
    """Measure, or train."""
    options = _options(arguments)
    if options.train:
        from benchmarks.linkage_training import train

        train(pairs(TRAINING_ROWS, TRAINED_ON))
        return {}
    errors = Errors(**{k: v * options.errors for k, v in asdict(Errors()).items()})
    made = pairs(options.rows, options.seed, errors, options.people)
    figures, linked = without_number(made)
    figures |= with_number(options.rows * 2, options.rows)
    _print(figures)
    if options.curve:
        print(curve(made, linked))
    return figures


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=0)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--errors", type=float, default=1.0)
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--curve", action="store_true")
    return parser.parse_args(arguments)


def without_number(made: Pairs) -> tuple[Figures, Linked]:
    """Links, and how many of them are true."""
    before = psutil.Process().memory_info().rss
    begun = time.perf_counter()
    linked = link(made.rows, made.people)
    seconds = time.perf_counter() - begun
    truth = made.truth.rename({"person": "true"})
    links = linked.links.join(truth, on="#row")
    right = links.filter(pl.col("person") == pl.col("true")).height
    findable = truth["true"].drop_nulls().len()
    offered = linked.doubtful.join(truth, on="#row").filter(pl.col("person") == pl.col("true"))["#row"].n_unique()
    return {
        "rows": made.rows.height,
        "people": made.people.height,
        "findable": findable,
        "links": links.height,
        "wrong": links.height - right,
        "recall": right / findable,
        "precision": right / max(links.height, 1),
        "doubtful_rows": linked.doubtful["#row"].n_unique(),
        "recall_with_doubtful": (right + offered) / findable,
        "unmatched": linked.unmatched.height,
        "seconds": seconds,
        "mb_above_start": (_peak() - before) / 2**20,
        "peak_mb": _peak() / 2**20,
    }, linked


def _peak() -> int:
    """The most memory this process has held, in bytes."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def with_number(rows: int, people: int) -> Figures:
    """The path of a row that has an ID number: its blind index, and a join on it."""
    numbers = numbers_of(people)
    ring = keyring()
    registered = pl.DataFrame(
        {"person": range(people), "index": ring.index_many(numbers, purpose="resident_id")},
        schema={"person": pl.Int64, "index": pl.Binary},
    )
    texts = pl.Series("number", numbers).gather([at % people for at in range(rows)])
    begun = time.perf_counter()
    distinct = texts.unique(maintain_order=True)
    indexed = pl.DataFrame({"number": distinct}).with_columns(
        index=pl.Series(ring.index_many(distinct.to_list(), purpose="resident_id"), dtype=pl.Binary)
    )
    found = texts.to_frame().join(indexed, on="number").join(registered, on="index")
    seconds = time.perf_counter() - begun
    assert found.height == rows
    return {"id_rows": rows, "id_people": people, "id_rows_per_second": rows / seconds}


def _print(figures: Figures) -> None:
    print("| figure | value |\n|---|--:|")
    for name, value in figures.items():
        whole = float(value).is_integer() or value > 1000
        print(f"| {name} | {value:,.0f} |" if whole else f"| {name} | {value:.5f} |")


def curve(made: Pairs, linked: Linked) -> str:
    """What other lines for a sure link would have given: only among links and the doubtful pairs that were but weak."""
    pool = pl.concat([linked.links, linked.doubtful.filter(pl.col("why") == "weak")])
    pool = pool.join(made.truth.rename({"person": "true"}), on="#row")
    findable = made.truth["person"].drop_nulls().len()
    lines = ["", "| sure from | links | wrong | recall | precision |", "|--:|--:|--:|--:|--:|"]
    for line in range(0, 22, 1):
        kept = pool.filter(pl.col("weight") >= line)
        right = kept.filter(pl.col("person") == pl.col("true")).height
        lines.append(
            f"| {line} | {kept.height:,} | {kept.height - right:,} | {right / findable:.4f} "
            f"| {right / max(kept.height, 1):.5f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
