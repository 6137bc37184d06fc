"""The population engine gives every household exactly what one case gives it, on random families with unknown facts."""

import random
from datetime import date

import polars as pl
import pytest

from doudi.policy import Case, PolicyError, Run, rulebook
from doudi.policy.engine.case import age_on
from doudi.policy.engine.columns import age
from doudi.policy.engine.increment import Increment
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON
from doudi.policy.engine.population import screen
from doudi.policy.engine.tables import Tables
from doudi.policy.facts import FACTS
from tests.policy.families import family, random_family

FAMILY = family()


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
    same([random_family(rng, on, n) for n in range(250)], on, Run.read("2022-09", 31, None), chunk=150)


def test_with_nothing_unknown_the_population_agrees_too():
    rng, on = random.Random(7), date(2025, 7, 1)
    same([random_family(rng, on, n, unknown=0) for n in range(100)], on, Run.read("2025-06", 36, 70))


@pytest.mark.parametrize(
    "values",
    [
        {"dibao_method.rural": "tier"},
        {"dibao_method": "tier", "dibao_tier_amount.A": 1, "dibao_tier_amount.B": 2, "dibao_tier_amount.C": 3},
        {"basic_pension_counted": True, "old_age_allowance_counted": False},
        {"top_up_percent.elder": 20, "top_up_percent.minor": 0},
        {"rigid_ratio_percent.urban": 30, "elder_age.rural": 60},
        {"tekun_basic.urban": 1},
        {"cpi_trigger": -10, "dibao_standard": 90000},
    ],
)  # fmt: skip
def test_under_other_parameters_the_population_agrees_too(values):
    rng, on = random.Random(11), date(2026, 3, 1)
    same([random_family(rng, on, n) for n in range(80)], on, Run.read("2026-02", 5, 6), rulebook().laid_over(values))


def test_families_of_one_class_only_agree_too():
    rng, on = random.Random(3), date(2025, 7, 1)
    families = [random_family(rng, on, n) for n in range(40)]
    for each in families:
        each["household"]["residence_class"] = "urban"
    same(families, on, Run())


def test_unknown_and_mixed_places_agree_too():
    rng, on = random.Random(5), date(2025, 7, 1)
    families = [random_family(rng, on, n) for n in range(60)]
    for each in families[::3]:
        each["household"]["division_code"] = None
    same(families, on, Run())


def test_the_order_of_rows_does_not_matter_and_is_kept():
    rng, on = random.Random(9), date(2025, 7, 1)
    families = [random_family(rng, on, n) for n in range(50)]
    given = tables(families)
    mixed = Tables.read(
        given.households.sample(fraction=1, shuffle=True, seed=1),
        given.persons.sample(fraction=1, shuffle=True, seed=2),
        given.obligors.sample(fraction=1, shuffle=True, seed=3),
    )
    one, two = screen(rulebook(), given, on), screen(rulebook(), mixed, on, chunk=7)
    assert one.households.sort("household_id").equals(two.households.sort("household_id"))
    assert one.persons.sort("person_id").equals(two.persons.sort("person_id"))


@pytest.mark.parametrize("on", [date(2023, 2, 28), date(2024, 2, 29), date(2025, 3, 1), date(2025, 7, 1)], ids=str)
def test_ages_are_those_of_one_case_for_every_day_of_birth(on):
    born = pl.date_range(date(1900, 1, 1), on, eager=True).to_frame("birth_date")
    born = pl.concat([pl.DataFrame({"birth_date": [date.min, None]}), born])
    told = born.select(age(pl.col("birth_date"), on)).to_series().to_list()
    assert told == [None if day is None else age_on(day, on) for day in born["birth_date"]]


def test_nobody_at_all_can_be_screened():
    empty = Tables.read(frame(HOUSEHOLD, []), frame(PERSON, [], "household_id"))
    assert screen(rulebook(), empty, date(2025, 7, 1)).households.height == 0


def test_only_what_is_asked_for_is_calculated_and_it_is_the_same():
    on, asked = date(2025, 7, 1), frozenset({"dibao_amount", "top_up"})
    rng = random.Random(11)
    given = tables([random_family(rng, on, n) for n in range(40)])
    whole, some = screen(rulebook(), given, on), screen(rulebook(), given, on, only=asked)
    assert some.households.columns == ["household_id", "dibao_amount"]
    assert some.persons.columns == ["household_id", "person_id", "top_up"]
    assert some.households.equals(whole.households.select(some.households.columns))
    assert some.persons.equals(whole.persons.select(some.persons.columns))
    facts = rulebook().programme(on).only(asked).facts
    assert "wage_income_fen" in facts
    assert "emergency_event" not in facts


def test_a_household_without_persons_has_nobody_and_gets_nothing():
    alone = Tables.read(frame(HOUSEHOLD, [FAMILY["household"]]), frame(PERSON, [], "household_id"))
    row = screen(rulebook(), alone, date(2025, 7, 1)).households.row(0, named=True)
    assert (row["size"], row["category"], row["dibao_tier"], row["dibao_amount"]) == (0, "none", "A", 0)
    assert alone.warnings() == ["有 1 户没有成员，请核对。"]


def test_a_place_without_parameters_stops_the_screening():
    far = frame(HOUSEHOLD, [{**FAMILY["household"], "division_code": "110101000000"}])
    with pytest.raises(PolicyError, match=r"households 第 1 行.*division_code"):
        screen(rulebook(), Tables.read(far, frame(PERSON, [], "household_id")), date(2025, 7, 1))


def test_only_what_changed_is_evaluated_again_and_equals_a_full_run():
    rng, on = random.Random(13), date(2025, 7, 1)
    families = [random_family(rng, on, n) for n in range(120)]
    before = Increment.full(rulebook(), tables(families), on)
    for each in families[::10]:
        each["persons"][0]["wage_income_fen"] = 123_456
        each["household"]["vehicle_count"] = 1
    changed = tables([*families[5:], random_family(rng, on, 500)])
    after = before.update(rulebook(), changed, on)
    full = screen(rulebook(), changed, on)
    assert after.screened.households.equals(full.households)
    assert after.screened.persons.equals(full.persons)
    assert 0 < after.evaluated < 40


def test_another_day_or_rulebook_evaluates_everything_again():
    rng, on = random.Random(13), date(2025, 7, 1)
    given = tables([random_family(rng, on, n) for n in range(10)])
    before = Increment.full(rulebook(), given, on)
    assert before.update(rulebook(), given, on).evaluated == 0
    assert before.update(rulebook(), given, date(2025, 7, 2)).evaluated == 10
    assert before.update(rulebook().laid_over({"elder_age": 60}), given, on).evaluated == 10
