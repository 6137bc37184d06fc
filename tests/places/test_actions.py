"""The divisions: loading, and changes that stay dated."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from doudi.accounts.errors import Refused
from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.audit.models import AuditEvent
from doudi.places import actions, queries
from doudi.places.models import Division, DivisionVersion, LocalHoliday
from tests.conftest import VILLAGE

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
COUNTY, TOWNSHIP = VILLAGE[:6], VILLAGE[:9]


@pytest.fixture
def county(db) -> int:
    """The divisions that come with the software."""
    queries.forget_names()
    return actions.load_divisions()


@pytest.fixture
def admin(staff_with):
    """The system administrator of the county, in the small test world."""
    return staff_with(Role.SYSTEM_ADMIN)


@pytest.fixture
def village(admin) -> Division:
    """A rural village with a history of one version."""
    village = Division.objects.get(code=VILLAGE)
    DivisionVersion.objects.create(
        division=village, name=village.name, parent_code=TOWNSHIP, residence_class="rural",
        starts_on=date(2011, 1, 1), source="测试",
    )  # fmt: skip
    return village


def test_mangshi_has_13_townships_and_121_villages(county) -> None:
    below = Division.objects.filter(code__startswith="533103")
    assert below.filter(level="township").count() == 13
    assert below.filter(level="village").count() == 121


def test_loading_again_adds_nothing(county) -> None:
    assert county > 0
    assert actions.load_divisions() == 0


def test_every_village_is_urban_or_rural_and_nothing_else_is(county) -> None:
    unclassed = Division.objects.filter(residence_class__isnull=True)
    assert not unclassed.filter(level="village").exists()
    assert not Division.objects.exclude(level="village").exclude(pk__in=unclassed).exists()


def test_every_township_has_letters_of_its_own(county) -> None:
    letters = list(Division.objects.filter(level="township").values_list("letters", flat=True))
    assert all(len(two) == 2 for two in letters)
    assert len(set(letters)) == 13


def test_abolished_counties_are_there_but_closed(county) -> None:
    assert list(Division.objects.filter(is_open=False).values_list("code", flat=True)) == ["533101", "533121"]


@pytest.mark.parametrize(("day", "name"), [(date(2005, 1, 1), "潞西市"), (date(2026, 1, 1), "芒市")])
def test_mangshi_was_called_luxi_before_2010(county, day, name) -> None:
    version = queries.version_on("533103", day)
    assert version is not None
    assert version.name == name


def test_a_file_with_a_bad_code_names_its_line(tmp_path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("code,name,short_name,level,parent,residence_class,letters,state\n5331x,甲,甲,county,,,,\n")
    with pytest.raises(Refused, match="第 2 行"):
        actions.load_divisions(path=file)


def test_a_rename_keeps_the_old_name_for_the_days_before(admin, village) -> None:
    actions.rename_division(
        by=admin, division=village, name="弄恩社区", short_name="弄恩社区",
        starts_on=date(2026, 6, 1), source="批复", on=TODAY,
    )  # fmt: skip
    before, after = (queries.version_on(VILLAGE, day) for day in (date(2026, 5, 31), date(2026, 6, 1)))
    assert (before.name, after.name) == ("弄恩村", "弄恩社区")
    assert queries.place_name(VILLAGE) == "弄恩社区"
    assert AuditEvent.objects.filter(action="places.rename", subject_id=VILLAGE).exists()


def test_a_village_that_becomes_urban_was_rural_before(admin, village) -> None:
    actions.set_residence_class(
        by=admin, division=village, residence_class="urban", starts_on=date(2026, 7, 1), source="", on=TODAY
    )
    assert queries.residence_class_on(VILLAGE, date(2026, 6, 30)) == "rural"
    assert queries.residence_class_on(VILLAGE, date(2026, 7, 1)) == "urban"


@pytest.mark.parametrize("day", [date(2011, 1, 1), date(2026, 11, 24)])
def test_a_change_is_after_the_last_one_and_not_in_the_future(admin, village, day) -> None:
    with pytest.raises(Refused, match="日期"):
        actions.rename_division(
            by=admin, division=village, name="新", short_name="新", starts_on=day, source="", on=TODAY
        )


def test_a_township_has_no_residence_class(admin) -> None:
    township = Division.objects.get(code=TOWNSHIP)
    with pytest.raises(Refused, match="村和社区"):
        actions.set_residence_class(
            by=admin, division=township, residence_class="urban", starts_on=TODAY, source="", on=TODAY
        )


def test_a_moved_village_goes_on_under_a_new_code(admin, village) -> None:
    moved = actions.move_division(
        by=admin, division=village, code="533103103299", starts_on=TODAY, source="批复", on=TODAY
    )
    village.refresh_from_db()
    assert (village.is_open, village.successor) == (False, moved)
    assert (moved.parent_id, moved.residence_class) == ("533103103", "rural")


def test_a_township_with_open_villages_cannot_be_closed(admin) -> None:
    with pytest.raises(Refused, match="未撤销"):
        actions.close_division(
            by=admin, division=Division.objects.get(code=TOWNSHIP), ends_on=TODAY, source="", on=TODAY
        )


@pytest.mark.parametrize(("code", "why"), [("533103999001", "上级"), (VILLAGE, "已经用过"), ("5331033", "位")])
def test_a_division_needs_a_parent_and_a_free_code(admin, code, why) -> None:
    with pytest.raises(Refused, match=why):
        actions.open_division(
            by=admin, code=code, name="甲村", short_name="甲村",
            residence_class="rural", letters="", starts_on=TODAY, source="",
        )  # fmt: skip


def test_another_county_is_out_of_reach(admin) -> None:
    with pytest.raises(NotPermitted):
        actions.open_division(
            by=admin, code="533123101", name="平原镇", short_name="平原镇",
            residence_class=None, letters="PY", starts_on=TODAY, source="",
        )  # fmt: skip


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMIN])
def test_nobody_else_changes_divisions(role, staff_with, village) -> None:
    with pytest.raises(NotPermitted):
        actions.rename_division(
            by=staff_with(role), division=village, name="新", short_name="新",
            starts_on=TODAY, source="", on=TODAY,
        )  # fmt: skip


def test_the_database_refuses_two_names_on_one_day(village) -> None:
    with pytest.raises(IntegrityError, match="division_one_version_a_day"):
        DivisionVersion.objects.create(division=village, name="又", starts_on=TODAY, source="")


def test_a_clerk_cannot_rename_a_village_in_plain_sql(clerk, as_web) -> None:
    with as_web(clerk):
        assert Division.objects.filter(code=VILLAGE).update(name="改") == 0


def test_a_clerk_cannot_add_a_holiday_in_plain_sql(clerk, as_web) -> None:
    with as_web(clerk), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        LocalHoliday.objects.create(area_code=COUNTY, day=TODAY, name="x")


def test_the_system_administrator_passes_row_level_security(admin, village, as_web) -> None:
    with as_web(admin):
        actions.rename_division(
            by=admin, division=village, name="新村", short_name="新村", starts_on=TODAY, source="", on=TODAY
        )
        actions.add_local_holiday(by=admin, area_code=COUNTY, day=TODAY, name="州庆", is_workday=False, source="通知")
