"""The door from field: one report a client id, nothing over what changed meanwhile, facts as statements of a visit."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doudi.accounts.roles import Role
from doudi.casework.actions.disclosures import disclose
from doudi.casework.models import Application, Origin
from doudi.monitoring.actions.disposing import Choice, dispose
from doudi.monitoring.actions.visits import Answer, TaskConflict, report_visit
from doudi.monitoring.models import TaskState, VisitReport
from doudi.monitoring.queries.field import pack_of, packs
from doudi.registry.actions import Refused, state_amount
from doudi.registry.models import Statement
from tests.conftest import OTHER_VILLAGE
from tests.monitoring.world import DAY, LATER, a_household, a_task, at, people_of, visited

pytestmark = pytest.mark.django_db


def reported(by, task, version, client_id=None):
    """A report with a version of the test's own choice."""
    said = {"answers": {}, "disposition": "false", "note": "看过", "visited_at": at(LATER), "place": ""}
    return report_visit(
        task.number, version, by=by, on=LATER, at=at(LATER), client_id=client_id or uuid.uuid4(), **said
    )


@pytest.fixture
def coordinator(staff_with):
    return staff_with(Role.COORDINATOR)


def wage(home, clerk, amount: int = 1_440_000, source: str = "declared", on=DAY):
    head = people_of(home)[0]
    return state_amount(
        kind="wage_income", amount=amount, source=source, as_of=on, person=head, by=clerk, on=on, at=at(on)
    )


def test_a_coordinator_takes_along_the_tasks_sent_to_them(clerk, coordinator, as_web):
    home = a_household(clerk)
    wage(home, clerk)
    task = a_task(home)
    with as_web(coordinator):
        (pack,) = packs(coordinator, LATER)
    assert (pack.number, pack.head_name, pack.reasons) == (task.number, home.head.name, ["医疗自付 1 元"])
    assert [(f.label, f.shown) for f in pack.facts] == [("工资性收入", "14,400.00 元")]


def test_a_coordinator_of_another_village_takes_nothing_along(clerk, coordinator, staff_with, as_web):
    a_task(a_household(clerk))
    elsewhere = staff_with(Role.COORDINATOR, OTHER_VILLAGE)
    with as_web(elsewhere):
        assert packs(elsewhere, LATER) == []


def test_the_same_report_twice_is_one_report(clerk, coordinator, as_web):
    task, client_id = a_task(a_household(clerk)), uuid.uuid4()
    with as_web(coordinator):
        first = visited(coordinator, task, client_id=client_id)
        again = reported(coordinator, task, version=0, client_id=client_id)
    assert again == first
    assert VisitReport.objects.count() == 1


def test_a_fact_changed_since_is_a_conflict_that_carries_both_sides(clerk, coordinator, as_web):
    home = a_household(clerk)
    wage(home, clerk)
    task = a_task(home)
    (pack,) = packs(coordinator, LATER)
    wage(home, clerk, 2_000_000, "tax")
    with as_web(coordinator), pytest.raises(TaskConflict) as told:
        visited(coordinator, task, version=pack.version)
    assert told.value.base == pack.version
    assert [f.value for f in told.value.theirs.facts] == [2_000_000]
    assert not VisitReport.objects.exists()


def test_answers_of_a_coordinator_become_statements_when_the_clerk_settles(clerk, coordinator, as_web):
    home = a_household(clerk)
    wage(home, clerk)
    task, head = a_task(home), people_of(home)[0]
    key = f"person:{head.pk}.wage_income_fen"
    with as_web(coordinator):
        visited(coordinator, task, answers={key: Answer(correct=False, value=600_000)})
    assert not Statement.objects.filter(source="visit").exists()
    with as_web(clerk):
        dispose(number=task.number, choice=Choice("false", "收入确实不高"), by=clerk, on=LATER, at=at(LATER))
    assert [s.amount for s in Statement.objects.filter(source="visit")] == [600_000]


def test_a_clerk_who_visits_enters_at_once_and_confirming_states_it_again(clerk, as_web):
    home = a_household(clerk)
    wage(home, clerk)
    task, head = a_task(home), people_of(home)[0]
    with as_web(clerk):
        visited(clerk, task, answers={f"person:{head.pk}.wage_income_fen": Answer(correct=True)})
    assert Statement.objects.get(source="visit").amount == 1_440_000


def test_a_visit_that_says_apply_opens_the_case_on_the_spot(clerk, coordinator, as_web):
    task = a_task(a_household(clerk))
    with as_web(coordinator):
        visited(coordinator, task, "apply_policy", note="丈夫住院，没有收入")
    task.refresh_from_db()
    case = Application.objects.get()
    assert (task.state, task.led_to, case.origin) == (TaskState.VISITED, case.number, Origin.FOUND)


def test_a_wrong_clock_an_unknown_fact_and_no_disposition_are_told_at_once(clerk, coordinator, as_web):
    task = a_task(a_household(clerk))
    with as_web(coordinator), pytest.raises(Refused) as no:
        visited(
            coordinator,
            task,
            "nothing",
            visited_at=at(LATER) + timedelta(days=2),
            answers={"person:0.wage_income_fen": Answer(None, 1), "household.on_dibao": Answer(None, True)},
        )
    assert set(no.value.by_field) == {"disposition", "visited_at", "person:0.wage_income_fen", "household.on_dibao"}


def test_a_closed_task_takes_no_more_visits(clerk, coordinator, as_web):
    task = a_task(a_household(clerk))
    (pack,) = packs(coordinator, LATER)
    dispose(number=task.number, choice=Choice("already_helped", "已在低保"), by=clerk, on=LATER, at=at(LATER))
    with as_web(coordinator), pytest.raises(TaskConflict) as told:
        reported(coordinator, task, pack.version)
    assert told.value.state == TaskState.CLOSED


def test_nobody_is_sent_to_or_reports_about_their_own_family(clerk, coordinator, as_web):
    home = a_household(clerk)
    with as_web(coordinator):
        own = str(people_of(home)[0].resident_id)
        disclose(relation="parent", name="岳勒旺", number=own, by=coordinator, on=DAY, at=at())
    task = a_task(home)
    assert (task.state, task.coordinator_id) == (TaskState.OPEN, None)
    with as_web(coordinator), pytest.raises(Refused, match="近亲属"):
        reported(coordinator, task, pack_of(task, LATER).version)


def test_many_households_cost_as_many_questions_to_the_database_as_one(clerk, coordinator, as_web):
    def asked() -> int:
        with as_web(coordinator), CaptureQueriesContext(connection) as told:
            packs(coordinator, LATER)
        return len(told)

    a_task(a_household(clerk))
    one = asked()
    for _n in range(3):
        a_task(a_household(clerk))
    assert asked() <= one
    assert len(packs(coordinator, LATER)) == 4
