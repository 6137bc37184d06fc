"""Whom awards cover, for many households at once: what monitoring compares with departments' data."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.awards.models import Award, Suspension
from doudi.awards.queries.covering import covered
from doudi.registry.models import Household, Person
from tests.conftest import VILLAGE

from .world import at

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def test_everybody_under_an_award_is_told_with_what_it_is(award: Award, home: Household, people: list[Person]) -> None:
    told = list(covered(DAY, [home.pk]))
    assert {row.person for row in told} == {person.pk for person in people}
    assert {(row.household, row.programme, row.suspended) for row in told} == {(home.pk, "dibao", False)}


def test_an_award_is_found_by_its_household_by_its_people_or_by_looking_at_all(award, home, people) -> None:
    by_person = list(covered(DAY, [], [people[1].pk]))
    assert [row.person for row in by_person] == [people[1].pk]
    assert len(list(covered(DAY))) == 3
    assert not list(covered(DAY, [home.pk + 1]))


def test_before_it_begins_nobody_is_covered(award) -> None:
    assert not list(covered(date(2026, 10, 31)))


def test_an_award_at_rest_says_so(award) -> None:
    Suspension.objects.create(
        award=award, division_code=VILLAGE, reason="test", starts_on=date(2026, 11, 1), ends_on=date(2026, 12, 1),
        recorded_at=at(DAY),
    )  # fmt: skip
    assert all(row.suspended for row in covered(DAY))
