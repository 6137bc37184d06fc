"""An indicator tried on history: what another line would have raised, and how much of it was true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import polars as pl

from doudi.policy.parameters.lookup import Value

from .declare import Indicator
from .inputs import INPUTS

Z = 1.959964
"""Ninety-five in a hundred."""


@dataclass(frozen=True)
class Trial:
    """Past warnings under other thresholds: how many there would have been, verified, true; precision with interval."""

    raised: int
    verified: int
    true: int
    low: float | None
    high: float | None

    @property
    def precision(self) -> float | None:
        """The share of true ones among those whose outcome is known; None without any."""
        return self.true / self.verified if self.verified else None


def trial(each: Indicator, thresholds: Mapping[str, Value], outcomes: pl.DataFrame) -> Trial:
    """What the indicator would have raised among its own past warnings with other thresholds.

    `outcomes` has a row per past warning: `evidence` (as `evaluate` wrote it) and `outcome` (true, false, or null while
    nobody knows). Thresholds not named stay as they were for each warning. A lower line than then cannot be tried in
    full: what stayed below it was never raised.
    """
    told = outcomes.select(_read(each), pl.col("outcome").cast(pl.Boolean)).unnest("told")
    told = told.with_columns(pl.lit(value).alias(name) for name, value in thresholds.items())
    raised = told.filter(each.expression().fill_null(False))
    known = raised.filter(pl.col("outcome").is_not_null())
    true = int(known["outcome"].sum())
    return Trial(raised.height, known.height, true, *wilson(true, known.height))


def wilson(true: int, of: int) -> tuple[float | None, float | None]:
    """The interval of a share after Wilson; None without cases."""
    if not of:
        return None, None
    share, square = true / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    # At nothing and at all the bound is the share itself, but for the last bit.
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


TYPES: dict[str, pl.DataType] = {
    "yes": pl.Boolean(), "fen": pl.Int64(), "count": pl.Int64(), "years": pl.Int64(), "percent": pl.Int64(),
    "code": pl.String(), "day": pl.String(),
}  # fmt: skip


def _read(each: Indicator) -> pl.Expr:
    """The evidence as columns again."""
    facts = pl.Struct({name: pl.Struct({"value": TYPES[INPUTS[name].unit]}) for name in each.inputs})
    lines = pl.Struct(dict.fromkeys(each.thresholds, pl.Int64()))
    told = pl.col("evidence").str.json_decode(pl.Struct({"facts": facts, "thresholds": lines}))
    values = [told.struct.field("facts").struct.field(name).struct.field("value").alias(name) for name in each.inputs]
    return pl.struct(
        *values, *(told.struct.field("thresholds").struct.field(name).alias(name) for name in each.thresholds)
    ).alias("told")
