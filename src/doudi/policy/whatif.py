"""What if: the same population under two rulebooks; who gains, who loses, by how much, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl

from doudi.policy.engine.population import Screened, screen
from doudi.policy.engine.tables import Tables
from doudi.policy.run import Run

if TYPE_CHECKING:
    from doudi.policy.reading import Case
    from doudi.policy.rulebook import Rulebook

PERSON_MONEY = ("individual_dibao_amount", "tekun_amount")
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
    old = money(screen(before, tables, on, run))
    new = money(screen(after, tables, on, run))
    places = tables.households.select(
        "household_id", pl.col("division_code").str.slice(0, 9).alias("township"), "residence_class"
    )
    joined = places.hstack(old.drop("household_id")).hstack(
        new.select(pl.col("category").alias("category_after"), pl.col("fen_month").alias("fen_month_after"))
    )
    return Simulation(joined.with_columns((pl.col("fen_month_after") - pl.col("fen_month")).alias("change")))


def money(screened: Screened) -> pl.DataFrame:
    """Category, size and monthly money of every household: unknown stays unknown."""
    people = screened.persons.select("household_id", pl.sum_horizontal(PERSON_MONEY, ignore_nulls=False).alias("alone"))
    alone = people.group_by("household_id").agg(
        pl.when(pl.col("alone").is_not_null().all()).then(pl.col("alone").sum()).alias("alone")
    )
    joined = screened.households.select("household_id", "category", "size", "dibao_amount").join(
        alone, on="household_id", how="left", maintain_order="left"
    )
    nobody = ~pl.col("household_id").is_in(people["household_id"].implode())
    own = pl.when(nobody).then(0).otherwise(pl.col("alone"))
    return joined.select("household_id", "category", "size", (pl.col("dibao_amount") + own).alias("fen_month"))


def _totals(frame: pl.DataFrame) -> dict[str, Any]:
    change = frame["change"]
    before, after = int(frame["fen_month"].sum()), int(frame["fen_month_after"].sum())
    return {
        "households": frame.height,
        "gainers": int((change > 0).sum()),
        "losers": int((change < 0).sum()),
        "undecided": change.null_count(),
        "gained_fen_month": int(change.filter(change > 0).sum()),
        "lost_fen_month": -int(change.filter(change < 0).sum()),
        "budget_before_fen_month": before,
        "budget_after_fen_month": after,
        "change_fen_month": after - before,
        "change_fen_year": (after - before) * 12,
    }


@dataclass(frozen=True)
class Point:
    """What a household has at one income of one member: fen per year of income, fen per month of allowance."""

    income_fen_year: int
    category: str | None
    allowance_fen_month: int | None

    @property
    def in_hand(self) -> int | None:
        """Income and allowance together, fen per year."""
        return None if self.allowance_fen_month is None else self.income_fen_year + 12 * self.allowance_fen_month


def curve(book: Rulebook, case: Case, on: date, person: str, incomes: list[int]) -> list[Point]:
    """The allowance of the household for every wage of one member."""
    points = []
    for income in incomes:
        decision = book.decide(case.with_fact(f"person:{person}.wage_income_fen", income), on)
        parts = [decision.value("dibao_amount")]
        parts += [decision.value(name, each.key) for each in decision.home.children for name in PERSON_MONEY]
        allowance = None if None in parts else sum(parts)
        points.append(Point(income, decision.value("category"), allowance))
    return points


def cliffs(points: list[Point]) -> list[tuple[Point, Point]]:
    """Neighbouring points between which the family has less in hand although it earns more."""
    pairs = pairwise(points)
    return [(a, b) for a, b in pairs if a.in_hand is not None and b.in_hand is not None and b.in_hand < a.in_hand]
