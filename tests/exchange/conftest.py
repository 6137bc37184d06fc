"""The two sides of the exchange: our county with a key given out, their system with its list."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from django.test import Client

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.exchange import actions
from doudi.exchange.client import HttpSystem
from doudi.exchange.keys import digest_of, exchange_key
from doudi.registry.models import Household
from tests.registry.world import at, people_of

COUNTY = "533103"


@pytest.fixture
def county(staff_with: Callable[..., Staff]) -> Staff:
    """The county clerk."""
    return staff_with(Role.COUNTY_CLERK)


@pytest.fixture
def bureau(staff_with: Callable[..., Staff]) -> Staff:
    """The rural-revitalisation department."""
    return staff_with(Role.RURAL_REVITALISATION)


@pytest.fixture
def token(bureau: Staff) -> str:
    """A key of the other system."""
    return actions.issue_key(county=COUNTY, name="防返贫监测系统", by=bureau, at=at())[1]


@pytest.fixture
def ours(token: str, as_web) -> HttpSystem:
    """Our system over HTTP, behind the wall: nobody is signed in, the key alone opens."""
    client = Client()

    def send(method: str, path: str, headers: Mapping[str, str], body: bytes | None):
        with as_web(None):
            answer = client.generic(method, path, body or b"", headers["Content-Type"], headers=dict(headers))
        return answer.status_code, answer.headers, answer.content

    return HttpSystem(send, token)


@pytest.fixture
def digests() -> Callable[[Household], list[str]]:
    """The people of a household as the other side knows them."""
    return lambda home: [digest_of(str(p.resident_id), exchange_key(COUNTY)) for p in people_of(home)]
