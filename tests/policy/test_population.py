"""The population engine gives every household exactly what one case gives it, on random families with unknown facts."""

import random
from datetime import date

import polars as pl
import pytest

from doudi.policy import Case, Run, rulebook
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON
from doudi.policy.engine.population import screen
from doudi.policy.engine.tables import Tables
from doudi.policy.facts import FACTS
from tests.policy.families import random_family


def frame(depth, rows, *more):
    names = [*FACTS[depth], *more]
    columns = {name: [row.get(name) for row in rows] for name in names}
    texts = {
        name: pl.String for name in names if name in more or (FACTS[depth][name].choices == {} and name.endswith("_id"))
    }
    return pl.DataFrame(columns, schema_overrides=texts, infer_schema_length=None)


def tables(families):
    homes = [f["household"] for f in families]
    people = [{**p, "household_id": f["household"]["household_id"]} for f in families for p in f["persons"]]
    owed = [o for f in families for o in f["obligors"]]
    return Tables.read(frame(HOUSEHOLD, homes), frame(PERSON, people, "household_id"), frame(OBLIGOR, owed))


def one_by_one(book, families, on, run):
    told = [
        book.decide(Case(f["household"], tuple(f["persons"]), tuple(f["obligors"])), on, run).as_json()
        for f in families
    ]
    homes = [
        {"household_id": f["household"]["household_id"], **t["household"]} for f, t in zip(families, told, strict=True)
    ]
    people = [{"person_id": key, **row} for t in told for key, row in t["persons"].items()]
    return homes, people


def same(families, on, run, book=None, chunk=1_000):
    book = book or rulebook()
    screened = screen(book, tables(families), on, run, chunk)
    homes, people = one_by_one(book, families, on, run)
    assert screened.households.to_dicts() == homes
    assert screened.persons.drop("household_id").to_dicts() == people


@pytest.mark.parametrize("on", [date(2021, 6, 30), date(2022, 10, 20), date(2025, 12, 31), date(2026, 1, 1)], ids=str)
def test_population_and_case_agree_on_random_families_with_unknowns(on):
    rng = random.Random(on.toordinal())
    same([random_family(rng, on, n) for n in range(400)], on, Run.read("2022-09", 31, None), chunk=150)
