"""Six years of the whole product with everything that goes wrong; a second seed for one year."""

from __future__ import annotations

import pytest

from .county import MONTHS
from .lives import live

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_72_months_of_trouble_leave_everything_right_every_month() -> None:
    lived = live(7, MONTHS)
    assert lived.month is None, str(lived)
    county = lived.county
    struck = {"killed -9", "torn off", "statement too slow", "lock not given", "disk full"}
    assert struck <= set(county.trouble.struck), county.trouble.struck
    assert {"late", "twice", "cut", "again"} <= set(county.hospitals.made)
    assert {"paid", "told that it is empty"} <= set(county.purse.done)
    assert {"granted", "refused"} <= set(county.cases.done)
    assert min(county.subsidies, county.moved, county.merged, county.renamed) > 0
    assert county.watch.done["visited"]


def test_another_seed_is_another_year() -> None:
    lived = live(11, 12)
    assert lived.month is None, str(lived)
