"""Names, trees and the calendar."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.accounts.errors import Refused
from doudi.accounts.roles import Role
from doudi.kernel.calendar import MissingYear
from doudi.places import actions, queries
from tests.conftest import OTHER_VILLAGE, VILLAGE

pytestmark = pytest.mark.django_db
COUNTY = VILLAGE[:6]


@pytest.fixture
def admin(staff_with):
    """The system administrator of the county."""
    return staff_with(Role.SYSTEM_ADMIN)


def add(by, day: date, *, is_workday: bool = False) -> None:
    actions.add_local_holiday(
        by=by, area_code=COUNTY, day=day, name="目瑙纵歌节", is_workday=is_workday, source="州政府通知"
    )


def test_a_path_names_the_county_the_township_and_the_village(divisions) -> None:
    assert queries.name_path(VILLAGE) == "芒市 遮放镇 弄恩村"


def test_a_name_is_read_once(divisions, django_assert_num_queries) -> None:
    queries.place_name(VILLAGE)
    with django_assert_num_queries(0):
        assert queries.place_name(VILLAGE[:9]) == "遮放镇"


def test_an_unknown_code_has_no_name(divisions) -> None:
    assert queries.place_name("533103999") == ""


def test_villages_of_a_township(divisions) -> None:
    assert [d.code for d in queries.villages_of(VILLAGE[:9])] == [VILLAGE, OTHER_VILLAGE]


def test_the_tree_counts_villages(divisions) -> None:
    tree = queries.tree(COUNTY)
    assert tree is not None
    assert (tree.villages, [branch.villages for branch in tree.below]) == (3, [2, 1])


def test_a_local_holiday_is_no_working_day_here(admin) -> None:
    day = date(2026, 3, 3)
    assert queries.calendar_for(COUNTY).is_workday(day)
    add(admin, day)
    assert not queries.calendar_for(COUNTY).is_workday(day)
    assert queries.calendar_for("533123").is_workday(day)


def test_a_weekend_worked_instead_counts(admin) -> None:
    saturday = date(2026, 3, 7)
    add(admin, saturday, is_workday=True)
    assert queries.calendar_for(COUNTY).is_workday(saturday)


@pytest.mark.parametrize("day", [date(2026, 3, 4), date(2026, 10, 3)])
def test_only_a_free_weekend_can_be_worked_instead(admin, day) -> None:
    with pytest.raises(Refused, match="周末"):
        add(admin, day, is_workday=True)


def test_the_same_day_is_entered_once(admin) -> None:
    add(admin, date(2026, 3, 3))
    with pytest.raises(Refused, match="已经登记"):
        add(admin, date(2026, 3, 3))


def test_a_missing_year_raises_until_it_is_entered(admin) -> None:
    day = date(2027, 1, 4)
    with pytest.raises(MissingYear):
        queries.calendar_for(COUNTY).is_workday(day)
    actions.enter_holiday_year(by=admin, year=2027, notice="国办通知", off={date(2027, 1, 1): "元旦"}, work={})
    assert queries.calendar_for(COUNTY).is_workday(day)
    assert not queries.calendar_for(COUNTY).is_workday(date(2027, 1, 1))


def test_a_contradictory_year_is_refused(admin) -> None:
    with pytest.raises(Refused, match="不是周末"):
        actions.enter_holiday_year(by=admin, year=2027, notice="", off={}, work={date(2027, 1, 4): "元旦"})


def test_a_year_of_the_software_is_not_overwritten(admin) -> None:
    with pytest.raises(Refused, match="已随软件提供"):
        actions.enter_holiday_year(by=admin, year=2026, notice="", off={}, work={})
