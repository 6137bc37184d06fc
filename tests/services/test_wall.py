"""The second wall of referrals: a department sees what it was asked and nothing else, whatever the code believes."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from doudi.accounts.roles import Role
from doudi.registry.actions import move_household
from doudi.services import actions
from doudi.services.models import Referral, ReferralStep
from tests.conftest import FAR_VILLAGE
from tests.registry.world import DAY, at
from tests.services.world import couple, sent

pytestmark = pytest.mark.django_db


def test_every_table_has_row_security(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname LIKE 'services\\_%%' AND relkind = 'r' AND NOT relrowsecurity"
        )
        assert cursor.fetchall() == []


@pytest.fixture
def two(clerk) -> tuple[Referral, Referral]:
    """One referral to the medical bureau, one to the education bureau, of the same household."""
    home, head, wife = couple(clerk)
    return sent(clerk, home, head), sent(clerk, home, wife, entitlement="refer_education")


def test_a_department_sees_its_own_and_not_what_others_were_asked(two, medical, education, as_web) -> None:
    for office, own in ((medical, two[0]), (education, two[1])):
        with as_web(office):
            assert list(Referral.objects.values_list("pk", flat=True)) == [own.pk]
            assert set(ReferralStep.objects.values_list("referral", flat=True)) == {own.pk}


def test_a_department_of_another_county_sees_nothing(two, staff_with, as_web) -> None:
    with as_web(staff_with(Role.LIAISON_MEDICAL, "533102")):
        assert not Referral.objects.exists()


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD, Role.COUNTY_REVIEWER, Role.COORDINATOR])
def test_civil_affairs_see_all_of_their_place(role, two, staff_with, as_web) -> None:
    with as_web(staff_with(role, username="another")):
        assert Referral.objects.count() == 2


@pytest.mark.parametrize("role", [Role.FINANCE, Role.HOTLINE, Role.LEADER, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN])
def test_who_has_no_business_here_sees_nothing(role, two, staff_with, as_web) -> None:
    with as_web(staff_with(role)):
        assert not Referral.objects.exists()
        assert not ReferralStep.objects.exists()


def test_another_township_sees_nothing(two, staff_with, as_web) -> None:
    with as_web(staff_with(Role.TOWNSHIP_CLERK, "533103103")):
        assert not Referral.objects.exists()


def test_a_department_answers_behind_the_wall(two, medical, as_web) -> None:
    with as_web(medical):
        row = actions.accept(referral=two[0], by=medical, on=DAY, at=at())
        assert actions.give(referral=row, what="救助", given_on=DAY, by=medical, on=DAY, at=at()).state == "given"


def test_a_clerk_sends_behind_the_wall(clerk, as_web) -> None:
    home, head, _wife = couple(clerk)
    with as_web(clerk):
        assert sent(clerk, home, head).pk == sent(clerk, home, head).pk


@pytest.mark.planted
def test_a_forgotten_filter_cannot_answer_for_another_department(two, medical, as_web) -> None:
    with as_web(medical):
        assert Referral.objects.filter(pk=two[1].pk).update(state="accepted") == 0


def test_a_department_cannot_send(two, medical, as_web) -> None:
    two[0].pk = None
    two[0].entitlement = "other"
    with as_web(medical), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        two[0].save(force_insert=True)


@pytest.mark.planted
@pytest.mark.parametrize("column", ["why", "department", "household_id", "sent_on"])
def test_what_was_asked_is_never_edited(column, two) -> None:
    value = {"why": "'\\x00'::bytea", "department": "'x'", "household_id": "0", "sent_on": "'2020-01-01'"}[column]
    sql = f"UPDATE services_referral SET {column} = {value}"
    with pytest.raises(ProgrammingError, match="never edited"), transaction.atomic():
        connection.cursor().execute(sql)


@pytest.mark.planted
def test_a_closed_one_stays_closed_even_for_the_owner(two, medical) -> None:
    actions.refuse(referral=two[0], reason="already", by=medical, on=DAY, at=at())
    with pytest.raises(ProgrammingError, match="stays closed"), transaction.atomic():
        Referral.objects.filter(pk=two[0].pk).update(state="sent", closed_on=None, reason="")


def test_steps_are_appended_only(two) -> None:
    with pytest.raises(ProgrammingError, match="never edited"), transaction.atomic():
        ReferralStep.objects.update(move="give")


def test_a_household_takes_its_referrals_along(two, staff_with, as_web) -> None:
    county = staff_with(Role.COUNTY_CLERK)
    move_household(household=two[0].household, to_code=FAR_VILLAGE, reason="搬迁", by=county, on=DAY, at=at())
    with as_web(staff_with(Role.TOWNSHIP_CLERK, "533103103")):
        assert (Referral.objects.count(), ReferralStep.objects.count()) == (2, 2)
