"""What is known about people and households by source, the low-income registry, and numbers under concurrency."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import DataError, InternalError, ProgrammingError, connection, transaction

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.registry import actions
from doudi.registry.actions import Refused
from doudi.registry.models import Certificate, LowIncomeStatus, Residence, Statement

from .world import DAY, START, a_household, at, member, people_of

pytestmark = pytest.mark.django_db


def said(clerk, **changes: Any) -> dict[str, Any]:
    return {"source": "visit", "by": clerk, "on": DAY, "at": at()} | changes


def test_a_certificate_of_the_same_source_gives_way_for_its_days_only(clerk) -> None:
    head = a_household(clerk).head
    for code, since in (("yes", START), ("no", DAY)):
        actions.record_certificate(person=head, kind="employment", code=code, starts_on=since, **said(clerk))
    believed = Certificate.objects.known().order_by("starts_on")
    assert list(believed.values_list("code", "starts_on", "ends_on")) == [("yes", START, DAY), ("no", DAY, None)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"kind": "luck"}, "kind"), ({"code": "maybe"}, "code"), ({"source": "rumour"}, "source"),
     ({"kind": "disability", "code": "4", "grade": 5}, "grade"),
     ({"kind": "self_care", "code": "", "grade": 7}, "grade"),
     ({"starts_on": DAY + timedelta(days=1)}, "starts_on"), ({"ends_on": START}, "ends_on"), ({"grade": 1}, "grade")],
)  # fmt: skip
def test_a_certificate_out_of_its_domain_is_refused_with_its_field(clerk, wrong, field) -> None:
    right = {"kind": "employment", "code": "yes", "starts_on": START}
    with pytest.raises(Refused) as refusal:
        actions.record_certificate(person=a_household(clerk).head, **said(clerk, **right | wrong))
    assert field in refusal.value.by_field


def test_a_certificate_cannot_end_the_day_it_starts(clerk) -> None:
    head = a_household(clerk).head
    row = actions.record_certificate(person=head, kind="employment", code="yes", starts_on=DAY, **said(clerk))
    with pytest.raises(Refused, match="应晚于"):
        actions.end_certificate(certificate=row, by=clerk, on=DAY, at=at())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"amount": -1}, "amount"), ({"kind": "assets_within_rule", "amount": 2}, "amount"), ({"amount": 2**53}, "amount"),
     ({"kind": "vehicle_count"}, "household"), ({"as_of": DAY + timedelta(days=1)}, "as_of")],
)  # fmt: skip
def test_a_figure_out_of_its_domain_is_refused_with_its_field(clerk, wrong, field) -> None:
    right = {"kind": "wage_income", "amount": 1, "as_of": START}
    with pytest.raises(Refused) as refusal:
        actions.state_amount(person=a_household(clerk).head, **said(clerk, **right | wrong))
    assert set(refusal.value.by_field) == {field}


def test_a_loss_from_business_may_be_stated(clerk) -> None:
    row = actions.state_amount(
        person=a_household(clerk).head, kind="business_net_income", amount=-5, as_of=START, **said(clerk)
    )
    assert (row.amount, row.starts_on, row.ends_on) == (-5, START.replace(year=2025), START)


def test_a_statement_is_never_edited(clerk) -> None:
    actions.state_amount(person=a_household(clerk).head, kind="wage_income", amount=1, as_of=START, **said(clerk))
    with pytest.raises((ProgrammingError, InternalError), match="never edited"), transaction.atomic():
        Statement.objects.update(amount=2)


def test_the_same_relative_is_not_registered_twice(clerk) -> None:
    head, wife = people_of(a_household(clerk, member()))
    actions.record_kin(person=head, relative=wife, relation="12", **said(clerk))
    with pytest.raises(Refused, match="已登记"):
        actions.record_kin(person=head, relative=wife, relation="12", **said(clerk))


def test_a_new_residence_ends_the_earlier_one_of_its_kind(clerk) -> None:
    head = a_household(clerk).head
    for code, since in (("533103", START), ("533102", DAY)):
        actions.record_residence(person=head, kind="usual", place_code=code, starts_on=since, by=clerk, on=DAY, at=at())
    assert Residence.objects.known().on(START).get().place_code == "533103"
    assert Residence.objects.known().on(DAY).get().place_code == "533102"


def status(household, by, **changes: Any) -> LowIncomeStatus:
    right = {
        "household": household, "category": "dibao", "ground": "收入低于标准", "department": "civil_affairs",
        "starts_on": START, "by": by, "on": DAY, "at": at(),
    }  # fmt: skip
    return actions.determine_status(**right | changes)


def test_a_category_is_entered_and_ended_by_its_department_behind_the_second_wall(clerk, staff_with, as_web) -> None:
    household, reviewer = a_household(clerk), staff_with(Role.COUNTY_REVIEWER)
    with as_web(reviewer):
        row = status(household, reviewer)
        actions.end_status(status=row, reason="收入超标", by=reviewer, on=DAY, at=at())
        assert LowIncomeStatus.objects.known().get().ends_on == DAY


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CLERK, Role.RURAL_REVITALISATION])
def test_nobody_else_may_enter_dibao(clerk, staff_with, role) -> None:
    household = a_household(clerk)
    by = clerk if role is Role.TOWNSHIP_CLERK else staff_with(role)
    with pytest.raises(NotPermitted):
        status(household, by)


def test_a_household_has_one_category_a_day(clerk, staff_with) -> None:
    household, reviewer = a_household(clerk), staff_with(Role.COUNTY_REVIEWER)
    status(household, reviewer, ends_on=DAY)
    with pytest.raises(Refused, match="已有认定类别"):
        status(household, reviewer, starts_on=DAY - timedelta(days=1), category="near_threshold")
    assert status(household, reviewer, starts_on=DAY, category="near_threshold").starts_on == DAY


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"category": "relapse_watch"}, "department"), ({"category": "tekun"}, "person"), ({"ground": " "}, "ground"),
     ({"ends_on": START}, "ends_on"), ({"category": "luck"}, "category")],
)  # fmt: skip
def test_a_category_that_cannot_be_is_refused_with_its_field(clerk, staff_with, wrong, field) -> None:
    with pytest.raises(Refused) as refusal:
        status(a_household(clerk), staff_with(Role.COUNTY_REVIEWER), **wrong)
    assert field in refusal.value.by_field


def test_a_number_being_given_makes_the_next_asker_of_the_township_wait(clerk) -> None:
    a_household(clerk)
    said = connection.get_connection_params()
    where = {key: said[key] for key in ("dbname", "user", "password", "host", "port") if said.get(key)}
    asked = "SELECT pg_try_advisory_xact_lock(hashtextextended('registry.household.number MS-' || %s || '-', 0))"
    with psycopg.connect(**where) as other:
        assert [other.execute(asked, [letters]).fetchone()[0] for letters in ("ZF", "MG")] == [False, True]


@pytest.mark.parametrize("prefix", ["", "MS-ZF", "x-y-", "MS-ZF-' OR 1=1"])
def test_only_a_prefix_gets_a_number(prefix, db) -> None:
    with pytest.raises(DataError, match="not a prefix"), transaction.atomic():
        connection.cursor().execute("SELECT doudi_next_household_number(%s)", [prefix])
