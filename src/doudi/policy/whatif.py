"""What if: the same population under two rulebooks; who gains, who loses, by how much, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from doudi.policy.engine.population import Screened, screen
from doudi.policy.engine.tables import Tables
from doudi.policy.run import Run

if TYPE_CHECKING:
    from doudi.policy.rulebook import Rulebook

GROUPS = {"township": "乡镇", "residence_class": "城乡", "size": "人口", "category": "现类别"}


@dataclass(frozen=True)
class Simulation:
    """A row per household before and after, and the totals."""

    households: pl.DataFrame

    def totals(self) -> dict[str, Any]:
        """Gainers, losers, undecided, and money per month and year in fen."""
        return _totals(self.households)

    def by(self, group: str) -> pl.DataFrame:
        """The totals for every value of a group: township, residence_class, size or category."""
        frames = self.households.partition_by(group, as_dict=True, maintain_order=True)
        rows = [{group: key[0], **_totals(frame)} for key, frame in frames.items()]
        return pl.DataFrame(rows, infer_schema_length=None).sort(group, nulls_last=True)

    def moves(self) -> pl.DataFrame:
        """How many households go from which category to which."""
        return (
            self.households.group_by("category", "category_after").len("households").sort("category", "category_after")
        )


def simulate(before: Rulebook, after: Rulebook, tables: Tables, on: date, run: Run | None = None) -> Simulation:
    """The population under both rulebooks on the same day."""
    return compared(tables, *(money(*admitted(book, tables, on, run)) for book in (before, after)))


def compared(tables: Tables, old: pl.DataFrame, new: pl.DataFrame) -> Simulation:
    """Two answers of ``money`` for the same population side by side."""
    places = tables.households.select(
        "household_id", pl.col("division_code").str.slice(0, 9).alias("township"), "residence_class"
    )
    joined = places.hstack(old.drop("household_id")).hstack(
        new.select(pl.col("category").alias("category_after"), pl.col("fen_month").alias("fen_month_after"))
    )
    return Simulation(joined.with_columns((pl.col("fen_month_after") - pl.col("fen_month")).alias("change")))


def admitted(book: Rulebook, tables: Tables, on: date, run: Run | None = None) -> tuple[Screened, Screened]:
    """The population, and once more the households from which somebody goes to tekun: nobody is paid both."""
    first = screen(book, tables, on, run)
    leaving = first.persons.filter(pl.col("tekun_eligible"))
    rest = tables.only(leaving["household_id"].unique())
    gone = pl.col("on_tekun") | pl.col("person_id").is_in(leaving["person_id"].implode())
    return first, screen(book, replace(rest, persons=rest.persons.with_columns(gone)), on, run)


def money(first: Screened, again: Screened) -> pl.DataFrame:
    """Category, size and monthly money of every household; what is not known for one member is not known for all."""
    alone = _latest(first.persons, again.persons, "person_id", ["individual_dibao_amount"])
    tekun = pl.col("tekun_amount")
    own = pl.when(tekun > 0).then(tekun).otherwise(tekun + pl.col("individual_dibao_amount")).alias("own")
    people = alone.select("household_id", own)
    summed = people.group_by("household_id").agg(
        pl.when(pl.col("own").is_not_null().all()).then(pl.col("own").sum()).alias("own"), pl.len().alias("people")
    )
    homes = _latest(first.households, again.households, "household_id", ["dibao_amount", "category", "size"])
    joined = homes.join(summed, on="household_id", how="left", maintain_order="left")
    total = pl.col("dibao_amount") + pl.when(pl.col("people").is_null()).then(0).otherwise(pl.col("own"))
    return joined.select("household_id", "category", "size", total.alias("fen_month"))


def _latest(first: pl.DataFrame, again: pl.DataFrame, key: str, names: list[str]) -> pl.DataFrame:
    """The first answers with some columns from the second where there is one."""
    second = again.select(key, pl.lit(True).alias("#again"), *(pl.col(name).alias(f"{name}#") for name in names))
    joined = first.join(second, on=key, how="left", maintain_order="left")
    return joined.with_columns(
        pl.when(pl.col("#again")).then(pl.col(f"{name}#")).otherwise(pl.col(name)).alias(name) for name in names
    )


def _totals(frame: pl.DataFrame) -> dict[str, Any]:
    change = frame["change"]
    before, after = int(frame["fen_month"].sum()), int(frame["fen_month_after"].sum())
    return {
        "households": frame.height,
        "gainers": int((change > 0).sum()),
        "losers": int((change < 0).sum()),
        "unchanged": int((change == 0).sum()),
        "undecided": change.null_count(),
        "gained_fen_month": int(change.filter(change > 0).sum()),
        "lost_fen_month": -int(change.filter(change < 0).sum()),
        "budget_before_fen_month": before,
        "budget_after_fen_month": after,
        "change_fen_month": after - before,
        "change_fen_year": (after - before) * 12,
    }
