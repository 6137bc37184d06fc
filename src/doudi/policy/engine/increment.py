"""Screening again after changes: only households with other facts than last time are evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON, Depth
from doudi.policy.engine.population import Screened, screen
from doudi.policy.engine.tables import KEYS, Tables
from doudi.policy.facts import FACTS
from doudi.policy.run import Run

if TYPE_CHECKING:
    from doudi.policy.rulebook import Rulebook

Ground = tuple[str, date, Run]


@dataclass(frozen=True)
class Increment:
    """The answers, what they rest on, a fingerprint of every household, and how many were evaluated this time."""

    screened: Screened
    ground: Ground
    prints: pl.DataFrame
    evaluated: int

    @classmethod
    def full(cls, book: Rulebook, tables: Tables, on: date, run: Run | None = None) -> Increment:
        """Everything from the beginning."""
        run = run or Run()
        screened = screen(book, tables, on, run)
        return cls(screened, (book.version, on, run), fingerprints(tables), tables.households.height)

    def update(self, book: Rulebook, tables: Tables, on: date, run: Run | None = None) -> Increment:
        """The answers for ``tables``; another day, rulebook or index makes every answer a new one."""
        run = run or Run()
        if self.ground != (book.version, on, run):
            return Increment.full(book, tables, on, run)
        prints = fingerprints(tables)
        changed = prints.join(self.prints, on=["household_id", "print"], how="anti")["household_id"]
        new = screen(book, tables.only(changed), on, run)
        merged = Screened(
            _merged(tables.households, HOUSEHOLD, self.screened.households, new.households),
            _merged(tables.persons, PERSON, self.screened.persons, new.persons),
            _merged(tables.obligors, OBLIGOR, self.screened.obligors, new.obligors),
        )
        return Increment(merged, self.ground, prints, changed.len())


def fingerprints(tables: Tables) -> pl.DataFrame:
    """One number per household that changes with any fact of anybody in it; the order of persons does not matter."""
    home = tables.households.select("household_id")
    own = _hashes(tables.households, HOUSEHOLD)
    people = _hashes(tables.persons, PERSON)
    owed = _hashes(tables.obligors, OBLIGOR)
    rows = pl.concat(
        [
            pl.DataFrame({"row": pl.int_range(own.len(), eager=True), "print": own}),
            pl.DataFrame({"row": tables.home, "print": people}),
            pl.DataFrame({"row": tables.home[tables.owed], "print": owed}),
        ],
        how="vertical_relaxed",
    )
    summed = rows.group_by("row").agg(pl.col("print").sum()).sort("row")
    return home.hstack(summed.select("print"))


def _hashes(frame: pl.DataFrame, depth: Depth) -> pl.Series:
    names = [name for name in FACTS[depth] if name in frame.columns]
    return frame.select(names).hash_rows(seed=int(depth))


def _merged(wanted: pl.DataFrame, depth: Depth, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Rows of the new answers, then of the old ones, in the order of the tables."""
    key = KEYS[depth]
    kept = old.join(new.select(key), on=key, how="anti")
    order = wanted.sort("#row").select(key)
    return order.join(pl.concat([new, kept]), on=key, how="left", maintain_order="left").select(old.columns)
