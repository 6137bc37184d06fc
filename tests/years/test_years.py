"""The short form of the six years: some months of two seeds. All 72 months, and many seeds: `./run bench years`."""

from __future__ import annotations

import pytest

from .lives import live

pytestmark = pytest.mark.usefixtures("transactional_db")
STRUCK = {"killed -9", "torn off", "statement too slow", "lock not given", "disk full"}


def test_months_of_trouble_leave_everything_right_every_month() -> None:
    lived = live(7, 16)
    assert lived.month is None, str(lived)
    assert set(lived.county.trouble.struck) >= STRUCK, "less went wrong than should: the test shows too little"
    assert lived.county.purse.done["paid"]


def test_another_seed_is_another_year() -> None:
    lived = live(5, 4)
    assert lived.month is None, str(lived)
