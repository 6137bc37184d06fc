"""Row-level security alone: what the web role sees with no filter of ours in the query."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from doudi.accounts.roles import Role
from doudi.registry.models import Person
from tests.conftest import FAR_VILLAGE, VILLAGE

pytestmark = pytest.mark.django_db


def a_person(place: str, name: str = "岳勒旺") -> Person:
    """A person with a name and nothing else known."""
    return Person.objects.create(
        division_code=place, name=name, pinyin="yuelewang", initials="ylw", sex=1,
        birth_date=date(1979, 1, 1), recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


def test_a_clerk_sees_only_people_of_their_township(clerk, as_web) -> None:
    here, _there = a_person(VILLAGE), a_person(FAR_VILLAGE)
    with as_web(clerk):
        assert list(Person.objects.all()) == [here]


@pytest.mark.parametrize("role", [Role.LEADER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_roles_without_files_see_nobody(role, staff_with, as_web) -> None:
    a_person(VILLAGE)
    with as_web(staff_with(role)):
        assert not Person.objects.exists()


def test_nobody_signed_in_sees_nobody(divisions, as_web) -> None:
    a_person(VILLAGE)
    with as_web(None):
        assert not Person.objects.exists()
