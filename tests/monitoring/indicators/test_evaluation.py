"""All indicators over families: the order of members does not matter, nor whether the others are looked at too."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doudi.monitoring.indicators import INDICATORS, Change, evaluate, families, thresholds

from .world import ON, Row, county, only

LATELY = ON - timedelta(days=100)
ILL = {"severe_illness": True, "severe_illness_source": "medical", "severe_illness_since": LATELY,
       "medical_self_paid": 2_000_000, "medical_self_paid_source": "medical"}  # fmt: skip
JOBLESS = {"employment": False, "employment_source": "human_resources", "employment_since": LATELY}
PAID = {"person_receives": "dibao"}


def keys(rows: pl.DataFrame) -> set[str]:
    """The indicators that spoke."""
    return set(rows["indicator"])


def born(age: int) -> Row:
    """Somebody of that age."""
    return {"birth_date": date(ON.year - age, 6, 1)}


def test_a_grave_illness_with_bills_makes_a_household_worth_a_visit() -> None:
    found = evaluate(county(({}, [born(45) | ILL, born(43)])), ON)
    assert {"medical_heavy", "new_severe_illness", "takeup_dibao"} <= keys(found)


def test_what_a_family_told_us_itself_is_no_sign() -> None:
    told = ILL | {"severe_illness_source": "declared"}
    assert "takeup_dibao" not in keys(evaluate(county(({}, [born(45) | told])), ON))


def test_a_household_that_receives_is_not_told_to_ask() -> None:
    found = evaluate(county(({}, [born(45) | ILL | PAID])), ON)
    assert not {key for key in keys(found) if key.startswith("takeup_dibao")}


def test_a_known_refusal_is_not_presumed_away() -> None:
    home = {"vehicle_count": 3, "financial_assets_fen": 0, "vehicle_value_fen": 9_000_000, "extra_dwellings": 0,
            "business_over_rule": False}  # fmt: skip
    assert "takeup_dibao" not in keys(evaluate(county((home, [born(45) | ILL])), ON))


def test_somebody_out_of_work_is_presumed_to_earn_nothing_any_more() -> None:
    home = county(({}, [born(45) | JOBLESS | {"wage_income_fen": 9_000_000}]))
    row = evaluate(home, ON).filter(pl.col("indicator") == "takeup_dibao").row(0, named=True)
    assert json.loads(row["evidence"])["facts"]["income_presumed_percent"]["value"] == 0
    assert "新近失业" in row["sentence"]


def test_what_children_sent_is_presumed_to_have_stopped_where_an_old_persons_power_falls_away() -> None:
    old = born(76) | {"transfer_net_income_fen": 4_000_000}
    row = evaluate(county(({"power_use": 25, "power_use_before": 70}, [old])), ON)
    assert "takeup_dibao" in keys(row)
    steady = evaluate(county(({"power_use": 69, "power_use_before": 70}, [old])), ON)
    assert "takeup_dibao" not in keys(steady)


def test_a_severely_disabled_member_of_a_family_recognised_as_near_the_threshold_needs_no_other_sign() -> None:
    near, disabled = {"category": "near_threshold"}, born(50) | {"disability": 2, "person_receives": None}
    assert "takeup_individual_dibao" in keys(evaluate(county((near, [disabled])), ON))
    assert "takeup_individual_dibao" not in keys(evaluate(county((near, [disabled | {"disability": 3}])), ON))
    assert "takeup_individual_dibao" not in keys(evaluate(county(({}, [disabled])), ON))


def test_a_death_that_only_a_department_reports_is_found() -> None:
    dead = born(70) | PAID | {"death_reported": True, "death_reported_since": LATELY}
    assert "dead_but_paid" in keys(evaluate(county(({}, [dead])), ON))


def test_a_death_that_the_county_recorded_is_found() -> None:
    assert "dead_but_paid" in keys(evaluate(county(({}, [born(70) | PAID | {"died_on": LATELY}])), ON))


def test_children_with_a_grandmother_of_seventy_are_unattended_and_with_a_younger_one_not() -> None:
    assert "unattended_child" in keys(evaluate(county(({}, [born(71), born(8)])), ON))
    assert "unattended_child" not in keys(evaluate(county(({}, [born(60), born(8)])), ON))


def test_an_income_is_known_only_if_something_is_told_of_everybody_who_can_work() -> None:
    lifted = {"lifted_from_poverty": True}
    told, silent = born(40) | {"wage_income_fen": 500_000}, born(41)
    assert "lifted_below_line" in keys(evaluate(county((lifted, [told])), ON))
    assert "lifted_below_line" not in keys(evaluate(county((lifted, [told, silent])), ON))


def test_a_county_sets_its_own_line_from_a_day_on_in_its_area() -> None:
    home = county(({}, [born(45) | {"medical_self_paid": 500_000}]))
    lower = thresholds().changed([Change("medical_heavy_fen", "533103102", ON, 500_000)])
    elsewhere = thresholds().changed([Change("medical_heavy_fen", "533103103", ON, 500_000)])
    later = thresholds().changed([Change("medical_heavy_fen", "", ON + timedelta(days=1), 500_000)])
    assert "medical_heavy" in keys(evaluate(home, ON, lower))
    assert "medical_heavy" not in keys(evaluate(home, ON, elsewhere)) | keys(evaluate(home, ON, later))


def test_an_empty_county_says_nothing() -> None:
    assert evaluate(county(), ON).is_empty()


WAYS: tuple[Row, ...] = (
    {"died_on": LATELY},
    {"death_reported": True, "death_reported_since": LATELY},
    {"died_on": ON, "death_reported": True, "death_reported_since": LATELY},
    {"death_reported": True, "death_reported_since": LATELY, "prison": True, "moved_out": True},
    {"died_on": LATELY, "co_resident": None, "relation": None},
)


@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_knowing_hides_a_death_from_the_payment(way: Row) -> None:
    assert "dead_but_paid" in keys(evaluate(county(({}, [born(70) | PAID | way])), ON))


@pytest.mark.planted
def test_planted_a_county_that_believes_its_own_list_alone_misses_the_reported_death(monkeypatch) -> None:
    monkeypatch.setattr(families, "_death", lambda: pl.col("died_on"))
    assert "dead_but_paid" in keys(evaluate(county(({}, [born(70) | PAID | WAYS[0]])), ON))
    assert "dead_but_paid" not in keys(evaluate(county(({}, [born(70) | PAID | WAYS[1]])), ON))


FLAG = st.sampled_from([None, True, False])
AMOUNT = st.sampled_from([None, 0, 200_000, 1_500_000, 6_000_000])
RECENT = st.sampled_from([ON, ON - timedelta(days=30), ON - timedelta(days=449), ON - timedelta(days=450)])
PERSONS = st.fixed_dictionaries({
    "birth_date": st.dates(date(1930, 1, 1), date(2025, 12, 31)),
    "co_resident": FLAG, "severe_illness": FLAG, "severe_illness_since": RECENT, "severe_illness_source":
    st.sampled_from(["medical", "declared"]), "medical_self_paid": AMOUNT, "medical_self_paid_source":
    st.sampled_from(["medical", "declared"]), "employment": FLAG, "employment_since": RECENT,
    "employment_source": st.sampled_from(["human_resources", "declared"]), "wage_income_fen": AMOUNT,
    "wage_paid": AMOUNT, "wage_paid_before": AMOUNT, "disability": st.sampled_from([None, 0, 2]),
    "disability_since": RECENT, "study": st.sampled_from([None, "none", "compulsory"]), "prison": FLAG,
    "moved_out": FLAG, "death_reported": FLAG, "death_reported_since": RECENT, "married": FLAG,
    "fiscal_payroll": FLAG, "person_receives": st.sampled_from([None, "dibao", "tekun"]),
})  # fmt: skip
HOMES = st.tuples(
    st.fixed_dictionaries({
        "residence_class": st.sampled_from(["urban", "rural", None]), "power_use": st.sampled_from([None, 0, 30]),
        "power_use_before": st.sampled_from([None, 60]), "vehicles_registered": st.sampled_from([None, 0, 1]),
        "lifted_from_poverty": FLAG, "on_register": st.booleans(), "case_open": st.booleans(),
        "review_by": st.sampled_from([None, ON - timedelta(days=1)]), "category": st.sampled_from([None, "dibao"]),
    }),
    st.lists(PERSONS, max_size=4),
)  # fmt: skip


@settings(max_examples=10, deadline=None)
@given(st.lists(HOMES, min_size=1, max_size=6), st.data())
def test_some_of_the_households_give_the_rows_that_they_give_among_all(homes: list[Any], data: st.DataObject) -> None:
    facts = county(*homes)
    chosen = data.draw(st.sets(st.sampled_from([str(n + 1) for n in range(len(homes))]), min_size=1))
    whole = evaluate(facts, ON).filter(pl.col("household_id").cast(pl.String).is_in(sorted(chosen)))
    assert evaluate(only(facts, chosen), ON).equals(whole)


@settings(max_examples=10, deadline=None)
@given(HOMES, st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(home: Any, chance: Any) -> None:
    people = [
        person | {"person_id": str(100 + n), "relation": "02" if not n else "29"} for n, person in enumerate(home[1])
    ]
    mixed = list(people)
    chance.shuffle(mixed)
    assert evaluate(county((home[0], mixed)), ON).equals(evaluate(county((home[0], people)), ON))


@settings(max_examples=10, deadline=None)
@given(st.lists(HOMES, min_size=1, max_size=4))
def test_every_hit_has_a_sentence_and_evidence_that_can_be_read(homes: list[Any]) -> None:
    for row in evaluate(county(*homes), ON).iter_rows(named=True):
        assert row["sentence"]
        assert json.loads(row["evidence"])["facts"].keys() == set(INDICATORS[row["indicator"]].facts)
