"""From arrays to rows: polars columns with dates, moments and nulls, and one collector for rows from many places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from .draws import NEVER, TODAY, Bools, Ints

MICROSECONDS_A_DAY = 86_400_000_000


def dates(days: Ints) -> pl.Series:
    """Days since 1970 as dates; NEVER as null."""
    known = days != NEVER
    return _masked(pl.Series(np.where(known, days, 0).astype(np.int32)), known).cast(pl.Date)


def moments(days: Ints, rng: np.random.Generator) -> pl.Series:
    """A moment within office hours of each day (UTC); NEVER as null."""
    known = days != NEVER
    office = rng.integers(3600, 9 * 3600, len(days)) * 1_000_000
    stamp = np.where(known, np.minimum(days, TODAY) * MICROSECONDS_A_DAY + office, 0)
    return _masked(pl.Series(stamp), known).cast(pl.Datetime("us"))


def whole(values: Ints, unknown: int = NEVER) -> pl.Series:
    """Whole numbers; `unknown` as null."""
    return _masked(pl.Series(np.asarray(values, dtype=np.int64)), values != unknown)


def codes(numbers: Ints, width: int) -> pl.Series:
    """Numbers as codes with leading zeros."""
    return pl.Series(numbers).cast(pl.String).str.zfill(width)


def words(table: Sequence[str | None], numbers: Ints) -> pl.Series:
    """The word of each number."""
    return pl.Series(list(table), dtype=pl.String).gather(pl.Series(np.asarray(numbers, dtype=np.int64)))


def flags(values: Bools, unknown: Bools | None = None) -> pl.Series:
    """True and false; unknown as null."""
    known = np.ones(len(values), bool) if unknown is None else ~unknown
    return _masked(pl.Series(values), known)


def nothing(count: int) -> pl.Series:
    """A column of nulls."""
    return pl.Series([None], dtype=pl.String).new_from_index(0, count)


def _masked(values: pl.Series, known: Bools) -> pl.Series:
    return pl.select(pl.when(pl.Series(known)).then(values)).to_series()


def dated(places: pl.Series, starts: Ints, ends: Ints, recorded: pl.Series) -> dict[str, pl.Series]:
    """The columns every dated table begins with."""
    count = len(starts)
    return {
        "id": pl.Series(np.arange(1, count + 1)),
        "division_code": places,
        "starts_on": dates(starts),
        "ends_on": dates(ends),
        "recorded_at": recorded,
        "superseded_at": nothing(count),
        "recorded_by_id": nothing(count),
    }


class Collector:
    """Gathers rows of one table from many places as columns of whole numbers, then lays them end to end."""

    def __init__(self, *columns: str, **defaults: int) -> None:
        self._defaults = dict.fromkeys(columns, NEVER) | defaults
        self._parts: dict[str, list[Ints]] = {name: [] for name in self._defaults}

    def add(self, rows: int, **columns: Ints | Bools | int) -> None:
        """Add `rows` rows; a column not named holds its default."""
        if unknown := columns.keys() - self._defaults.keys():
            raise KeyError(f"no such column: {sorted(unknown)}")
        for name, default in self._defaults.items():
            value = np.asarray(columns.get(name, default), dtype=np.int64)
            self._parts[name].append(np.broadcast_to(value, (rows,)))

    def columns(self) -> dict[str, Ints]:
        """All rows, column by column."""
        return {name: np.concatenate(parts) if parts else np.empty(0, np.int64) for name, parts in self._parts.items()}
