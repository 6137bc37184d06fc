"""The offices of these tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role


@pytest.fixture
def medical(staff_with: Callable[..., Staff]) -> Staff:
    """The liaison of the medical security bureau."""
    return staff_with(Role.LIAISON_MEDICAL)


@pytest.fixture
def education(staff_with: Callable[..., Staff]) -> Staff:
    """The liaison of the education bureau."""
    return staff_with(Role.LIAISON_EDUCATION)
