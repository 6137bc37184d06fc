"""Candidate pairs and their weights: Splink on DuckDB, in memory, with fixed numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl

from .model import BLOCKS, FEATURES, FREQUENCIES, Feature, Model, settings

if TYPE_CHECKING:
    from splink import DuckDBAPI, Linker

MEMORY = "1500MB"
THREADS = 2
ROWS_AT_ONCE = 100_000
"""So many rows beside a county's people need about 1 GB; more rows come after one another."""


@contextmanager
def linker(rows: pl.DataFrame, people: pl.DataFrame, numbers: Model | None) -> Iterator[tuple[DuckDBAPI, Linker]]:
    """A Splink linker over the features of both sides; all its tables are gone afterwards."""
    # Only here: they take long to load, and commands and the site, which link nothing, would begin with that.
    import duckdb
    from splink import DuckDBAPI, Linker

    # Without a folder DuckDB writes nothing to disk: names and birth days of people never lie there readable.
    limits: dict[str, str | bool | int | float | list[str]] = {
        "threads": THREADS, "memory_limit": MEMORY, "temp_directory": "",
    }  # fmt: skip
    with duckdb.connect(":memory:", config=limits) as connection:
        database = DuckDBAPI(connection)
        # Splink takes the side whose name sorts first as left: the rows.
        sides = [database.register(side.to_arrow(), dataset_display_name=name)
                 for side, name in ((rows, "a_rows"), (people, "b_people"))]  # fmt: skip
        yield database, Linker(sides, settings(numbers), log_level=None, validate_settings=False)


def candidates(rows: pl.DataFrame, people: pl.DataFrame, numbers: Model) -> pl.DataFrame:
    """Pairs at or above the doubtful line: `row, person, weight` and the level of each feature (null = not known)."""
    parts = [_scored(part, people, numbers) for part in rows.iter_slices(ROWS_AT_ONCE)]
    return pl.concat(parts) if parts else _scored(rows, people, numbers)


def _scored(rows: pl.DataFrame, people: pl.DataFrame, numbers: Model) -> pl.DataFrame:
    near = _near(rows, people)
    with linker(rows, near, numbers) as (database, found):
        for column in FREQUENCIES:
            seen = pl.concat([rows[column], near[column]]).drop_nulls().unique()
            _register(database, found, column, _frequency(people[column], seen, numbers.population))
        pairs = found.inference.predict(threshold_match_weight=numbers.doubtful, warning_mode="never")
        frame = pl.DataFrame(pairs.as_pyarrow_table())
    return frame.select(
        pl.col("unique_id_l").alias("row"),
        pl.col("unique_id_r").alias("person"),
        pl.col("match_weight").round(6).alias("weight"),
        *(_level(f) for f in FEATURES),
    )


def _near(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The people who can be in a pair at all: a file with a few rows needs only a few of a county."""
    kept = [people.join(rows, on=columns, how="semi").select("unique_id") for columns in BLOCKS]
    return people.join(pl.concat(kept), on="unique_id", how="semi", maintain_order="left")


def _level(feature: Feature) -> pl.Expr:
    """The number of the level in the feature's list; Splink counts from the last, and -1 is not known."""
    counted = pl.col(f"gamma_{feature.key}").cast(pl.Int64)
    return pl.when(counted >= 0).then(len(feature.levels) - 1 - counted).alias(feature.key)


def _frequency(of_people: pl.Series, seen: pl.Series, population: int) -> pl.DataFrame:
    """How common each text that was seen is among the people of the registry; what nobody has counts as one.

    Counted among at least `population` people, so that a handful of people does not make every name look common.
    """
    column, among = of_people.name, max(of_people.len(), population)
    held = of_people.to_frame().join(seen.to_frame(), on=column, how="semi")
    table = seen.to_frame().join(held[column].value_counts(name="n"), on=column, how="left")
    return table.select(column, (pl.col("n").fill_null(1) / among).alias(f"tf_{column}"))


def _register(database: DuckDBAPI, found: Linker, column: str, table: pl.DataFrame) -> None:
    registered: Any = database.register(table.to_arrow(), table_name=f"frequency_of_{column}")
    found.table_management.register_term_frequency_lookup(registered, column)
