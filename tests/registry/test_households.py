"""Opening, splitting, joining and moving households."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.audit.models import AuditEvent
from doudi.registry import actions
from doudi.registry.actions import Conflict, Refused
from doudi.registry.models import Certificate, Household, Membership, Person
from tests.conftest import FAR_VILLAGE, OTHER_VILLAGE, VILLAGE

from .world import DAY, START, a_household, at, draft, member, number, people_of

pytestmark = pytest.mark.django_db


def test_a_household_gets_the_next_number_of_its_township(clerk) -> None:
    assert a_household(clerk).number == "MS-ZF-000001"
    assert a_household(clerk).number == "MS-ZF-000002"


def test_a_number_is_not_given_again_after_its_household_moved_away(clerk, as_web) -> None:
    household = a_household(clerk)
    actions.move_household(household=household, to_code=FAR_VILLAGE, reason="迁居", by=clerk, on=DAY, at=at())
    with as_web(clerk):
        assert a_household(clerk).number == "MS-ZF-000002"


def test_registering_is_one_event_that_names_no_person(clerk) -> None:
    household = a_household(clerk, member())
    event = AuditEvent.objects.get(action="household.register")
    assert (event.subject_id, event.subject_place) == (str(household.pk), VILLAGE)
    assert "排木果" not in str(event.detail)


def test_a_refusal_names_every_problem_of_every_member_at_once(clerk) -> None:
    bad = member(name="😀", resident_id="53310319790101001X", birth_date=date(2030, 1, 1))
    with pytest.raises(Refused) as refusal:
        a_household(clerk, bad, member(relation="02"), head=draft(phone="12"), place=VILLAGE)
    fields = set(refusal.value.by_field)
    assert {"members.0.name", "members.0.resident_id", "members.0.birth_date"} <= fields
    assert {"head.phone", "members.1.relation"} <= fields
    assert not Household.objects.exists()
    assert not Person.objects.exists()


def test_the_same_number_twice_in_one_form_is_refused(clerk) -> None:
    same = number()
    with pytest.raises(Refused, match="两次"):
        a_household(clerk, member(resident_id=same, birth=date(1979, 1, 1), sex=1), head=draft(resident_id=same))


def test_the_web_role_registers_behind_the_second_wall(clerk, as_web) -> None:
    with as_web(clerk):
        household = a_household(clerk, member())
        assert len(people_of(household)) == 2


def test_a_place_outside_the_scope_is_not_permitted(clerk) -> None:
    with pytest.raises(NotPermitted):
        a_household(clerk, place=FAR_VILLAGE)


@pytest.mark.parametrize("place", ["533103102", "533103102999", "533103102abc"])
def test_a_place_that_is_no_village_is_refused(clerk, place) -> None:
    with pytest.raises(Refused, match="没有这个村"):
        a_household(clerk, place=place)


def test_a_registered_number_names_household_and_township_to_whoever_may_see_them(clerk) -> None:
    first = a_household(clerk)
    again = draft(resident_id=first.head.resident_id)
    with pytest.raises(Refused, match=r"遮放镇 MS-ZF-000001"):
        a_household(clerk, head=again)


def test_a_number_registered_elsewhere_is_refused_without_saying_where(clerk, staff_with, as_web) -> None:
    other = staff_with(Role.TOWNSHIP_CLERK, "533103103")
    there = a_household(other, place=FAR_VILLAGE)
    again = draft(resident_id=there.head.resident_id)
    with as_web(clerk), pytest.raises(Refused) as refusal:
        a_household(clerk, head=again)
    assert "已在其他乡镇登记" in str(refusal.value)
    assert "MG" not in str(refusal.value)


def test_members_who_split_off_belong_to_the_new_household_from_that_day(clerk) -> None:
    household = a_household(clerk, member(), member("20", name="岳小宝", birth=date(2001, 2, 3), sex=1))
    son = people_of(household)[2]
    fresh = actions.split_household(
        household=household, head=son, relations={}, reason="成家分户", by=clerk, on=DAY, at=at()
    )
    assert Membership.objects.known().on(DAY - timedelta(days=1)).get(person=son).household == household
    assert Membership.objects.known().on(DAY).get(person=son).household == fresh


def test_the_head_cannot_split_off_nor_everybody(clerk) -> None:
    household = a_household(clerk, member())
    head, wife = people_of(household)
    for who, others in ((head, {}), (head, {wife.pk: "12"})):
        with pytest.raises(Refused):
            actions.split_household(
                household=household, head=who, relations=others, reason="分户", by=clerk, on=DAY, at=at()
            )


def test_merged_households_keep_the_survivor_and_close_the_other(clerk) -> None:
    stays, goes = a_household(clerk), a_household(clerk)
    mother = people_of(goes)[0]
    actions.merge_households(
        survivor=stays, absorbed=goes, relations={mother.pk: "52"}, reason="并户", by=clerk, on=DAY, at=at()
    )
    assert mother in people_of(stays)
    goes.refresh_from_db()
    assert (goes.closed_on, goes.merged_into) == (DAY, stays)


def test_a_moved_household_takes_everything_known_about_its_people_along(clerk, as_web) -> None:
    household = a_household(clerk, member())
    wife = people_of(household)[1]
    actions.record_certificate(
        person=wife, kind="employment", code="yes", source="visit", starts_on=START, by=clerk, on=DAY, at=at()
    )
    with as_web(clerk):
        actions.move_household(
            household=household, to_code=FAR_VILLAGE, reason="搬迁", by=clerk, on=DAY, at=at(), address="新村 1 号"
        )
        assert not Person.objects.filter(pk=wife.pk).exists()
    assert Certificate.objects.get().division_code == FAR_VILLAGE
    assert set(Person.objects.values_list("division_code", flat=True)) == {FAR_VILLAGE}
    assert household.moves.get().from_code == VILLAGE


def test_a_household_cannot_be_handed_over_by_somebody_of_another_place(clerk, staff_with, as_web) -> None:
    household = a_household(clerk)
    stranger = staff_with(Role.TOWNSHIP_CLERK, "533103103")
    with as_web(stranger), pytest.raises(ProgrammingError, match="not yours"), transaction.atomic():
        connection.cursor().execute("SELECT doudi_hand_over(%s, %s)", [household.pk, FAR_VILLAGE])


def test_a_household_is_not_handed_to_another_county(clerk) -> None:
    with pytest.raises(Refused, match="本县"):
        actions.move_household(
            household=a_household(clerk), to_code="533102001001", reason="迁出", by=clerk, on=DAY, at=at()
        )


def test_a_new_head_changes_everybodys_relation_from_that_day(clerk) -> None:
    household = a_household(clerk, member())
    head, wife = people_of(household)
    actions.set_head(
        household=household, head=wife, relations={head.pk: "11"}, reason="户主外出", by=clerk, on=DAY, at=at()
    )
    now = dict(Membership.objects.known().on(DAY).values_list("person_id", "relation"))
    assert now == {head.pk: "11", wife.pk: "02"}
    before = dict(Membership.objects.known().on(START).values_list("person_id", "relation"))
    assert before == {head.pk: "02", wife.pk: "12"}


def test_an_address_changed_meanwhile_is_a_conflict(clerk) -> None:
    household = a_household(clerk)
    actions.correct_address(household=household, address="四组 3 号", version=1, by=clerk, at=at())
    with pytest.raises(Conflict):
        actions.correct_address(household=household, address="五组 1 号", version=1, by=clerk, at=at())


def test_a_move_within_the_township_changes_the_place_only(clerk) -> None:
    household = a_household(clerk)
    actions.move_household(household=household, to_code=OTHER_VILLAGE, reason="搬迁", by=clerk, on=DAY, at=at())
    assert Household.objects.get().division_code == OTHER_VILLAGE
    assert people_of(household)[0].division_code == OTHER_VILLAGE
