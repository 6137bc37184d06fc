"""The people of money."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role

from .runs_world import People


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
