"""A household to look at, and the pages as a township clerk sees them."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from doudi.accounts.roles import Role
from doudi.registry.models import Household
from tests.conftest import FAR_VILLAGE
from tests.registry.world import a_household, draft, member


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def home(clerk) -> Household:
    """岳勒旺 with wife, mother and daughter in 弄恩村."""
    return a_household(
        clerk,
        member("12", name="线玉香"),
        member("52", name="岳木香", birth=_day(1950)),
        member("32", name="岳小梅", birth=_day(2010)),
    )


@pytest.fixture
def far_home(divisions, staff_with) -> Household:
    """A household of another township."""
    other = staff_with(Role.TOWNSHIP_CLERK, "533103103")
    return a_household(other, place=FAR_VILLAGE, head=draft("排志明", phone="13800002671"))


@pytest.fixture
def page(signed_in, clerk, as_web):
    """Ask for a page as the clerk, behind row-level security; answers the response."""
    client = signed_in(clerk)

    def ask(address: str, data: dict | None = None, **headers):
        with as_web(clerk):
            return client.post(address, data, headers=headers) if data is not None else client.get(address)

    return ask


def _day(year: int):
    from datetime import date

    return date(year, 3, 1)
