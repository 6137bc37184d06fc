"""The coded end of a task does what it says, through the doors of other rooms; some ends need a visit first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.audit.models import AuditEvent
from doudi.casework import referring
from doudi.casework.models import Application, Determination, PeriodicReview
from doudi.monitoring.actions.disposing import Choice, dispose, reopen
from doudi.monitoring.actions.escalating import late_tasks, note_help, tend
from doudi.monitoring.actions.holding import hold_payment
from doudi.monitoring.models import EarlyWarning, Escalation, Outcome, TaskState, VisitTask
from doudi.registry.actions import Conflict, Refused, move_household
from doudi.registry.models import Person
from tests.access.world import a_case, a_notice
from tests.awards.world import dibao_of, granted
from tests.monitoring.world import DAY, LATER, a_household, a_task, at, member, people_of, visited

pytestmark = pytest.mark.django_db


def ended(clerk, task, disposition: str, **changes) -> VisitTask:
    choice = Choice(disposition, "核实清楚了", **changes)
    return dispose(number=task.number, choice=choice, by=clerk, on=LATER, at=at(LATER))


def test_what_needs_a_visit_is_not_decided_from_a_desk(clerk, as_web):
    task = a_task(a_household(clerk))
    with as_web(clerk):
        for disposition in ("apply_policy", "false", "refused", "cannot_find"):
            with pytest.raises(Refused, match="要先入户"):
                ended(clerk, task, disposition)


def test_apply_policy_opens_the_case_and_verifies_every_warning(clerk, as_web):
    task = a_task(a_household(clerk), "a", "b")
    with as_web(clerk):
        visited(clerk, task, "apply_policy")
        task = ended(clerk, task, "apply_policy")
    assert task.led_to == Application.objects.get().number
    assert {w.outcome for w in EarlyWarning.objects.all()} == {Outcome.TRUE}


def test_a_family_that_is_applying_already_gets_no_second_case(clerk, as_web):
    task = a_task(a_household(clerk))
    with as_web(clerk):
        visited(clerk, task, "apply_policy")
        number = ended(clerk, task, "apply_policy").led_to
        reopen(number=task.number, note="又有情况", by=clerk, on=LATER, at=at(LATER))
        visited(clerk, task, "apply_policy")
    task.refresh_from_db()
    assert (task.led_to, Application.objects.count()) == (number, 1)


def test_a_department_gets_the_entitlement_and_the_sentence_and_no_more(clerk, as_web, monkeypatch):
    sent = []
    monkeypatch.setattr(referring, "_sender", lambda **said: sent.append(said["need"]) or "ZJ-1")
    task = a_task(a_household(clerk))
    with as_web(clerk):
        task = ended(clerk, task, "push_department", entitlement="refer_medical")
    assert (task.led_to, sent[0].entitlement, sent[0].why) == ("ZJ-1", "refer_medical", "核实清楚了")


def test_a_verified_death_is_on_record_before_the_next_payment_is_gated(clerk, as_web):
    home = a_household(clerk, member())
    wife = people_of(home)[1]
    task = a_task(home, "dead_but_paid")
    with as_web(clerk):
        ended(clerk, task, "died", person=wife.pk, death_date=DAY)
    assert Person.objects.get(pk=wife.pk).death_date == DAY


def test_verify_and_end_opens_a_review_and_whoever_decides_may_hold_the_money(clerk, staff_with, as_web):
    home, reviewer = a_household(clerk), staff_with(Role.COUNTY_REVIEWER)
    award = granted(reviewer, dibao_of(home))
    task = a_task(home, "dead_but_paid")
    with as_web(clerk):
        task = ended(clerk, task, "verify_and_end")
        with pytest.raises(NotPermitted):
            hold_payment(task=task, note="等核查", by=clerk, on=LATER, at=at(LATER))
    assert task.led_to == PeriodicReview.objects.get().number
    with as_web(reviewer):
        assert hold_payment(task=task, note="等核查", by=reviewer, on=LATER, at=at(LATER)) == 1
    assert award.suspensions.filter(superseded_at=None).exists()


def test_verify_and_end_without_anything_paid_is_refused(clerk, as_web):
    task = a_task(a_household(clerk))
    with as_web(clerk), pytest.raises(Refused, match="没有在领的待遇"):
        ended(clerk, task, "verify_and_end")


def test_a_task_moved_meanwhile_is_a_conflict(clerk, as_web):
    task = a_task(a_household(clerk))
    with as_web(clerk), pytest.raises(Conflict):
        dispose(
            number=task.number, choice=Choice("already_helped", "已在低保"), by=clerk, on=LATER, at=at(), version=99
        )


def test_a_task_taken_up_again_has_its_warnings_open_again(clerk, as_web):
    task = a_task(a_household(clerk))
    with as_web(clerk):
        ended(clerk, task, "already_helped")
        reopen(number=task.number, note="情况不实", by=clerk, on=LATER, at=at(LATER))
    task.refresh_from_db()
    assert (task.state, task.signals, EarlyWarning.objects.get().state) == (TaskState.OPEN, 1, "raised")


@pytest.mark.parametrize(
    "role", [Role.COORDINATOR, Role.TOWNSHIP_HEAD, Role.RURAL_REVITALISATION, Role.COUNTY_REVIEWER]
)
def test_only_those_who_handle_warnings_end_a_task(clerk, staff_with, as_web, role):
    task, other = a_task(a_household(clerk)), staff_with(role)
    with as_web(other), pytest.raises((NotPermitted, Refused)):
        ended(other, task, "already_helped")


def test_a_clerk_of_another_township_finds_no_such_task(clerk, staff_with, as_web):
    task, other = a_task(a_household(clerk)), staff_with(Role.TOWNSHIP_CLERK, "533103103")
    with as_web(other), pytest.raises(Refused, match="没有编号"):
        ended(other, task, "already_helped")


def test_every_end_is_one_event_about_the_household(clerk, as_web):
    task = a_task(a_household(clerk))
    with as_web(clerk):
        ended(clerk, task, "already_helped")
    event = AuditEvent.objects.get(action="monitoring.dispose")
    assert (event.subject_kind, event.subject_id) == ("household", str(task.household_id))


@pytest.mark.parametrize(("late", "levels"), [(0, []), (1, ["head"]), (3, ["head"]), (4, ["head", "county"])])
def test_a_late_task_is_told_upwards_once_a_level(clerk, late, levels):
    task = a_task(a_household(clerk))
    on = task.due_on
    for _n in range(late):
        on += timedelta(days=3 if on.weekday() == 4 else 1)
    for _again in range(2):
        tend(list(late_tasks(on)), on=on, at=at(on))
    assert list(Escalation.objects.values_list("level", flat=True)) == levels


def test_nothing_false_can_have_led_to_help(clerk):
    task = a_task(a_household(clerk))
    with pytest.raises(IntegrityError, match="task_"), transaction.atomic():
        VisitTask.objects.filter(pk=task.pk).update(
            state="closed", outcome="false", disposition="false", closed_on=DAY, closed_by_id=1, led_to="DB-1"
        )


def test_of_several_signals_those_that_were_wrong_are_counted_as_wrong(clerk, as_web):
    task = a_task(a_household(clerk), "a", "b")
    with as_web(clerk):
        task = ended(clerk, task, "already_helped", untrue=frozenset({"b"}))
    told = dict(EarlyWarning.objects.values_list("indicator", "outcome"))
    assert (told, task.outcome) == ({"a": "true", "b": "false"}, "true")


def test_a_death_proves_the_signal_of_death_and_leaves_others_open(clerk, as_web):
    home = a_household(clerk, member())
    task = a_task(home, "dead_but_paid", "a")
    with as_web(clerk):
        ended(clerk, task, "died", person=people_of(home)[1].pk, death_date=DAY)
    assert dict(EarlyWarning.objects.values_list("indicator", "outcome")) == {"dead_but_paid": "true", "a": "unknown"}


def test_help_is_dated_by_the_decision_that_granted_it(clerk):
    home = a_household(clerk)
    task = a_task(home)
    case = a_case(home, people_of(home)[0])
    VisitTask.objects.filter(pk=task.pk).update(
        state="closed", outcome="true", disposition="apply_policy", closed_on=LATER, closed_by_id=1, led_to=case.number
    )
    kept = a_notice(case).opinion.snapshot
    Determination.objects.create(
        number="JD-1", application=case, division_code=case.division_code, programme=case.programme, snapshot=kept,
        conclusion="grant", decider="county", on=date(2026, 12, 5), at=at(), by_id=1, rules_on=DAY, answer="{}",
        rulebook_version="测试", known_at=at(), answer_digest="0", findings="{}", parameters=[], evidence=[],
    )  # fmt: skip
    assert note_help() == 1
    task.refresh_from_db()
    assert task.helped_on == date(2026, 12, 5)


def test_a_household_that_moves_takes_its_task_along_and_somebody_else_goes(clerk, staff_with, as_web):
    staff_with(Role.COORDINATOR)
    home = a_household(clerk)
    task = a_task(home)
    with as_web(clerk):
        move_household(household=home, to_code="533103102202", reason="搬家", by=clerk, on=DAY, at=at())
    task.refresh_from_db()
    assert (task.division_code, task.state, task.coordinator_id) == ("533103102202", TaskState.OPEN, None)
