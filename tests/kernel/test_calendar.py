"""The working calendar: the table is right, deadlines count as the law does, a missing year is loud."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.kernel.calendar import (
    CalendarError,
    MissingYear,
    WorkCalendar,
    YearTable,
    official_tables,
    read_tables,
)

DAY = timedelta(days=1)
OFFICIAL = WorkCalendar.official()
WATER = {date(2026, 4, 13): "泼水节", date(2026, 4, 14): "泼水节"}
EVERY_DAY = [date(2019, 1, 1) + k * DAY for k in range((date(2026, 12, 31) - date(2019, 1, 1)).days + 1)]

days = st.dates(date(2020, 1, 1), date(2025, 12, 31))
calendars = st.sampled_from((OFFICIAL, OFFICIAL.with_local(WATER)))


def test_every_day_of_2019_to_2026_is_worked_as_the_independent_calendar_says():
    wrong = [day for day in EVERY_DAY if OFFICIAL.is_workday(day) != chinese_calendar.is_workday(day)]
    assert wrong == []


def test_every_holiday_of_2019_to_2026_has_the_name_the_independent_calendar_gives():
    names = {h.value: h.chinese.removesuffix("节") for h in chinese_calendar.Holiday}
    for day in EVERY_DAY:
        off, name = chinese_calendar.get_holiday_detail(day)
        ours = OFFICIAL.holiday_name(day)
        assert (ours and ours.removesuffix("节")) == (names[name] if off and name else None), day


def test_every_year_names_its_official_notice():
    assert sorted(official_tables()) == list(range(2019, 2027))
    assert all("国办发明电" in table.notice for table in official_tables().values())


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 14), True),  # a Saturday worked for the Spring Festival
        (date(2026, 2, 16), False),  # a Monday off
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),
        (date(2026, 3, 1), False),
    ],
)
def test_make_up_days_are_worked_and_holidays_are_not(day, worked):
    assert OFFICIAL.is_workday(day) is worked


def test_a_local_holiday_is_an_extra_day_off_with_its_name():
    dehong = OFFICIAL.with_local(WATER)
    assert OFFICIAL.is_workday(date(2026, 4, 13))
    assert not dehong.is_workday(date(2026, 4, 13))
    assert dehong.holiday_name(date(2026, 4, 13)) == "泼水节"
    assert dehong.holiday_name(date(2026, 5, 1)) == "劳动节"


def test_a_local_holiday_wins_over_a_make_up_day():
    assert not WorkCalendar.official({date(2026, 2, 28): "目瑙纵歌"}).is_workday(date(2026, 2, 28))


def test_local_holidays_add_up():
    both = WorkCalendar.official({date(2026, 3, 4): "目瑙纵歌"}).with_local(WATER)
    assert both.workdays_between(date(2026, 3, 3), date(2026, 3, 4)) == 0
    assert both.workdays_between(date(2026, 4, 10), date(2026, 4, 15)) == 1


@given(calendars, days, st.integers(-60, 60))
def test_counting_back_gives_the_working_days_that_were_added(calendar, day, n):
    assert calendar.workdays_between(day, calendar.add_workdays(day, n)) == n


@given(calendars, days, st.integers(-60, 60).filter(bool))
def test_adding_working_days_ends_on_a_working_day(calendar, day, n):
    assert calendar.is_workday(calendar.add_workdays(day, n))


@given(calendars, days, st.integers(0, 30), st.integers(0, 30))
def test_working_days_add_up(calendar, day, m, n):
    assert calendar.add_workdays(calendar.add_workdays(day, m), n) == calendar.add_workdays(day, m + n)


@given(calendars, days, st.integers(0, 40), st.integers(0, 40))
def test_working_days_between_are_counted_one_by_one(calendar, a, m, n):
    b, c = a + m * DAY, a + (m + n) * DAY
    assert calendar.workdays_between(a, c) == calendar.workdays_between(a, b) + calendar.workdays_between(b, c)
    assert calendar.workdays_between(a, b) == sum(calendar.is_workday(a + k * DAY) for k in range(1, m + 1))


@given(calendars, days)
def test_the_next_working_day_is_the_first_from_the_day_itself(calendar, day):
    found = calendar.next_workday(day)
    assert calendar.is_workday(found)
    assert not any(calendar.is_workday(day + k * DAY) for k in range((found - day).days))


@pytest.mark.parametrize(
    ("start", "length", "last"),
    [
        (date(2026, 7, 1), {"workdays": 3}, date(2026, 7, 6)),  # Wednesday; the 1st is not counted
        (date(2026, 2, 13), {"workdays": 1}, date(2026, 2, 14)),  # a worked Saturday
        (date(2026, 2, 14), {"workdays": 1}, date(2026, 2, 24)),  # over the Spring Festival
        (date(2026, 6, 13), {"days": 7}, date(2026, 6, 20)),  # a Saturday that is a holiday as well
        (date(2026, 6, 13), {"days": 7, "roll": True}, date(2026, 6, 22)),
        (date(2026, 7, 1), {"days": 7, "roll": True}, date(2026, 7, 8)),
        (date(2026, 7, 1), {"workdays": 3, "roll": True}, date(2026, 7, 6)),
    ],
)
def test_a_deadline_does_not_count_the_day_it_starts(start, length, last):
    assert OFFICIAL.deadline(start, **length) == last


@pytest.mark.parametrize(
    "length", [{}, {"workdays": 1, "days": 1}, {"workdays": 0}, {"days": 0}, {"workdays": -3}, {"days": -1}]
)
def test_a_deadline_needs_exactly_one_positive_length(length):
    with pytest.raises(ValueError, match="至少为 1 天"):
        OFFICIAL.deadline(date(2026, 7, 1), **length)


def test_a_missing_year_is_an_error_that_says_what_to_do():
    with pytest.raises(MissingYear, match="缺少 2027 年节假日安排表") as caught:
        OFFICIAL.deadline(date(2026, 12, 25), workdays=20)
    assert caught.value.year == 2027


def test_a_holiday_name_in_a_missing_year_is_an_error_too():
    with pytest.raises(MissingYear):
        OFFICIAL.holiday_name(date(2018, 12, 31))


def test_calendar_days_need_no_table_unless_they_roll():
    assert OFFICIAL.deadline(date(2026, 12, 30), days=7) == date(2027, 1, 6)
    with pytest.raises(MissingYear):
        OFFICIAL.deadline(date(2026, 12, 30), days=7, roll=True)


def test_a_page_can_ask_ahead_and_an_administrator_can_add_the_year():
    next_year = YearTable(2027, {date(2027, 1, 1): "元旦"})
    assert OFFICIAL.covers(2026)
    assert not OFFICIAL.covers(2027)
    assert OFFICIAL.with_table(next_year).covers(2027)
    assert OFFICIAL.with_table(next_year).add_workdays(date(2026, 12, 31), 1) == date(2027, 1, 4)


def test_the_next_table_may_change_december():
    table = YearTable(2027, {date(2026, 12, 31): "元旦"}, {date(2026, 12, 27): "元旦"})
    calendar = OFFICIAL.with_table(table)
    assert not calendar.is_workday(date(2026, 12, 31))
    assert calendar.is_workday(date(2026, 12, 27))


def test_from_november_on_the_missing_next_year_is_announced():
    assert OFFICIAL.holidays_due_warning(date(2026, 10, 31)) is None
    assert "尚未录入 2027 年" in OFFICIAL.holidays_due_warning(date(2026, 11, 1))
    assert OFFICIAL.holidays_due_warning(date(2025, 12, 31)) is None
    assert "缺少 2027 年" in OFFICIAL.holidays_due_warning(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("off", "work", "message"),
    [
        ({date(2028, 1, 1): "元旦"}, {}, "请核对年份"),
        ({date(2026, 11, 30): "元旦"}, {}, "请核对年份"),
        ({}, {date(2026, 11, 28): "元旦"}, "请核对年份"),
        ({date(2027, 1, 2): "元旦"}, {date(2027, 1, 2): "元旦"}, "既放假又上班"),
        ({}, {date(2027, 1, 4): "元旦"}, "不是周末"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(off, work, message):
    with pytest.raises(CalendarError, match=message):
        YearTable(2027, off, work)


def test_a_table_reaches_from_december_to_december():
    off = {date(2026, 12, 1): "元旦", date(2027, 12, 31): "元旦"}
    assert YearTable(2027, off).off == off


GOOD = """
2027:
  notice: 测试
  holidays:
    - {name: 元旦, first: 2027-01-01, last: 2027-01-03}
  workdays: []
"""


def test_a_table_is_read_from_text():
    table = read_tables(GOOD)[2027]
    assert list(table.off.values()) == ["元旦"] * 3
    assert table.notice == "测试"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- 1",
        "2027: 1",
        "2027: 2027-13-45",
        "{",
        GOOD.replace("first", "frist"),
        GOOD.replace("2027-01-03", "三号"),
        "2027: {holidays: 3}",
    ],
)
def test_a_text_of_another_shape_is_refused(text):
    with pytest.raises(CalendarError, match="格式不正确"):
        read_tables(text)


def test_a_holiday_that_ends_before_it_begins_is_refused():
    with pytest.raises(CalendarError, match="早于首日"):
        read_tables(GOOD.replace("2027-01-03", "2026-12-31"))
