"""Whoever grants, and a family of three with an award."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.awards.models import Award
from doudi.registry.models import Household, Person

from .world import a_household, dibao_of, granted, member, people_of, top_up


@pytest.fixture
def reviewer(staff_with: Callable[..., Staff]) -> Staff:
    """The county's reviewer."""
    return staff_with(Role.COUNTY_REVIEWER)


@pytest.fixture
def home(clerk: Staff) -> Household:
    """A man, his wife and a child."""
    return a_household(clerk, member(), member("20", name="岳早诺", sex=1))


@pytest.fixture
def people(home: Household) -> list[Person]:
    """The three of them."""
    return people_of(home)


@pytest.fixture
def award(reviewer: Staff, home: Household, people: list[Person]) -> Award:
    """Their dibao from 2026-11: 600 yuan, and 56 for the child."""
    return granted(reviewer, dibao_of(home, top_up(people[2].pk)))
