"""Builders: one row on which one indicator is asked, and small counties of facts without a database."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from doudi.monitoring.indicators import INDICATORS, Facts, Thresholds, thresholds
from doudi.monitoring.indicators.evaluation import hits
from doudi.monitoring.indicators.facts import Standing
from doudi.monitoring.indicators.inputs import INPUTS
from doudi.monitoring.indicators.preparing import Prepared
from doudi.policy.rulebook import rulebook
from doudi.registry.facts import population, schema
from doudi.registry.facts.population import TYPES, PopulationFacts
from doudi.registry.facts.signals import (
    CERTIFICATES,
    CIRCUMSTANCES,
    HOUSEHOLD_FIGURES,
    PERSON_FIGURES,
    Figure,
    Read,
    Signals,
)

ON = date(2026, 11, 1)
VILLAGE = "533103102201"
DTYPES = {"yes": pl.Boolean, "fen": pl.Int64, "count": pl.Int64, "years": pl.Int64, "percent": pl.Int64,
          "day": pl.Date, "code": pl.String}  # fmt: skip
Row = dict[str, Any]


def asked(key: str, lines: Thresholds | None = None, on: date = ON, **values: Any) -> pl.DataFrame:
    """The rows of one indicator over one person of one household of whom just this is known."""
    frames = {
        depth: pl.DataFrame(
            {"household_id": ["1"], "person_id": ["7"], "division_code": [values.get("division_code", VILLAGE)]}
            | {
                name: pl.Series([values.get(name)], dtype=DTYPES[i.unit])
                for name, i in INPUTS.items()
                if i.depth == depth
            }
        )
        for depth in ("household", "person")
    }
    tables = Prepared(frames["household"].drop("person_id"), frames["person"].drop("division_code"))
    return hits(tables, [INDICATORS[key]], on, lines or thresholds())


def speaks(key: str, **values: Any) -> bool:
    """Whether the indicator speaks."""
    return asked(key, **values).height == 1


def certificate_columns(kinds: dict[str, Read]) -> dict[str, type[pl.DataType]]:
    """A column for the value, its source and its day of each kind."""
    types: dict[Read, type[pl.DataType]] = {"yes": pl.Boolean, "code": pl.String, "grade": pl.Int64}
    columns = {kind: types[read] for kind, read in kinds.items()}
    return columns | {f"{k}_source": pl.String for k in kinds} | {f"{k}_since": pl.Date for k in kinds}


def figure_columns(figures: tuple[Figure, ...]) -> dict[str, type[pl.DataType]]:
    """A column for the amount, its source, its day, and the one before of each figure."""
    columns: dict[str, type[pl.DataType]] = {f.name: pl.Int64 for f in figures}
    columns |= {f"{f.name}_before": pl.Int64 for f in figures if f.before}
    return columns | {f"{f.name}_source": pl.String for f in figures} | {f"{f.name}_since": pl.Date for f in figures}


def _known(facts: tuple[schema.Fact, ...]) -> dict[str, type[pl.DataType]]:
    return {fact.name: TYPES[fact.read] for fact in facts}


HOUSEHOLD = population.HOUSEHOLD | _known((*schema.CIRCUMSTANCES, *schema.HOUSEHOLD_STATEMENTS))
PERSON = population.PERSON | _known((*schema.PERSON_CERTIFICATES, *schema.PERSON_STATEMENTS))
OBLIGOR = population.OBLIGOR | _known((*schema.OBLIGOR_CERTIFICATES, *schema.OBLIGOR_STATEMENTS))
OBLIGOR.pop("relative")
OBLIGOR["income_fen_year"] = pl.Int64
SAID_PERSON = {"person_id": pl.String, "died_on": pl.Date, "employment_ended_on": pl.Date} | certificate_columns(
    CERTIFICATES
)
SAID_PERSON |= figure_columns(PERSON_FIGURES)
SAID_HOUSEHOLD = {"household_id": pl.String} | certificate_columns(CIRCUMSTANCES) | figure_columns(HOUSEHOLD_FIGURES)
STANDS = {
    "household_id": pl.String, "category": pl.String, "review_by": pl.Date, "phase_out_ends": pl.Date,
    "earner_died_on": pl.Date, "on_register": pl.Boolean, "case_open": pl.Boolean, "helped_lately": pl.Boolean,
    "near_relative": pl.Boolean, "disclosed": pl.Boolean, "phasing_out": pl.Boolean,
}  # fmt: skip
PAID = {"household_id": pl.String, "person_id": pl.String, "person_receives": pl.String}
STILL: Row = {"on_register": False, "case_open": False, "helped_lately": False, "near_relative": False,
              "disclosed": False, "phasing_out": False}  # fmt: skip


def county(*homes: tuple[Row, list[Row]], on: date = ON) -> Facts:
    """Facts of some households, each with what is known of it and of its members; ids are given in order."""
    households, persons, paid = [], [], []
    for number, (home, people) in enumerate(homes, 1):
        pk = home.get("household_id", str(number))
        households.append({"division_code": VILLAGE, "residence_class": "rural", "on_dibao": False} | STILL | home
                          | {"household_id": pk})  # fmt: skip
        for place, person in enumerate(people):
            row = {"person_id": f"{pk}{place:02d}", "co_resident": True, "relation": "02" if not place else "29",
                   "on_tekun": False, "on_individual_dibao": False} | person | {"household_id": pk}  # fmt: skip
            persons.append(row)
            paid += [row] if row.get("person_receives") else []
    return facts_of(households, persons, paid, on)


def facts_of(households: list[Row], persons: list[Row], paid: list[Row], on: date = ON) -> Facts:
    """The same rows as all the tables that are read."""
    return Facts(
        on,
        PopulationFacts(on, _frame(households, HOUSEHOLD), _frame(persons, PERSON), _frame([], OBLIGOR)),
        Signals(_frame(persons, SAID_PERSON), _frame(households, SAID_HOUSEHOLD)),
        Standing(_frame(households, STANDS), _frame(paid, PAID)),
        book=rulebook(),
    )


def _frame(rows: list[Row], columns: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame({name: pl.Series([r.get(name) for r in rows], dtype=t) for name, t in columns.items()})


def only(facts: Facts, ids: set[str]) -> Facts:
    """The facts of some of the households, as reading them alone would give."""

    def mine(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(pl.col("household_id").is_in(sorted(ids)))

    people = mine(facts.population.persons)
    whole = facts.population
    return Facts(
        facts.on,
        PopulationFacts(facts.on, mine(whole.households), people, whole.obligors),
        Signals(
            facts.signals.persons.filter(pl.col("person_id").is_in(people["person_id"].implode())),
            mine(facts.signals.households),
        ),
        Standing(mine(facts.standing.households), mine(facts.standing.persons)),
        facts.school_list,
        facts.book,
    )
