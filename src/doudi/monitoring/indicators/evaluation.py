"""All indicators over the facts of a county or of some households: one row for each hit, with evidence and sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import polars as pl

from .catalogue import INDICATORS
from .declare import Indicator
from .facts import Facts
from .preparing import Prepared, prepared
from .thresholds import Thresholds
from .thresholds import thresholds as shipped

HITS: dict[str, pl.DataType] = {
    "household_id": pl.Int64(), "person_id": pl.Int64(), "indicator": pl.String(), "evidence": pl.String(),
    "sentence": pl.String(),
}  # fmt: skip


def evaluate(
    facts: Facts, on: date, thresholds: Thresholds | None = None, only: Collection[str] | None = None
) -> pl.DataFrame:
    """Every hit: household, person (null where it concerns the household), indicator, evidence (JSON), sentence.

    By household, then in the order of the declarations. Some of the households give the same rows as all of them do.
    """
    lines = thresholds or shipped()
    asked = [each for each in INDICATORS.values() if only is None or each.key in only]
    return hits(prepared(facts, on, lines), asked, on, lines)


def hits(tables: Prepared, asked: Iterable[Indicator], on: date, lines: Thresholds) -> pl.DataFrame:
    """The rows of some indicators over prepared tables."""
    order = list(INDICATORS)
    found = [_hits(each, tables, on, lines) for each in asked]
    rows = pl.concat([pl.DataFrame(schema=HITS), *found])
    place = pl.col("indicator").replace_strict(order, range(len(order)), return_dtype=pl.Int64)
    return rows.sort("household_id", place, "person_id", nulls_last=False)


def _hits(each: Indicator, tables: Prepared, on: date, lines: Thresholds) -> pl.DataFrame:
    told = tables.of(each)
    values = told.with_columns(lines.expression(name, on) for name in each.thresholds)
    hit = values.filter(each.expression().fill_null(False))
    person = pl.col("person_id") if each.depth == "person" else pl.lit(None)
    return hit.select(
        pl.col("household_id").cast(pl.Int64),
        person.cast(pl.Int64).alias("person_id"),
        pl.lit(each.key).alias("indicator"),
        evidence(each, hit.columns).alias("evidence"),
        each.wording.filled().alias("sentence"),
    )


def evidence(each: Indicator, columns: Collection[str]) -> pl.Expr:
    """`{"facts": {name: {"value", "source", "since"}}, "thresholds": {name: value}}`; null is unknown."""
    facts = pl.struct(_fact(name, columns) for name in each.facts)
    lines = [pl.col(name) for name in each.thresholds]
    parts = [facts.alias("facts"), *([pl.struct(lines).alias("thresholds")] if lines else [])]
    return pl.struct(parts).struct.json_encode()


def _fact(name: str, columns: Collection[str]) -> pl.Expr:
    parts = [pl.col(name).alias("value")]
    if f"{name}_source" in columns:
        parts += [pl.col(f"{name}_source").alias("source"), pl.col(f"{name}_since").cast(pl.String).alias("since")]
    return pl.struct(parts).alias(name)
