"""What indicators are evaluated on: three layers of tables, each read once for a county or for some households."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from doudi.registry.facts.population import PopulationFacts
from doudi.registry.facts.signals import Signals

HOUSEHOLD_STANDING: dict[str, type[pl.DataType]] = {
    "household_id": pl.String, "category": pl.String, "receives": pl.Boolean, "on_register": pl.Boolean,
    "case_open": pl.Boolean, "helped_lately": pl.Boolean, "phasing_out": pl.Boolean, "phase_out_ends": pl.Date,
    "review_by": pl.Date, "disclosed": pl.Boolean, "near_relative": pl.Boolean, "earner_died_on": pl.Date,
}  # fmt: skip
PERSON_STANDING: dict[str, type[pl.DataType]] = {"person_id": pl.String, "person_receives": pl.String}


@dataclass(frozen=True)
class Standing:
    """How households stand with us: a row for each of them, and one for each person who is paid for."""

    households: pl.DataFrame
    persons: pl.DataFrame


@dataclass(frozen=True)
class Facts:
    """The facts of the rulebook, the signals of departments, and how the households stand, as of a day."""

    on: date
    population: PopulationFacts
    signals: Signals
    standing: Standing
