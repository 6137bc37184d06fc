"""Periods: half-open, never empty, and an algebra one can rely on."""

from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.kernel.period import Period, PeriodError

DAY = timedelta(days=1)
days = st.dates(date(2020, 1, 1), date(2021, 6, 30))


@st.composite
def periods(draw):
    start = draw(days)
    length = draw(st.none() | st.integers(1, 400))
    return Period(start, None if length is None else start + timedelta(days=length))


def test_the_first_day_belongs_to_the_period_and_the_end_does_not():
    period = Period(date(2024, 7, 1), date(2025, 7, 1))
    assert date(2024, 7, 1) in period
    assert date(2025, 6, 30) in period
    assert date(2024, 6, 30) not in period
    assert date(2025, 7, 1) not in period


def test_an_open_period_goes_on():
    period = Period(date(2024, 7, 1))
    assert period.is_open
    assert date(2999, 1, 1) in period
    assert period.days is None
    assert period.months is None


def test_an_empty_period_is_refused():
    with pytest.raises(PeriodError, match="时间段为空"):
        Period(date(2024, 7, 1), date(2024, 7, 1))


def test_a_reversed_period_is_refused():
    with pytest.raises(PeriodError, match="时间段颠倒"):
        Period(date(2024, 7, 2), date(2024, 7, 1))


@given(periods(), periods(), days)
def test_the_intersection_holds_the_days_of_both(a, b, day):
    common = a.intersection(b)
    assert (day in a and day in b) == (common is not None and day in common)


@given(periods(), periods())
def test_intersection_and_overlap_do_not_depend_on_order(a, b):
    assert a.intersection(b) == b.intersection(a)
    assert a.overlaps(b) == b.overlaps(a) == (a.intersection(b) is not None)
    assert a.abuts(b) == b.abuts(a)


@given(periods(), periods(), periods())
def test_intersection_is_associative(a, b, c):
    def meet(x, y):
        return x and y and x.intersection(y)

    assert meet(meet(a, b), c) == meet(a, meet(b, c))


@given(periods())
def test_a_period_meets_itself_in_itself(a):
    assert a.intersection(a) == a
    assert a.covers(a)


@given(periods(), periods())
def test_periods_that_abut_share_no_day(a, b):
    assert not (a.abuts(b) and a.overlaps(b))


@given(periods(), days)
def test_cutting_a_period_gives_two_that_abut_and_together_hold_its_days(a, day):
    if day not in a or day == a.start:
        return
    first, second = a.closed_on(day), Period(day, a.until)
    assert first.abuts(second)
    assert a.covers(first)
    assert a.covers(second)
    assert not first.covers(a)


def test_neighbours_abut_and_a_gap_does_not():
    june = Period(date(2024, 6, 1), date(2024, 7, 1))
    assert june.abuts(Period(date(2024, 7, 1)))
    assert not june.abuts(Period(date(2024, 7, 2)))


def test_closing_never_lengthens_a_period():
    with pytest.raises(PeriodError, match="已于 2024-07-01 终止"):
        Period(date(2024, 6, 1), date(2024, 7, 1)).closed_on(date(2024, 7, 2))


def test_closing_on_the_first_day_would_leave_nothing():
    with pytest.raises(PeriodError, match="时间段为空"):
        Period(date(2024, 6, 1)).closed_on(date(2024, 6, 1))


def test_closing_on_its_own_end_changes_nothing():
    june = Period(date(2024, 6, 1), date(2024, 7, 1))
    assert june.closed_on(date(2024, 7, 1)) == june


@given(days, st.integers(1, 400))
def test_days_are_counted_one_by_one(start, n):
    period = Period(start, start + n * DAY)
    assert period.days == n == sum(start + k * DAY in period for k in range(-2, n + 2))


@pytest.mark.parametrize(
    ("start", "until", "months"),
    [
        (date(2024, 1, 15), date(2024, 2, 14), 0),
        (date(2024, 1, 15), date(2024, 2, 15), 1),
        (date(2024, 1, 31), date(2024, 2, 29), 0),
        (date(2024, 1, 31), date(2024, 3, 1), 1),
        (date(2024, 2, 29), date(2025, 2, 28), 11),
        (date(2024, 2, 29), date(2025, 3, 1), 12),
    ],
)
def test_a_month_is_complete_on_the_same_day_of_the_next(start, until, months):
    assert Period(start, until).months == months


def test_calendar_months_are_those_with_a_day_in_the_period():
    period = Period(date(2024, 11, 30), date(2025, 2, 1))
    assert list(period.calendar_months()) == [date(2024, 11, 1), date(2024, 12, 1), date(2025, 1, 1)]


@given(periods(), days)
def test_calendar_months_agree_with_the_days(period, before):
    touched = {period.start + k * DAY for k in range(600)}
    expected = {day.replace(day=1) for day in touched if day in period and day < before}
    assert list(period.calendar_months(before)) == sorted(expected)


def test_the_months_of_an_open_period_need_a_cut():
    with pytest.raises(PeriodError, match="请给出截止日期"):
        list(Period(date(2024, 6, 1)).calendar_months())
    assert len(list(islice(Period(date(2024, 6, 1)).calendar_months(date(2024, 8, 1)), 9))) == 2
