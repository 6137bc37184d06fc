"""Who belongs where: one household per person per day, whatever the order of events."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doudi.registry import actions
from doudi.registry.actions import Conflict, Refused
from doudi.registry.models import Membership
from tests.conftest import OTHER_VILLAGE

from .world import DAY, START, a_household, at, draft, member, people_of

pytestmark = pytest.mark.django_db
NEXT = DAY + timedelta(days=1)


def test_a_newborn_without_a_number_belongs_from_the_day_of_birth(clerk) -> None:
    household = a_household(clerk)
    baby = draft("岳小美", birth=DAY, sex=2, resident_id="")
    person = actions.register_person(household=household, person=baby, relation="30", by=clerk, on=DAY, at=at())
    assert Membership.objects.known().on(DAY).filter(person=person).exists()


def test_somebody_born_tomorrow_is_refused(clerk) -> None:
    baby = draft("岳小美", birth=NEXT, sex=2, resident_id="")
    with pytest.raises(Refused, match="出生日期晚于"):
        actions.register_person(household=a_household(clerk), person=baby, relation="30", by=clerk, on=DAY, at=at())


def test_a_newborn_without_a_number_needs_sex_and_birth_date(clerk) -> None:
    with pytest.raises(Refused) as refusal:
        actions.register_person(
            household=a_household(clerk), person=actions.PersonDraft(name="岳小美"), relation="30",
            by=clerk, on=DAY, at=at(),
        )  # fmt: skip
    assert set(refusal.value.by_field) == {"birth_date", "sex"}


def test_a_person_in_a_household_cannot_be_added_to_another(clerk) -> None:
    first, second = a_household(clerk, member()), a_household(clerk)
    with pytest.raises(Refused, match=first.number):
        actions.add_member(household=second, person=people_of(first)[1], relation="12", by=clerk, on=DAY, at=at())


def test_a_membership_ends_and_the_person_may_join_another_the_same_day(clerk) -> None:
    first, second = a_household(clerk, member()), a_household(clerk)
    wife = Membership.objects.known().get(household=first, relation="12")
    actions.end_membership(membership=wife, reason="离婚", by=clerk, on=DAY, at=at())
    actions.add_member(household=second, person=wife.person, relation="12", by=clerk, on=DAY, at=at())
    assert Membership.objects.known().on(DAY).get(person=wife.person).household == second


@pytest.mark.parametrize("day", [START, START - timedelta(days=1)])
def test_a_membership_cannot_end_before_it_has_lasted_a_day(clerk, day) -> None:
    household = a_household(clerk, member(), on=START)
    wife = Membership.objects.known().get(household=household, relation="12")
    with pytest.raises(Refused, match="结束日期应晚于"):
        actions.end_membership(membership=wife, reason="误登", by=clerk, on=day, at=at())


def test_a_membership_may_end_the_day_after_it_began(clerk) -> None:
    household = a_household(clerk, member(), on=START)
    wife = Membership.objects.known().get(household=household, relation="12")
    ended = actions.end_membership(membership=wife, reason="离婚", by=clerk, on=START + timedelta(days=1), at=at())
    assert (ended.starts_on, ended.ends_on) == (START, START + timedelta(days=1))


def test_a_head_with_members_cannot_leave(clerk) -> None:
    household = a_household(clerk, member())
    head = Membership.objects.known().get(household=household, relation="02")
    with pytest.raises(Refused, match="变更户主"):
        actions.end_membership(membership=head, reason="外出", by=clerk, on=DAY, at=at())


def test_the_last_members_leaving_closes_the_household(clerk) -> None:
    household = a_household(clerk)
    actions.end_membership(membership=household.memberships.get(), reason="迁往外省", by=clerk, on=DAY, at=at())
    household.refresh_from_db()
    assert (household.closed_on, household.closed_because) == (DAY, "迁往外省")


def test_a_member_moves_with_everything_known_to_the_other_village(clerk) -> None:
    first, second = a_household(clerk, member()), a_household(clerk, place=OTHER_VILLAGE)
    wife = people_of(first)[1]
    actions.record_residence(person=wife, kind="hukou", place_code="533103", starts_on=START, by=clerk, on=DAY, at=at())
    actions.move_member(person=wife, household=second, relation="12", reason="改嫁", by=clerk, on=DAY, at=at())
    assert wife.residences.get().division_code == OTHER_VILLAGE
    assert Membership.objects.known().on(DAY).get(person=wife).household == second


def test_living_together_changes_from_a_day_and_the_days_before_keep_what_was_said(clerk) -> None:
    household = a_household(clerk, member())
    wife = Membership.objects.known().get(household=household, relation="12")
    actions.change_membership(membership=wife, relation="12", co_resident=False, by=clerk, on=DAY, at=at())
    said = Membership.objects.known().filter(person=wife.person).order_by("starts_on")
    assert list(said.values_list("co_resident", flat=True)) == [True, False]


def test_a_stale_membership_cannot_be_ended_twice(clerk) -> None:
    household = a_household(clerk, member())
    fresh, stale = (Membership.objects.known().get(household=household, relation="12") for _screen in "ab")
    actions.end_membership(membership=fresh, reason="离婚", by=clerk, on=DAY, at=at())
    with pytest.raises(Conflict):
        actions.end_membership(membership=stale, reason="离婚", by=clerk, on=DAY, at=at())


def two_households_on_one_day(clerk) -> None:
    """What a defective action would write: a second believed membership for the same days."""
    first, second = a_household(clerk, member()), a_household(clerk)
    wife = Membership.objects.known().get(household=first, relation="12")
    Membership.objects.create(
        household=second, person=wife.person, relation="12", division_code=second.division_code,
        starts_on=DAY, recorded_at=at(),
    )  # fmt: skip


def test_the_database_refuses_two_households_on_one_day(clerk) -> None:
    with pytest.raises(IntegrityError, match="membership_one_household_a_day"), transaction.atomic():
        two_households_on_one_day(clerk)


@pytest.mark.planted
def test_without_the_constraint_the_monitor_sees_two_households_on_one_day(clerk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registry_membership DROP CONSTRAINT membership_one_household_a_day")
    assert most_households_a_day() == 0
    two_households_on_one_day(clerk)
    assert most_households_a_day() == 2


def most_households_a_day() -> int:
    """The largest number of households one person belongs to on one day."""
    count = Counter(
        (m.person_id, day)
        for m in Membership.objects.known()
        for day in {DAY, *(START + timedelta(days=7 * n) for n in range(60))}
        if m.starts_on <= day and (m.ends_on is None or day < m.ends_on)
    )
    return max(count.values(), default=0)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["move", "split", "end", "add", "merge", "die"]),
        st.integers(0, 5), st.integers(0, 3), st.integers(-40, 330),
    ),
    max_size=8,
)  # fmt: skip


@given(steps=STEPS)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_happens_a_person_has_one_household_a_day(clerk, steps) -> None:
    with transaction.atomic():
        households = [a_household(clerk, member(), member("20", birth=date(2001, 1, 1), sex=1)) for _n in "ab"]
        people = [p for h in households for p in people_of(h)]
        for step, who, where, days in steps:
            with suppress(Refused, Conflict):
                do(step, people[who], households, where, START + timedelta(days=days), clerk)
        assert most_households_a_day() <= 1
        transaction.set_rollback(True)


def do(step, person, households, where, day, clerk) -> None:
    """One step of a random history."""
    person.refresh_from_db()
    household = households[where % len(households)]
    household.refresh_from_db()
    said = {"by": clerk, "on": day, "at": at()}
    believed = Membership.objects.known().filter(person=person).last()
    if step == "move":
        actions.move_member(person=person, household=household, relation="80", reason="迁", **said)
    elif step == "add":
        actions.add_member(household=household, person=person, relation="80", **said)
    elif step == "end" and believed:
        actions.end_membership(membership=believed, reason="迁", **said)
    elif step == "split" and believed:
        home = believed.household
        households.append(actions.split_household(household=home, head=person, relations={}, reason="分", **said))
    elif step == "merge":
        relations = {p.pk: "80" for p in people_of(households[0])}
        actions.merge_households(survivor=household, absorbed=households[0], relations=relations, reason="并", **said)
    elif step == "die":
        actions.mark_death(person=person, death_date=day, by=clerk, on=DAY, at=at())
