"""The morning round of referrals."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from doudi.jobs import actions as jobs
from doudi.jobs.runner import run
from doudi.services.job import EscalateReferrals
from doudi.services.models import ReferralStep
from tests.registry.world import at
from tests.services.world import couple, sent

pytestmark = pytest.mark.django_db


def morning(now: datetime) -> int:
    job = jobs.start(EscalateReferrals.kind, by_id=None, at=now)
    run(job.pk, clock=lambda: now)
    job.refresh_from_db()
    assert job.state == "done"
    return int(job.result["told"])


def test_the_round_tells_of_each_overdue_referral_once(clerk) -> None:
    home, head, wife = couple(clerk)
    sent(clerk, home, head, on=date(2026, 11, 2))
    sent(clerk, home, wife, on=date(2026, 11, 20))
    assert morning(at()) == 1
    assert morning(at()) == 0
    assert ReferralStep.objects.filter(move="escalate", by_id=None).count() == 1
