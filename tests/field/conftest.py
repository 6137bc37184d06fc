"""The people of these tests: a coordinator with a phone and a task, and the clerk who sent them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from tests.field.world import Phone, a_phone


@pytest.fixture
def coordinator(staff_with: Callable[..., Staff]) -> Staff:
    """The coordinator of the village."""
    return staff_with(Role.COORDINATOR)


@pytest.fixture
def phone(coordinator: Staff, clerk: Staff) -> Phone:
    """Their phone, and one household to go to."""
    return a_phone(coordinator, clerk)
