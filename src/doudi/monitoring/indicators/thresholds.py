"""The lines at which an indicator speaks: dated values by area, each with its source or `assumed`, as parameters are.

They stand in `thresholds.yaml`, in the form of `policy/parameters`. What a county decided otherwise is laid over them
as `Change`s, which count from their day on in their area.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import yaml

from doudi.policy.errors import PolicyError
from doudi.policy.parameters.loading import quantities_of
from doudi.policy.parameters.lookup import Block, Quantity, Value

FILE = Path(__file__).with_name("thresholds.yaml")


@dataclass(frozen=True)
class Change:
    """What a county decided: from a day on another value in an area ('' is everywhere)."""

    threshold: str
    area: str
    starts_on: date
    value: Value


@dataclass(frozen=True)
class Thresholds:
    """All thresholds by name."""

    quantities: Mapping[str, Quantity]

    def changed(self, changes: Iterable[Change]) -> Thresholds:
        """The same with what was decided; PolicyError for an unknown name or a value outside the domain."""
        quantities = dict(self.quantities)
        for change in changes:
            quantity = self._named(change)
            block = Block(change.starts_on, change.area, None, change.value, source="county")
            # A decision of the same day and area takes the place of what stood there.
            kept = [b for b in quantities[quantity.name].blocks if (b.area, b.start) != (change.area, change.starts_on)]
            quantities[quantity.name] = replace(quantity, blocks=(*kept, block))
        return Thresholds(quantities)

    def _named(self, change: Change) -> Quantity:
        quantity = self.quantities.get(change.threshold)
        if quantity is None:
            raise PolicyError(f"没有名为 {change.threshold} 的阈值。")
        if not quantity.allows(change.value):
            raise PolicyError(f"阈值 {change.threshold}（{quantity.label}）的值 {change.value!r} 不合规定。")
        return quantity

    def value(self, name: str, area: str, on: date) -> Value | None:
        """The value at a place on a day; None where none is set."""
        block = self.quantities[name].block(area, None, on)
        return None if block is None else block.value

    def expression(self, name: str, on: date) -> pl.Expr:
        """The value of each row by its `division_code`."""
        areas = sorted({block.area for block in self.quantities[name].blocks}, key=len)
        chosen = _literal(None if "" not in areas else self.value(name, "", on))
        for area in areas:
            if area:
                here = pl.col("division_code").str.starts_with(area)
                chosen = pl.when(here).then(_literal(self.value(name, area, on))).otherwise(chosen)
        return chosen.alias(name)


def _literal(value: Value | None) -> pl.Expr:
    """A value that is not set has a type all the same: a sentence that says it must say "not known", not stop."""
    return pl.lit(value) if value is not None else pl.lit(None, pl.Int64)


@cache
def thresholds() -> Thresholds:
    """The thresholds of this package."""
    told = yaml.load(FILE.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return Thresholds({name: quantity for key, data in told.items() for name, quantity in _one(key, data)})


def _one(key: str, data: dict[str, object]) -> Iterable[tuple[str, Quantity]]:
    return ((quantity.name, quantity) for quantity in quantities_of(key, data))
