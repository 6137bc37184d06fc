"""The demo start hands in last month's files once, for the county that is really there."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from doudi.demo.feeds.landing import hand_in_recent
from doudi.demo.generate import generate
from doudi.feeds.models import Batch
from doudi.jobs.models import Job
from doudi.places.actions import load_divisions

ON, AT = date(2026, 11, 5), datetime(2026, 11, 5, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def county_of_1500() -> None:
    load_divisions(by=None)
    generate(seed=3, people=1_500)


@pytest.mark.usefixtures("county_of_1500")
def test_every_file_is_handed_in_once_and_waits_for_the_worker() -> None:
    count = hand_in_recent(on=ON, at=AT)
    assert count == Batch.objects.count() == Job.objects.filter(kind="feeds.read").count() > 15
    assert hand_in_recent(on=ON, at=AT) == 0
    assert Batch.objects.values("contract").distinct().count() == count


def test_without_a_generated_county_nothing_is_handed_in() -> None:
    assert hand_in_recent(on=ON, at=AT) == 0
