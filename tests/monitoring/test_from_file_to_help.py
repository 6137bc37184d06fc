"""The whole walk with the real indicators: a bill becomes a visit and a case; a death is known before money goes."""

from __future__ import annotations

import pytest

from doudi.accounts.roles import Role
from doudi.casework.models import Application, PeriodicReview
from doudi.jobs import actions as jobs
from doudi.jobs import runner
from doudi.monitoring import rounds
from doudi.monitoring.actions.disposing import Choice, dispose
from doudi.monitoring.models import EarlyWarning, VisitTask, WarningState
from doudi.registry.actions import record_certificate, state_amount
from doudi.registry.models import Person
from tests.awards.world import dibao_of, granted
from tests.monitoring.world import DAY, LATER, a_household, at, member, people_of, visited

pytestmark = pytest.mark.django_db


def look_again(*homes) -> None:
    """A batch has landed that changed these households; the round runs."""
    rounds.arrived(1, [home.pk for home in homes], DAY, at())
    job = jobs.start(rounds.WatchChanged.kind, by_id=None, at=at())
    runner.run(job.pk, clock=at)


def test_a_hospital_bill_becomes_a_visit_becomes_a_case(clerk, staff_with, as_web):
    coordinator, home = staff_with(Role.COORDINATOR), a_household(clerk)
    look_again(home)
    assert not VisitTask.objects.exists()
    state_amount(
        kind="medical_self_paid", amount=3_240_650, source="medical", as_of=DAY, person=people_of(home)[0], by=clerk,
        on=DAY, at=at(),
    )  # fmt: skip
    look_again(home)
    task = VisitTask.objects.get()
    assert "32,406.50" in "".join(str(w.sentence) for w in EarlyWarning.objects.filter(task=task))
    assert task.questions
    with as_web(coordinator):
        visited(coordinator, task, "apply_policy", note="住院欠费，没有收入")
    with as_web(clerk):
        task = dispose(number=task.number, choice=Choice("apply_policy", "情况属实"), by=clerk, on=LATER, at=at(LATER))
    assert (task.led_to, task.outcome) == (Application.objects.get().number, "true")


def test_a_death_told_by_a_department_is_verified_and_on_record_before_the_next_payment(clerk, staff_with, as_web):
    home, reviewer = a_household(clerk, member()), staff_with(Role.COUNTY_REVIEWER)
    granted(reviewer, dibao_of(home))
    wife = people_of(home)[1]
    record_certificate(
        person=wife, kind="death_reported", code="yes", source="police", starts_on=DAY, by=clerk, on=DAY, at=at()
    )
    look_again(home)
    warning = EarlyWarning.objects.get(indicator="dead_but_paid")
    choice = Choice("died", "火化证明已核对", person=wife.pk, death_date=DAY)
    with as_web(clerk):
        task = dispose(number=warning.task.number, choice=choice, by=clerk, on=LATER, at=at(LATER))
    warning.refresh_from_db()
    assert (warning.state, warning.outcome) == (WarningState.VERIFIED, "true")
    assert Person.objects.get(pk=wife.pk).death_date == DAY
    assert task.led_to == PeriodicReview.objects.get().number


def test_looking_twice_at_the_same_facts_makes_nothing_new(clerk):
    home = a_household(clerk)
    state_amount(
        kind="medical_self_paid", amount=3_240_650, source="medical", as_of=DAY, person=people_of(home)[0], by=clerk,
        on=DAY, at=at(),
    )  # fmt: skip
    look_again(home)
    before = list(EarlyWarning.objects.values_list("pk", "state", "evidence_digest"))
    look_again(home)
    assert list(EarlyWarning.objects.values_list("pk", "state", "evidence_digest")) == before
