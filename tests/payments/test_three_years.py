"""Three years of a county: deaths, changes, a standard each summer, cards that fail, a bank that makes trouble."""

from __future__ import annotations

import pytest

from doudi.payments.kinds import RunState
from doudi.payments.models import PaymentRun

from .runs_world import People
from .years import Years


@pytest.mark.parametrize("seed", [7])
def test_36_months_pay_everybody_what_was_due_and_nobody_twice(people: People, seed: int) -> None:
    county = Years(people, seed)
    county.live(36, newcomers=1)
    assert county.broken == []
    assert county.by_the_bank() == county.by_truth()
    assert set(PaymentRun.objects.values_list("state", flat=True)) == {RunState.DONE}
    assert county.refused, "the bank made no trouble: the test shows nothing"
    assert county.failed, "no card failed: the test shows nothing"
