"""What other offices did in the demo county: every page of referrals and of the exchange has something to show."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from doudi.demo.neighbours import LISTED, STRANGERS, lay_neighbours
from doudi.demo.staff import create_demo_staff
from doudi.exchange.models import Incoming
from doudi.registry.models import Circumstance
from doudi.services.models import Referral, ReferralStep
from doudi.services.moves import OPEN

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture
def laid(world, db) -> int:
    """As `doudi demo up` does it."""
    create_demo_staff(using="default", at=datetime(2020, 1, 1, tzinfo=UTC))
    return lay_neighbours(seed=3, today=TODAY, at=NOW)


def test_there_are_open_answered_and_late_referrals_and_the_other_system_was_heard(laid, db) -> None:
    assert laid == Referral.objects.count() > 10
    states = set(Referral.objects.values_list("state", flat=True))
    assert {"sent", "given"} <= states
    assert Referral.objects.filter(state__in=OPEN, due_on__lt=TODAY).exists()
    assert ReferralStep.objects.filter(referral__state="given", move="give").exists()
    assert Incoming.objects.filter(state="applied").values("household").distinct().count() == LISTED
    assert Incoming.objects.filter(state="unmatched").count() == STRANGERS
    assert Circumstance.objects.known().filter(kind="relapse_watch", source="revitalisation").count() >= LISTED
    assert lay_neighbours(seed=3, today=TODAY, at=NOW) == 0
