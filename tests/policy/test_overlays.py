"""Rules for a what-if: each does what it says, and none of them is in the rulebook."""

from datetime import date

import pytest

from doudi.policy import Case, rulebook
from doudi.policy.overlays import OVERLAYS
from tests.policy.families import family

DAY = date(2025, 7, 1)


def under(name: str, *people, **household):
    book = rulebook().laid_over(rules=OVERLAYS[name][1])
    return book.decide(Case.read(family(*people, **household)), DAY)


def test_a_poor_family_with_a_car_gets_dibao_if_assets_do_not_count():
    assert under("without_assets", {}, vehicle_count=1).value("category") == "dibao"


def test_somebody_old_and_ill_gets_both_shares():
    found = under("added_top_ups", {"severe_illness": True, "birth_date": "1950-01-01"})
    assert found.value("top_up", "person:p1") == 5_600 + 11_200


def test_nothing_is_added_for_a_healthy_adult_or_without_entitlement():
    assert under("added_top_ups", {}).value("top_up", "person:p1") == 0
    rich = under("added_top_ups", {"severe_illness": True, "transfer_net_income_fen": 9_000_000})
    assert rich.value("top_up", "person:p1") == 0


@pytest.mark.parametrize(("kind", "grade", "held"), [(2, 1, True), (3, 2, True), (4, 3, False), (6, 3, True)])
def test_severe_disability_of_any_kind_counts(kind, grade, held):
    found = under("any_severe_disability", {"disability_kind": kind, "disability_grade": grade})
    assert found.value("no_labour_capacity", "person:p1") is held


def test_the_rulebook_itself_has_none_of_them():
    rules = set(rulebook().rules)
    assert not any(one in rules for _label, overlay in OVERLAYS.values() for one in overlay)
