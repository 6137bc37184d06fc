"""What people with a status are entitled to and nobody has asked for."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.registry.actions import record_certificate, record_circumstance
from doudi.services import actions
from doudi.services.queries import unmet
from tests.conftest import FAR_VILLAGE
from tests.registry.world import DAY, at
from tests.services.world import couple, on_dibao

pytestmark = pytest.mark.django_db


def ill(by, person) -> None:
    record_certificate(person=person, kind="severe_illness", code="yes", source="medical", starts_on=date(2026, 5, 1),
                       by=by, on=DAY, at=at())  # fmt: skip


def keys(prefix: str = "533103102") -> list[tuple[str, str]]:
    return [(one.name, one.need.entitlement) for one in unmet(prefix, DAY)]


def test_the_severely_ill_of_a_household_on_dibao_are_found(clerk) -> None:
    home, head, _wife = couple(clerk)
    on_dibao(home)
    ill(clerk, head)
    assert keys() == [(head.name, "refer_medical")]
    assert unmet("533103102", DAY)[0].need.clauses


def test_without_a_status_nobody_is_entitled(clerk) -> None:
    _home, head, _wife = couple(clerk)
    ill(clerk, head)
    assert keys() == []


def test_what_is_not_known_is_not_claimed(clerk) -> None:
    home, _head, _wife = couple(clerk)
    on_dibao(home)
    assert keys() == []


def test_a_household_struck_by_a_disaster_is_found_as_a_household(clerk) -> None:
    home, head, _wife = couple(clerk)
    on_dibao(home)
    record_circumstance(household=home, kind="disaster_event", code="yes", source="emergency",
                        starts_on=date(2026, 11, 1), by=clerk, on=DAY, at=at())  # fmt: skip
    assert keys() == [(head.name, "refer_disaster")]
    assert unmet("533103102", DAY)[0].need.person_id is None


def test_what_is_sent_or_was_answered_lately_is_no_longer_unmet(clerk, medical) -> None:
    home, head, _wife = couple(clerk)
    on_dibao(home)
    ill(clerk, head)
    (row,) = actions.send_many(needs=[one.need for one in unmet("533103102", DAY)], by=clerk, on=DAY, at=at())
    assert keys() == []
    actions.refuse(referral=row, reason="already", by=medical, on=DAY, at=at())
    assert keys() == []
    assert len(unmet("533103102", date(2027, 11, 30))) == 1


def test_a_withdrawn_need_comes_back(clerk) -> None:
    home, head, _wife = couple(clerk)
    on_dibao(home)
    ill(clerk, head)
    (row,) = actions.send_many(needs=[one.need for one in unmet("533103102", DAY)], by=clerk, on=DAY, at=at())
    actions.withdraw(referral=row, note="发错了", by=clerk, on=DAY, at=at())
    assert keys() == [(head.name, "refer_medical")]


def test_it_is_answered_behind_the_wall_for_ones_own_place(clerk, as_web) -> None:
    home, head, _wife = couple(clerk)
    on_dibao(home)
    ill(clerk, head)
    with as_web(clerk):
        assert len(unmet("533103102", DAY, staff=clerk)) == 1
        assert unmet(FAR_VILLAGE[:9], DAY, staff=clerk) == []
