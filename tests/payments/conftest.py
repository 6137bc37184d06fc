"""The people of money."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role

from .runs_world import People, a_county
from .subsidy_world import confirmed


@pytest.fixture
def finance(staff_with: Callable[..., Staff]) -> Staff:
    """The finance bureau."""
    return staff_with(Role.FINANCE)


@pytest.fixture
def maker(staff_with: Callable[..., Staff]) -> Staff:
    """Who makes payment lists."""
    return staff_with(Role.PAYMENT_MAKER)


@pytest.fixture
def checker(staff_with: Callable[..., Staff]) -> Staff:
    """Who checks them."""
    return staff_with(Role.PAYMENT_CHECKER)


@pytest.fixture
def reviewer(staff_with: Callable[..., Staff]) -> Staff:
    """The county's reviewer."""
    return staff_with(Role.COUNTY_REVIEWER)


@pytest.fixture
def people(clerk: Staff, reviewer: Staff, maker: Staff, checker: Staff, finance: Staff) -> People:
    """Everybody a run needs."""
    return People(clerk, reviewer, maker, checker, finance)


@pytest.fixture
def county_clerk(staff_with: Callable[..., Staff]) -> Staff:
    """Who enters price indices."""
    return staff_with(Role.COUNTY_CLERK)


@pytest.fixture
def county(people: People, county_clerk: Staff) -> People:
    """A county that pays since November, with a triggered index of that month."""
    a_county(people)
    confirmed(people, county_clerk)
    return people
