"""Staff and people for the tests of batches."""

from __future__ import annotations

import pytest

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.registry.models import Household, Person
from tests.registry.world import a_household, member, people_of


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path) -> None:
    """Files of each test in a folder of its own."""
    settings.DOUDI_DATA_DIR = tmp_path


@pytest.fixture
def office(staff_with) -> Staff:
    """The county's civil affairs clerk."""
    return staff_with(Role.COUNTY_CLERK)


@pytest.fixture
def disabled(staff_with) -> Staff:
    """The liaison of the disabled persons' federation."""
    return staff_with(Role.LIAISON_DISABLED)


@pytest.fixture
def home(clerk) -> Household:
    """A couple in a village."""
    return a_household(clerk, member())


@pytest.fixture
def person(home) -> Person:
    """The head of the couple."""
    return people_of(home)[0]


@pytest.fixture
def wife(home) -> Person:
    """The other of the couple."""
    return people_of(home)[1]
