"""What indicators are evaluated on: three layers of tables, each read once for a county or for some households."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from doudi.policy.rulebook import Rulebook, rulebook
from doudi.registry.facts.population import PopulationFacts
from doudi.registry.facts.signals import Signals


@dataclass(frozen=True)
class Standing:
    """How households stand with us: a row for each of them, and one for each person who is paid for.

    Households: category, on_register, case_open, helped_lately, phasing_out, phase_out_ends, review_by, near_relative,
    disclosed, earner_died_on. Persons: household_id and person_receives, the programme.
    """

    households: pl.DataFrame
    persons: pl.DataFrame


@dataclass(frozen=True)
class Facts:
    """The facts of the rulebook, the signals of departments, and how the households stand, as of a day."""

    on: date
    population: PopulationFacts
    signals: Signals
    standing: Standing
    school_list: bool = False
    """Whether the schools' list of the county has come: then a child who is not on it is at no school."""
    book: Rulebook = field(default_factory=rulebook)
    """The rulebook of the county, with what it decided itself."""
