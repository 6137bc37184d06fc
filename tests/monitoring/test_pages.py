"""Every page opens for whoever may, says what it should, and does what its form says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from doudi.accounts.roles import Role
from doudi.monitoring.models import IndicatorState, Lead, TaskState, ThresholdChange, VisitReport, VisitTask
from tests.monitoring.world import a_household, a_task, finding, raised

pytestmark = pytest.mark.django_db


def url(name: str, **kwargs: object) -> str:
    return reverse(f"monitoring:{name}", kwargs=kwargs)


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def task(clerk, today) -> VisitTask:
    return a_task(a_household(clerk, on=today), on=today)


@pytest.fixture
def page(signed_in, clerk, as_web):
    """Get or post as the township clerk behind the wall; the text comes back."""
    client = signed_in(clerk)

    def ask(address: str, data: dict | None = None):
        with as_web(clerk):
            return client.post(address, data) if data is not None else client.get(address)

    return ask


def test_the_board_lists_households_by_deadline_with_its_five_figures(page, task):
    text = page(url("board")).content.decode()
    for word in (task.household.head.name, "医疗自付 1 元", "待核实", "核实属实率", "各乡镇待核实", "哪些信号准"):
        assert word in text


@pytest.mark.parametrize("view", ["open", "late", "multi", "verified", "new", "true", "helped"])
def test_every_figure_opens_its_list(page, task, view):
    assert (
        page(url("board") + f"?view={view}&standing=none&place=533103102201&indicator=medical_cost").status_code == 200
    )


def test_the_board_is_empty_in_words(page):
    assert "里没有家庭" in page(url("board")).content.decode()


def test_several_are_sent_at_once_and_what_could_not_be_is_told(page, task, staff_with):
    coordinator = staff_with(Role.COORDINATOR)
    answer = page(url("send"), {"number": [task.number], "back": "https://elsewhere.example/"})
    task.refresh_from_db()
    assert (answer["Location"], task.coordinator_id) == (url("board"), coordinator.pk)


def test_a_task_shows_what_was_found_and_goes_through_visit_and_end(page, task):
    assert "医疗自付 1 元" in page(url("task", number=task.number)).content.decode()
    form = page(url("task_visit", number=task.number))
    said = {
        "version": form.context["version"], "client_id": form.context["client_id"], "visited_on": timezone.localdate(),
        "hour": 0, "disposition": "false", "note": "看过了，不属实",
    }  # fmt: skip
    assert page(url("task_visit", number=task.number), said).status_code == 302
    task.refresh_from_db()
    assert (task.state, VisitReport.objects.count()) == (TaskState.VISITED, 1)
    end = {"version": task.version, "disposition": "false", "note": "不属实，结束"}
    assert page(url("task_dispose", number=task.number), end).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.outcome) == (TaskState.CLOSED, "false")
    assert page(url("task_reopen", number=task.number), {"note": "又来反映"}).status_code == 302


def test_an_old_version_is_answered_with_what_changed(page, task):
    said = {
        "version": 1,
        "client_id": "",
        "visited_on": timezone.localdate(),
        "hour": 0,
        "disposition": "false",
        "note": "看过",
    }
    assert page(url("task_visit", number=task.number), said).status_code == 409


def test_what_is_missing_stands_beside_its_field(page, task):
    answer = page(
        url("task_dispose", number=task.number), {"version": task.version, "disposition": "died", "note": "x"}
    )
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"note", "person", "death_date"}


def test_a_lead_is_taken_down_found_and_claimed(page, clerk, today):
    home = a_household(clerk, on=today)
    said = {
        "reporter": "hotline",
        "place": home.division_code,
        "about": "岳家",
        "text": "来电说房屋漏雨、断收",
        "urgency": "soon",
    }
    assert "查询码" in page(url("lead_new"), said).content.decode()
    lead = Lead.objects.get()
    assert "岳家" in page(url("leads")).content.decode()
    assert page(url("lead", number=lead.number), {"do": "link", "number": "MS-XX-1"}).status_code == 422
    assert page(url("lead", number=lead.number), {"do": "link", "number": home.number}).status_code == 302
    assert VisitTask.objects.get().household == home
    assert "热线求助" in page(url("board")).content.decode()


def test_anybody_tells_and_learns_what_came_of_it_without_a_name(client, clerk, as_web):
    home = a_household(clerk)
    said = {
        "place": "533103102",
        "about": "岳勒旺家",
        "text": "老人一个人，没人照顾",
        "urgency": "ordinary",
        "website": "",
    }
    with as_web(None):
        assert client.get(url("tell")).status_code == 200
        answer = client.post(url("tell"), said)
    code = answer.context["receipt"].code
    with as_web(None):
        told = client.post(url("told"), {"code": code.lower()}).content.decode()
        wrong = client.post(url("told"), {"code": "AAAAAAAAAA"})
    assert "已收到" in told
    assert home.head.name not in told
    assert wrong.status_code == 422


def test_a_programme_that_fills_in_the_trap_is_told_so(client, divisions, as_web):
    said = {"place": "533103102", "about": "谁", "text": "很长很长的一段话", "urgency": "ordinary", "website": "x"}
    with as_web(None):
        assert client.post(url("tell"), said).status_code == 422
    assert not Lead.objects.exists()


def test_the_ledger_and_every_indicator_open(page, clerk, today):
    raised(finding(a_household(clerk, on=today), "dead_but_paid", group="stop"), on=today)
    assert "属实率" in page(url("ledger")).content.decode()
    assert "死亡后仍在领" in page(url("indicator", key="dead_but_paid")).content.decode()
    assert page(url("indicator", key="lead_public")).status_code == 200
    assert page(url("indicator", key="nothing")).status_code == 404


def test_thresholds_are_tried_proposed_by_one_and_approved_by_another(signed_in, staff_with, today, as_web):
    county, reviewer = staff_with(Role.COUNTY_CLERK), staff_with(Role.COUNTY_REVIEWER)
    client, key = signed_in(county), "heavy_medical_cost"
    from doudi.monitoring.indicators import INDICATORS

    key = next(k for k, each in INDICATORS.items() if each.thresholds)
    said = dict.fromkeys(INDICATORS[key].thresholds, 5)
    said |= {"place": "533103", "starts_on": today + timedelta(days=3), "because": "属实率太低"}
    with as_web(county):
        assert client.get(url("indicator", key=key)).status_code == 200
        tried = client.post(url("indicator_draft", key=key), said | {"do": "try"})
        assert client.post(url("indicator_draft", key=key), said | {"do": "draft"}).status_code == 302, tried.context[
            "draft_form"
        ].errors
    change = ThresholdChange.objects.get()
    client = signed_in(reviewer)
    with as_web(reviewer):
        assert client.post(url("indicator_decide", pk=change.pk), {"approve": "yes", "answer": ""}).status_code == 302
        stand = {"standing": "watch_only", "because": "属实率低于一成"}
        assert client.post(url("indicator_stand", key=key), stand).status_code == 302
    change.refresh_from_db()
    assert (change.state, IndicatorState.objects.get().standing) == ("decided", "watch_only")


def test_the_list_is_exported_with_a_reason(page, task):
    assert page(url("export"), {"note": "x"}).status_code == 422
    assert page(url("export"), {"note": "周例会用"}).status_code == 302


def test_the_household_and_the_workbench_show_the_task(page, task, today):
    VisitTask.objects.update(due_on=today)
    assert "监测预警" in page(reverse("registry:household", kwargs={"number": task.household.number})).content.decode()
    assert task.household.head.name in page(reverse("console:workbench")).content.decode()
