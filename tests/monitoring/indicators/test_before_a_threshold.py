"""A day for which some threshold has no value yet: the watch goes on, that indicator says nothing."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from doudi.monitoring.indicators.thresholds import thresholds
from doudi.monitoring.sources import findings_of_households
from tests.registry.world import a_household

BEFORE = date(2021, 12, 9)  # the line of the relapse watch begins in 2023


def test_a_threshold_without_a_value_is_a_number_that_is_not_known() -> None:
    frame = pl.DataFrame({"division_code": ["533103102201"]})
    column = frame.select(thresholds().expression("relapse_line_fen", BEFORE))["relapse_line_fen"]
    assert (column.dtype, column.to_list()) == (pl.Int64, [None])


@pytest.mark.django_db
def test_a_household_is_looked_at_on_a_day_before_the_line(clerk) -> None:
    home = a_household(clerk, on=date(2020, 6, 1))
    found = findings_of_households([home.pk], BEFORE)
    assert not any(one.indicator.startswith("relapse") for one in found)
