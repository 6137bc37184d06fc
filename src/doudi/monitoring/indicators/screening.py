"""What the rulebook says of everybody, on known facts alone."""

from __future__ import annotations

from datetime import date

import polars as pl

from doudi.policy.engine.population import Screened, screen
from doudi.policy.engine.tables import Tables
from doudi.policy.rulebook import Rulebook
from doudi.registry.facts.population import PopulationFacts

HOUSEHOLD = ("dibao_eligible", "near_threshold", "rigid_expenditure")
PERSON = ("tekun_eligible", "individual_dibao_eligible")


def answers(
    book: Rulebook, households: pl.DataFrame, persons: pl.DataFrame, obligors: pl.DataFrame, on: date
) -> Screened:
    """Every variable of the rulebook over these tables."""
    return screen(book, Tables.read(households, persons, obligors), on)


def screened(book: Rulebook, population: PopulationFacts, on: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of households and of persons the answers that indicators ask for; null is not known."""
    found = answers(book, population.households, population.persons, population.obligors, on)
    return found.households.select("household_id", *HOUSEHOLD), found.persons.select("person_id", *PERSON)
