"""From what was read to what indicators ask: ages, days since, sums over the family, and what the rulebook says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from .declare import Indicator
from .facts import Facts
from .families import of_households, of_persons, told_incomes
from .inputs import INPUTS
from .presumption import presumed
from .screening import screened
from .signs import hardship
from .thresholds import Thresholds


@dataclass(frozen=True)
class Prepared:
    """A row per household and a row per person, with every input as a column of its name."""

    households: pl.DataFrame
    persons: pl.DataFrame

    def of(self, each: Indicator) -> pl.DataFrame:
        """The columns an indicator needs, with the source and day of those that have one."""
        if each.depth == "household":
            return self.households.select("household_id", "division_code", *_with_source(self.households, each.facts))
        own = [name for name in each.facts if INPUTS[name].depth == "person"]
        above = [name for name in each.facts if INPUTS[name].depth == "household"]
        people = self.persons.select("household_id", "person_id", *_with_source(self.persons, own))
        homes = self.households.select("household_id", "division_code", *_with_source(self.households, above))
        return people.join(homes, on="household_id", how="left", maintain_order="left")


def _with_source(frame: pl.DataFrame, names: Sequence[str]) -> list[str]:
    also = [f"{name}_{end}" for name in names for end in ("source", "since")]
    return list(dict.fromkeys([*names, *(name for name in also if name in frame.columns)]))


def prepared(facts: Facts, on: date, lines: Thresholds) -> Prepared:
    """The tables that indicators are asked over."""
    people = of_persons(facts, on)
    homes = of_households(facts, people, on)
    homes = told_incomes(homes, people).with_columns(school_list=pl.lit(facts.school_list))
    homes = hardship(homes, people, on, lines)
    answers, persons = screened(facts.book, facts.population, on)
    homes = homes.join(answers, on="household_id", how="left", maintain_order="left")
    people = people.join(persons, on="person_id", how="left", maintain_order="left")
    could, could_persons = presumed(facts, homes, people, on, lines)
    homes = homes.join(could, on="household_id", how="left", maintain_order="left")
    people = people.join(could_persons, on="person_id", how="left", maintain_order="left")
    return Prepared(homes, people)
