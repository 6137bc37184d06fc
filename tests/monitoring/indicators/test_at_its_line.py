"""Every indicator just below its line, at it, and above; and each of its facts unknown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from doudi.monitoring.indicators import INDICATORS
from doudi.monitoring.indicators.inputs import INPUTS

from .world import asked, speaks

Case = tuple[dict[str, Any], list[tuple[str, Any, bool]]]

# key → what makes it speak, and changes of one fact with whether it still does.
CASES: dict[str, Case] = {
    "medical_heavy": (
        {"medical_self_paid": 1_000_000},
        [("medical_self_paid", 999_999, False), ("medical_self_paid", 1_000_001, True)],
    ),
    "medical_against_income": (
        {"medical_family": 300_000, "income_told": 600_000, "medical_share": 50},
        [("medical_share", 49, False), ("medical_family", 299_999, False), ("medical_family", 300_001, True),
         ("income_told", 0, False), ("medical_share", 51, True)],
    ),
    "new_severe_disability": (
        {"disability": 2, "days_since_disability": 449},
        [("disability", 1, True), ("disability", 3, False), ("days_since_disability", 450, False)],
    ),
    "new_severe_illness": (
        {"severe_illness": True, "days_since_illness": 449},
        [("severe_illness", False, False), ("days_since_illness", 450, False), ("days_since_illness", 448, True)],
    ),
    "income_loss": (
        {"wage_paid_before": 1_200_000, "wage_paid": 600_000},
        [("wage_paid", 600_001, False), ("wage_paid", 599_999, True), ("wage_paid_before", 1_199_998, False)],
    ),
    "unemployed_uninsured": (
        {"able": True, "unemployment": True, "days_since_job_loss": 449, "unemployment_pay": False},
        [("able", False, False), ("unemployment", False, False), ("unemployment_pay", True, False),
         ("days_since_job_loss", 450, False)],
    ),
    "child_not_enrolled": (
        {"school_age": 6, "study": "none", "here": True, "school_list": False},
        [("school_age", 5, False), ("school_age", 14, True), ("school_age", 15, False),
         ("study", "compulsory", False), ("here", False, False)],
    ),
    "unattended_child": (
        {"minors": 1, "adults_able": 0},
        [("minors", 0, False), ("minors", 2, True), ("adults_able", 1, False)],
    ),
    "earner_died": (
        {"days_since_earner_died": 449, "members": 1},
        [("days_since_earner_died", 450, False), ("days_since_earner_died", 0, True), ("members", 0, False)],
    ),
    "struck_by_disaster": (
        {"disaster_event": True, "days_since_disaster": 449},
        [("disaster_event", False, False), ("days_since_disaster", 450, False), ("days_since_disaster", 0, True)],
    ),
    "elder_alone_fading": (
        {"members": 2, "youngest": 60, "power_use": 52, "power_use_before": 80},
        [("power_use", 53, False), ("power_use", 51, True), ("youngest", 59, False), ("members", 3, False)],
    ),
    "phase_out_ending": (
        {"days_to_phase_out_end": 45},
        [("days_to_phase_out_end", 46, False), ("days_to_phase_out_end", 0, True),
         ("days_to_phase_out_end", -1, False)],
    ),
    "lifted_below_line": (
        {"lifted_from_poverty": True, "relapse_watch": "none", "receives": False, "income_per_head_told": 869_999},
        [("income_per_head_told", 870_000, False), ("income_per_head_told", 869_998, True),
         ("relapse_watch", "unstable", False), ("receives", True, False), ("lifted_from_poverty", False, False)],
    ),
    "takeup_dibao": (
        {"receives": False, "case_open": False, "dibao_eligible": None, "assets_could_be_within": True,
         "income_presumed_percent": 399, "hardship_signs": 3},
        [("income_presumed_percent", 400, False), ("hardship_signs", 2, False), ("hardship_signs", 4, True),
         ("receives", True, False), ("case_open", True, False), ("dibao_eligible", False, False),
         ("dibao_eligible", True, True), ("assets_could_be_within", False, False)],
    ),
    "takeup_individual_dibao": (
        {"person_receives": None, "case_open": False, "individual_dibao_eligible": None, "could_be_individual": True,
         "hardship_signs": 3},
        [("hardship_signs", 2, False), ("could_be_individual", False, False), ("person_receives", "dibao", False),
         ("individual_dibao_eligible", False, False), ("individual_dibao_eligible", True, True),
         ("case_open", True, False)],
    ),
    "takeup_tekun": (
        {"person_receives": None, "case_open": False, "tekun_eligible": None, "could_be_tekun": True, "supporters": 0,
         "hardship_signs": 3},
        [("hardship_signs", 2, False), ("supporters", 1, False), ("could_be_tekun", False, False),
         ("tekun_eligible", False, False), ("tekun_eligible", True, True), ("person_receives", "tekun", False),
         ("case_open", True, False)],
    ),
    "takeup_near_threshold": (
        {"on_register": False, "case_open": False, "near_threshold": None, "could_be_near": True, "hardship_signs": 3},
        [("hardship_signs", 2, False), ("could_be_near", False, False), ("near_threshold", False, False),
         ("near_threshold", True, True), ("on_register", True, False), ("case_open", True, False)],
    ),
    "takeup_rigid_expenditure": (
        {"on_register": False, "case_open": False, "rigid_expenditure": None, "could_be_rigid": True,
         "hardship_signs": 3},
        [("hardship_signs", 2, False), ("could_be_rigid", False, False), ("rigid_expenditure", False, False),
         ("rigid_expenditure", True, True), ("on_register", True, False), ("case_open", True, False)],
    ),
    "takeup_temporary": (
        {"emergency_event": True, "days_since_emergency": 89, "case_open": False, "helped_lately": False},
        [("days_since_emergency", 90, False), ("days_since_emergency", 0, True), ("case_open", True, False),
         ("helped_lately", True, False), ("emergency_event", False, False)],
    ),
    "unmet_medical": (
        {"on_register": True, "medical_self_paid": 500_000},
        [("medical_self_paid", 499_999, False), ("medical_self_paid", 500_001, True), ("on_register", False, False)],
    ),
    "unmet_education": (
        {"on_register": True, "study": "undergraduate", "study_aid": 0},
        [("study_aid", 1, False), ("study", "none", False), ("study", "vocational_secondary", True),
         ("on_register", False, False)],
    ),
    "unmet_housing": (
        {"on_register": True, "dwelling_unsafe": True},
        [("dwelling_unsafe", False, False), ("on_register", False, False)],
    ),
    "unmet_employment": (
        {"on_register": True, "able": True, "unemployment": True, "days_since_job_loss": 60},
        [("days_since_job_loss", 59, False), ("days_since_job_loss", 61, True), ("able", False, False),
         ("unemployment", False, False), ("on_register", False, False)],
    ),
    "dead_but_paid": (
        {"days_since_death": 0, "person_receives": "tekun"},
        [("days_since_death", 1, True), ("days_since_death", -1, False)],
    ),
    "imprisoned_but_paid": ({"prison": True, "person_receives": "dibao"}, [("prison", False, False)]),
    "moved_but_paid": ({"moved_out": True, "person_receives": "dibao"}, [("moved_out", False, False)]),
    "vehicle_undeclared": (
        {"receives": True, "vehicles_registered": 1},
        [("vehicles_registered", 0, False), ("vehicles_registered", 2, True), ("receives", False, False)],
    ),
    "second_home": (
        {"receives": True, "dwellings_registered": 1},
        [("dwellings_registered", 0, False), ("dwellings_registered", 2, True), ("receives", False, False)],
    ),
    "company_owner": (
        {"receives": True, "business_owner": "legal_person"},
        [("business_owner", "shareholder", True), ("business_owner", "self_employed", False),
         ("business_owner", "no", False), ("receives", False, False)],
    ),
    "pension_above": (
        {"receives": True, "pension_paid": 220_000, "transfer_declared": 100_000},
        [("pension_paid", 219_999, False), ("pension_paid", 220_001, True), ("receives", False, False)],
    ),
    "wage_above": (
        {"receives": True, "wage_paid": 460_000, "wage_declared": 100_000},
        [("wage_paid", 459_999, False), ("wage_paid", 460_001, True), ("receives", False, False)],
    ),
    "savings_above": (
        {"receives": True, "savings_found": 2_100_000, "savings_declared": 100_000},
        [("savings_found", 2_099_999, False), ("savings_found", 2_100_001, True), ("receives", False, False)],
    ),
    "spouse_undeclared": (
        {"receives": True, "married": True, "head_or_alone": True, "spouse_listed": False},
        [("married", False, False), ("head_or_alone", False, False), ("spouse_listed", True, False),
         ("receives", False, False)],
    ),
    "benefit_in_two_places": (
        {"person_receives": "dibao", "benefit_elsewhere": "dibao"},
        [("benefit_elsewhere", "no", False), ("benefit_elsewhere", "other", True)],
    ),
    "fiscal_payroll_member": (
        {"receives": True, "fiscal_payroll": True},
        [("fiscal_payroll", False, False), ("receives", False, False)],
    ),
    "relative_undisclosed": (
        {"receives": True, "near_relative": True, "disclosed": False},
        [("near_relative", False, False), ("disclosed", True, False), ("receives", False, False)],
    ),
    "review_overdue": (
        {"days_review_late": 1},
        [("days_review_late", 0, False), ("days_review_late", 2, True)],
    ),
    "no_longer_eligible": (
        {"category": "dibao", "dibao_eligible": False, "phasing_out": False},
        [("category", "near_threshold", False), ("dibao_eligible", True, False), ("phasing_out", True, False)],
    ),
}  # fmt: skip


SETTLED_WITHOUT = {("child_not_enrolled", "school_list")}


def test_every_indicator_has_its_cases() -> None:
    assert CASES.keys() == INDICATORS.keys()


@pytest.mark.parametrize("key", CASES)
def test_it_speaks_at_its_line(key: str) -> None:
    assert speaks(key, **CASES[key][0])


@pytest.mark.parametrize(("key", "name", "value", "wanted"), [(k, *c) for k, (_, cs) in CASES.items() for c in cs])
def test_one_step_to_either_side(key: str, name: str, value: object, wanted: bool) -> None:
    assert speaks(key, **CASES[key][0] | {name: value}) is wanted


@pytest.mark.parametrize(("key", "name"), [(k, name) for k, (told, _) in CASES.items() for name in told])
def test_what_is_not_known_is_not_a_hit_unless_that_is_the_finding(key: str, name: str) -> None:
    told = CASES[key][0]
    if told[name] is None or (key, name) in SETTLED_WITHOUT:
        return  # the case itself is about its being unknown, or is a hit without it
    assert speaks(key, **told | {name: None}) is (name in INDICATORS[key].absent)


@pytest.mark.parametrize("key", CASES)
def test_the_sentence_and_the_evidence_are_whole_though_facts_are_missing(key: str) -> None:
    row = asked(key, **CASES[key][0]).row(0, named=True)
    assert row["household_id"] == 1
    assert row["person_id"] == (7 if INDICATORS[key].depth == "person" else None)
    assert row["sentence"]
    assert "{" not in row["sentence"]
    assert all(f'"{name}":' in row["evidence"] for name in INDICATORS[key].needs)


def test_power_that_hardly_exists_is_a_sign_without_a_former_figure() -> None:
    alone, couple = ({"members": n, "youngest": 80, "power_use_before": None} for n in (1, 2))
    assert speaks("elder_alone_fading", power_use=19, **alone)
    assert not speaks("elder_alone_fading", power_use=20, **alone)
    assert speaks("elder_alone_fading", power_use=39, **couple)
    assert not speaks("elder_alone_fading", power_use=40, **couple)


def test_a_child_on_no_list_is_at_no_school_once_the_list_has_come() -> None:
    told = {"school_age": 9, "study": None, "here": True}
    assert speaks("child_not_enrolled", school_list=True, **told)
    assert not speaks("child_not_enrolled", school_list=False, **told)


def test_the_poverty_line_is_that_of_its_year() -> None:
    told = CASES["lifted_below_line"][0] | {"income_per_head_told": 810_000}
    assert asked("lifted_below_line", on=date(2024, 12, 31), **told).is_empty()
    assert asked("lifted_below_line", on=date(2025, 1, 1), **told).height == 1


def test_nothing_is_listed_as_an_input_that_nobody_looks_at() -> None:
    assert INPUTS.keys() == {name for each in INDICATORS.values() for name in each.facts}
