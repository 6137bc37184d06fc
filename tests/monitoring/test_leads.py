"""Leads go the way of every warning; the reporter learns the outcome, and nobody else's name."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.monitoring.actions import leads
from doudi.monitoring.actions.disposing import Choice, dispose
from doudi.monitoring.actions.leads import Told, answer_lead, link_lead, merge_lead, report_lead, tell
from doudi.monitoring.models import EarlyWarning, Lead, LeadState, VisitTask
from doudi.monitoring.queries.leads import told as sees
from doudi.monitoring.queries.ledger import ledger
from doudi.registry.actions import Refused
from tests.conftest import VILLAGE
from tests.monitoring.world import DAY, LATER, a_household, a_task, at, visited

pytestmark = pytest.mark.django_db
WHEN = {"on": DAY, "at": at()}


def said(reporter: str = "coordinator", **changes) -> Told:
    return Told(**{"reporter": reporter, "place": VILLAGE, "about": "岳家", "text": "丈夫住院，家里断了收入"} | changes)


@pytest.fixture
def coordinator(staff_with):
    return staff_with(Role.COORDINATOR)


def test_a_coordinator_who_names_the_household_has_its_task_at_once(clerk, coordinator, as_web):
    home = a_household(clerk)
    with as_web(coordinator):
        receipt = report_lead(told=said(household_number=home.number), by=coordinator, **WHEN)
    task, lead = VisitTask.objects.get(), Lead.objects.get()
    assert (lead.number, lead.task, lead.state) == (receipt.number, task, LeadState.VISITING)
    assert EarlyWarning.objects.get().indicator == "lead_coordinator"


def test_a_lead_joins_the_task_that_is_open_already(clerk, coordinator, as_web):
    home = a_household(clerk)
    task = a_task(home)
    with as_web(coordinator):
        report_lead(told=said(household_number=home.number, urgency="now"), by=coordinator, **WHEN)
    joined = VisitTask.objects.get()
    assert (joined.pk, joined.signals, joined.due_on < task.due_on) == (task.pk, 2, True)


def test_two_leads_of_one_kind_are_one_warning_that_says_both(clerk, coordinator, as_web):
    home = a_household(clerk)
    with as_web(coordinator):
        for text in ("房屋漏雨没法住人", "老人一个人没人照顾"):
            report_lead(told=said(household_number=home.number, text=text), by=coordinator, **WHEN)
    assert EarlyWarning.objects.get().sentence == "房屋漏雨没法住人；老人一个人没人照顾"


def test_the_same_report_sent_twice_by_a_phone_is_one_lead(coordinator, as_web):
    client_id = uuid.uuid4()
    with as_web(coordinator):
        first = report_lead(told=said(), by=coordinator, client_id=client_id, **WHEN)
        again = report_lead(told=said(), by=coordinator, client_id=client_id, **WHEN)
    assert (first.number, Lead.objects.count(), again.code) == (again.number, 1, "")


def test_a_lead_lapses_in_no_round(clerk, coordinator):
    from doudi.monitoring.rounds import NO_LEAD
    from tests.monitoring.world import raised

    home = a_household(clerk)
    report_lead(told=said(household_number=home.number), by=coordinator, **WHEN)
    assert raised(looked=NO_LEAD, on=LATER).lapsed == 0


@pytest.mark.parametrize(
    ("disposition", "words"), [("false", "不符合"), ("apply_policy", "正在按政策办理"), ("cannot_find", "没能找到")]
)
def test_the_reporter_reads_what_came_of_it(clerk, coordinator, as_web, disposition, words):
    home = a_household(clerk)
    with as_web(coordinator):
        receipt = report_lead(told=said(household_number=home.number), by=coordinator, **WHEN)
    task = VisitTask.objects.get()
    with as_web(coordinator):
        visited(coordinator, task, disposition)
    with as_web(clerk):
        dispose(number=task.number, choice=Choice(disposition, "核实清楚了"), by=clerk, on=LATER, at=at(LATER))
    with as_web(None):
        told = sees(receipt.code)
    assert (told.visited_on, words in str(told.outcome)) == (LATER, True)


def test_the_public_tells_and_the_web_reads_nothing_back(divisions, as_web):
    with as_web(None):
        receipt = tell(told=said("public", anonymous=True), address="10.0.0.1", **WHEN)
        assert not Lead.objects.exists()
        assert sees(receipt.code).number == receipt.number
    lead = Lead.objects.get()
    assert (lead.reporter_name, lead.is_anonymous, lead.by_id) == (None, True, None)


def test_a_flood_from_one_address_is_stopped_and_another_address_is_not(divisions, as_web):
    with as_web(None):
        for _n in range(leads.MOST_AN_HOUR):
            tell(told=said("public"), address="10.0.0.1", **WHEN)
        with pytest.raises(Refused, match="12345"):
            tell(told=said("public"), address="10.0.0.1", **WHEN)
        tell(told=said("public"), address="10.0.0.2", **WHEN)
        tell(told=said("public"), address="10.0.0.1", on=DAY, at=at() + timedelta(hours=2))


def test_no_network_address_is_kept(divisions):
    tell(told=said("public"), address="10.0.0.1", **WHEN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM monitoring_lead t")
        assert "10.0.0.1" not in cursor.fetchone()[0]


@pytest.mark.planted
def test_planted_the_public_cannot_add_a_lead_tied_to_a_household(clerk, as_web):
    from django.db import ProgrammingError, transaction

    home = a_household(clerk)
    with as_web(None), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Lead.objects.bulk_create(
            [Lead(number="XS-1", division_code=VILLAGE, reporter="public", about="x", text="x", reply_code=b"1",
                  household_id=home.pk, received_on=DAY, received_at=at())],
            ignore_conflicts=True,
        )  # fmt: skip


def test_a_code_that_was_never_given_opens_nothing(divisions):
    assert sees("23456789AB") is None


def test_a_hotline_lead_waits_until_a_clerk_says_whose_it_is(clerk, staff_with, as_web):
    hotline, home = staff_with(Role.HOTLINE), a_household(clerk)
    with as_web(hotline):
        report_lead(told=said("hotline", place="533103"), by=hotline, **WHEN)
        with pytest.raises(Refused, match="不填户编号"):
            report_lead(told=said("hotline", place="533103", household_number=home.number), by=hotline, **WHEN)
    assert Lead.objects.get().state == LeadState.RECEIVED


def test_a_merged_lead_tells_its_reporter_what_came_of_the_other(clerk, coordinator, as_web):
    with as_web(coordinator):
        one, two = (report_lead(told=said(), by=coordinator, **WHEN) for _n in range(2))
    first, second = Lead.objects.get(number=one.number), Lead.objects.get(number=two.number)
    with as_web(clerk):
        merge_lead(lead=second, into=first, by=clerk, **WHEN)
        answer_lead(lead=first, outcome="not_ours", by=clerk, **WHEN)
    assert str(sees(two.code).outcome) == "不属于社会救助的事项"


def test_a_lead_is_claimed_once(clerk, coordinator, as_web):
    report_lead(told=said(), by=coordinator, **WHEN)
    lead, home = Lead.objects.get(), a_household(clerk)
    with as_web(clerk):
        link_lead(lead=lead, household=home, by=clerk, **WHEN)
        with pytest.raises(Refused, match="核实中"):
            answer_lead(lead=lead, outcome="not_ours", by=clerk, **WHEN)


def test_a_coordinator_does_not_answer_leads(coordinator, as_web):
    report_lead(told=said(), by=coordinator, **WHEN)
    with as_web(coordinator), pytest.raises(NotPermitted):
        answer_lead(lead=Lead.objects.get(), outcome="not_ours", by=coordinator, **WHEN)


def test_everything_that_is_missing_is_told_at_once(coordinator):
    with pytest.raises(Refused) as no:
        report_lead(told=said("nobody", about="", text="短", urgency="x"), by=coordinator, **WHEN)
    assert set(no.value.by_field) == {"reporter", "about", "text", "urgency"}


def test_the_ledger_counts_leads_by_who_told_us(clerk, coordinator, staff_with):
    home, county = a_household(clerk), staff_with(Role.COUNTY_CLERK)
    report_lead(told=said(household_number=home.number), by=coordinator, **WHEN)
    task = VisitTask.objects.get()
    dispose(number=task.number, choice=Choice("already_helped", "已在低保"), by=clerk, on=LATER, at=at(LATER))
    line = next(line for line in ledger(county, LATER) if line.key == "lead_coordinator")
    assert (str(line.title), line.raised, line.verified, line.true, line.percent) == ("协理员上报", 1, 1, 1, 100)
