"""Correcting people, their death, and two files of one person."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from doudi.registry import actions
from doudi.registry.actions import Conflict, Refused
from doudi.registry.models import LowIncomeStatus, Membership, Person, Revision
from tests.conftest import OTHER_VILLAGE

from .world import DAY, START, a_household, at, draft, member, number, people_of

pytestmark = pytest.mark.django_db


def test_a_correction_keeps_what_was_said_and_raises_the_version(clerk) -> None:
    head = a_household(clerk).head
    now = actions.correct_person(person=head, version=1, name="岳勒干", reason="笔误", by=clerk, on=DAY, at=at())
    assert (now.name, now.initials, now.version) == ("岳勒干", "ylg", 2)
    assert json.loads(Revision.objects.get().said)["name"] == "岳勒旺"


def test_two_people_correcting_the_same_file_conflict(clerk) -> None:
    head = a_household(clerk).head
    actions.correct_person(person=head, version=1, phone="13800000001", reason="补", by=clerk, on=DAY, at=at())
    with pytest.raises(Conflict):
        actions.correct_person(person=head, version=1, name="岳三", reason="改", by=clerk, on=DAY, at=at())


def test_a_correction_must_agree_with_the_number(clerk) -> None:
    head = a_household(clerk).head
    with pytest.raises(Refused) as refusal:
        actions.correct_person(
            person=head, version=1, birth_date=date(1980, 2, 2), sex=2, reason="改", by=clerk, on=DAY, at=at()
        )
    assert set(refusal.value.by_field) == {"birth_date", "sex"}


def test_a_correction_cannot_take_the_number_of_somebody_else(clerk) -> None:
    head, wife = people_of(a_household(clerk, member(birth=date(1979, 1, 1), sex=1)))
    with pytest.raises(Refused, match="已登记在"):
        actions.correct_person(
            person=wife, version=1, resident_id=head.resident_id, reason="改", by=clerk, on=DAY, at=at()
        )


def test_a_correction_that_changes_nothing_is_refused(clerk) -> None:
    head = a_household(clerk).head
    with pytest.raises(Refused, match="没有任何改动"):
        actions.correct_person(person=head, version=1, name=" 岳勒旺 ", reason="无", by=clerk, on=DAY, at=at())


def test_the_day_of_death_is_the_last_day_of_membership(clerk) -> None:
    wife = people_of(a_household(clerk, member()))[1]
    actions.mark_death(person=wife, death_date=DAY, by=clerk, on=DAY, at=at())
    assert Membership.objects.known().on(DAY).filter(person=wife).exists()
    assert not Membership.objects.known().on(DAY + timedelta(days=1)).filter(person=wife).exists()


def test_a_death_on_the_day_of_birth_is_possible_and_the_day_before_is_not(clerk) -> None:
    household = a_household(clerk)
    baby = actions.register_person(
        household=household, person=draft(birth=DAY, resident_id=""), relation="20", by=clerk, on=DAY, at=at()
    )
    with pytest.raises(Refused, match="早于出生"):
        actions.mark_death(person=baby, death_date=DAY - timedelta(days=1), by=clerk, on=DAY, at=at())
    assert actions.mark_death(person=baby, death_date=DAY, by=clerk, on=DAY, at=at()).death_date == DAY


def test_a_death_tomorrow_is_refused(clerk) -> None:
    with pytest.raises(Refused, match="晚于今天"):
        actions.mark_death(
            person=a_household(clerk).head, death_date=DAY + timedelta(days=1), by=clerk, on=DAY, at=at()
        )


def test_the_death_of_the_last_member_closes_the_household_and_its_revocation_opens_it(clerk) -> None:
    household = a_household(clerk)
    dead = actions.mark_death(person=household.head, death_date=DAY, by=clerk, on=DAY, at=at())
    household.refresh_from_db()
    assert household.closed_on == DAY + timedelta(days=1)
    actions.revoke_death(person=dead, reason="同名误登", by=clerk, at=at(DAY + timedelta(days=2)))
    household.refresh_from_db()
    assert (household.closed_on, people_of(household)) == (None, [household.head])


def twins(clerk, **changes: Any) -> tuple[Person, Person]:
    """The same woman twice: with her number in one household, without it as somebody's member in another village."""
    known = people_of(a_household(clerk, member()))[1]
    again = member(resident_id="", **changes)
    other = people_of(a_household(clerk, again, place=OTHER_VILLAGE))[1]
    return known, other


def snapshot() -> dict[str, list[tuple]]:
    """Every row of the registry but the record of merges, byte for byte."""
    rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_app_config("registry").get_models():
            table = model._meta.db_table
            if table != "registry_merge":
                cursor.execute(f"SELECT * FROM {table} ORDER BY id")
                rows[table] = [tuple(bytes(v) if isinstance(v, memoryview) else v for v in r) for r in cursor]
    return rows


def know(person: Person, clerk) -> None:
    """Something of every kind about a person."""
    said = {"source": "visit", "by": clerk, "on": DAY, "at": at()}
    actions.record_certificate(person=person, kind="disability", code="4", grade=2, starts_on=START, **said)
    actions.state_amount(person=person, kind="wage_income", amount=120000, as_of=START, **said)
    actions.record_kin(person=person, relation="20", relative_name="岳远", **said)
    actions.record_residence(
        person=person, kind="usual", place_code="533103", starts_on=START, by=clerk, on=DAY, at=at()
    )


def test_merged_files_are_one_and_the_survivors_household_holds(clerk) -> None:
    known, double = twins(clerk)
    know(double, clerk)
    actions.merge_people(survivor=known, absorbed=double, reason="重复", by=clerk, at=at())
    assert known.certificates.count() == known.statements.count() == known.kin.count() == 1
    assert set(known.certificates.values_list("division_code", flat=True)) == {known.division_code}
    assert Membership.objects.known().on(DAY).get(person=known).division_code == known.division_code
    assert not Membership.objects.known().filter(person=double).exists()


def test_days_that_only_the_double_was_a_member_are_kept(clerk) -> None:
    double = people_of(a_household(clerk, member(resident_id="")))[1]
    known = people_of(a_household(clerk, member(), on=DAY))[1]
    actions.merge_people(survivor=known, absorbed=double, reason="重复", by=clerk, at=at())
    earlier = Membership.objects.known().on(START).get(person=known)
    assert (earlier.starts_on, earlier.ends_on) == (START, DAY)


def test_undoing_a_merge_restores_every_row_byte_for_byte(clerk) -> None:
    known, double = twins(clerk)
    know(double, clerk)
    know(known, clerk)
    before = snapshot()
    merge = actions.merge_people(survivor=known, absorbed=double, reason="重复", by=clerk, at=at())
    assert snapshot() != before
    actions.undo_merge(merge=merge, reason="不是同一人", by=clerk, at=at())
    assert snapshot() == before


def test_undoing_the_merge_of_a_head_opens_the_closed_household(clerk) -> None:
    known = a_household(clerk).head
    alone = a_household(clerk, head=draft(resident_id=""), place=OTHER_VILLAGE)
    before = snapshot()
    merge = actions.merge_people(survivor=known, absorbed=alone.head, reason="重复", by=clerk, at=at())
    alone.refresh_from_db()
    assert alone.closed_on == DAY
    actions.undo_merge(merge=merge, reason="不是同一人", by=clerk, at=at())
    assert snapshot() == before


def test_a_merge_is_not_undone_over_later_changes(clerk) -> None:
    known, double = twins(clerk)
    know(double, clerk)
    merge = actions.merge_people(survivor=known, absorbed=double, reason="重复", by=clerk, at=at())
    actions.end_certificate(certificate=known.certificates.get(), by=clerk, on=DAY, at=at(DAY + timedelta(days=1)))
    with pytest.raises(Refused, match="不能自动撤销"):
        actions.undo_merge(merge=merge, reason="不是同一人", by=clerk, at=at(DAY + timedelta(days=2)))


def test_people_with_different_numbers_are_not_merged(clerk) -> None:
    head, other = a_household(clerk).head, a_household(clerk, head=draft(resident_id=number())).head
    with pytest.raises(Refused, match="不是同一人"):
        actions.merge_people(survivor=head, absorbed=other, reason="重复", by=clerk, at=at())


def test_an_absorbed_file_can_no_longer_be_corrected(clerk) -> None:
    known, double = twins(clerk)
    actions.merge_people(survivor=known, absorbed=double, reason="重复", by=clerk, at=at())
    with pytest.raises(Conflict):
        actions.correct_person(person=double, version=1, name="排三", reason="改", by=clerk, on=DAY, at=at())


def test_personal_statuses_end_with_death_and_come_back(clerk, staff_with) -> None:
    household = a_household(clerk)
    status = LowIncomeStatus.objects.create(
        household=household, person=household.head, category="tekun", ground="无劳动能力", department="civil_affairs",
        division_code=household.division_code, starts_on=START, recorded_at=at(START),
    )  # fmt: skip
    actions.mark_death(person=status.person, death_date=DAY, by=clerk, on=DAY, at=at())
    assert LowIncomeStatus.objects.known().get().ends_on == DAY + timedelta(days=1)
    actions.revoke_death(person=status.person, reason="误登", by=clerk, at=at(DAY + timedelta(days=2)))
    assert LowIncomeStatus.objects.known().get().ends_on is None


def test_everyday_changes_of_people_work_behind_the_second_wall(clerk, as_web) -> None:
    with as_web(clerk):
        known, double = twins(clerk)
        know(double, clerk)
        merge = actions.merge_people(survivor=known, absorbed=double, reason="重复", by=clerk, at=at())
        actions.undo_merge(merge=merge, reason="不是同一人", by=clerk, at=at())
        now = actions.correct_person(person=known, version=1, name="排三", reason="改", by=clerk, on=DAY, at=at())
        dead = actions.mark_death(person=now, death_date=DAY, by=clerk, on=DAY, at=at())
        alive = actions.revoke_death(person=dead, reason="误登", by=clerk, at=at())
        assert (alive.death_date, alive.version) == (None, 4)
        stays, goes = a_household(clerk), a_household(clerk)
        actions.merge_households(
            survivor=stays, absorbed=goes, relations={goes.head_id: "80"}, reason="并户", by=clerk, on=DAY, at=at()
        )
        assert len(people_of(stays)) == 2
