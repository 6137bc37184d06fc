"""Findings become one task a household, whatever their order; nothing comes twice; what is gone lapses."""

from __future__ import annotations

import itertools
import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doudi.accounts.roles import Role
from doudi.jobs import actions as jobs
from doudi.jobs import runner
from doudi.jobs.models import Job, State
from doudi.monitoring import rounds
from doudi.monitoring.actions.disposing import Choice, dispose
from doudi.monitoring.models import ChangedHousehold, EarlyWarning, TaskState, VisitTask, WarningState
from doudi.monitoring.sources import same_of
from tests.conftest import OTHER_VILLAGE, VILLAGE
from tests.monitoring.world import DAY, LATER, a_household, a_task, at, finding, raised, visited

pytestmark = pytest.mark.django_db
EVERYTHING = Q(pk__gt=0)


def test_several_findings_of_one_household_are_one_task_with_the_strictest_deadline(clerk):
    home = a_household(clerk)
    told = raised(finding(home, "a", deadline_days=5), finding(home, "b", deadline_days=2), finding(home, "c"))
    task = VisitTask.objects.get()
    assert (told.warnings, told.tasks, task.signals, task.due_on) == (3, 1, 3, date(2026, 11, 25))


def test_a_later_finding_joins_the_open_task_and_changes_its_version(clerk):
    home = a_household(clerk)
    before = a_task(home).version
    raised(finding(home, "other", deadline_days=1), on=LATER)
    task = VisitTask.objects.get()
    assert (task.signals, task.due_on, task.version > before) == (2, date(2026, 11, 25), True)


def test_the_same_finding_again_is_seen_again_and_raised_once(clerk):
    home = a_household(clerk)
    raised(finding(home))
    assert raised(finding(home), on=LATER).warnings == 0
    assert EarlyWarning.objects.get().last_seen_on == LATER


def test_a_finding_that_is_gone_lapses_and_its_task_is_withdrawn(clerk):
    a_task(a_household(clerk))
    told = raised(looked=EVERYTHING, on=LATER)
    assert (told.lapsed, told.withdrawn) == (1, 1)
    assert VisitTask.objects.get().state == TaskState.WITHDRAWN
    assert EarlyWarning.objects.get().state == WarningState.LAPSED


def test_a_task_stays_while_one_of_its_findings_holds(clerk):
    home = a_household(clerk)
    a_task(home, "a", "b")
    raised(finding(home, "a"), looked=EVERYTHING, on=LATER)
    task = VisitTask.objects.get()
    assert (task.state in ("open", "assigned"), task.signals) == (True, 1)


def closed(clerk, task, disposition: str = "false") -> None:
    visited(clerk, task, disposition)
    dispose(number=task.number, choice=Choice(disposition, "已经核实"), by=clerk, on=LATER, at=at(LATER))


def test_what_was_not_true_stays_quiet_until_the_evidence_changes(clerk):
    home = a_household(clerk)
    closed(clerk, a_task(home))
    far = LATER + timedelta(days=400)
    assert raised(finding(home), on=far).warnings == 0
    assert raised(finding(home, value=2), on=far).warnings == 1


def test_what_was_true_is_quiet_for_a_while_and_then_asked_again(clerk):
    home = a_household(clerk)
    closed(clerk, a_task(home), "refused")
    assert raised(finding(home), on=LATER + timedelta(days=89)).warnings == 0
    assert raised(finding(home), on=LATER + timedelta(days=90)).warnings == 1


def test_days_going_by_do_not_make_it_another_finding():
    one = {"facts": {"days_since_death": {"value": 3}, "died_on": {"value": "2026-11-01", "source": "police"}}}
    two = {"facts": {"days_since_death": {"value": 4}, "died_on": {"value": "2026-11-01", "source": "cremation"}}}
    other = {"facts": {"days_since_death": {"value": 4}, "died_on": {"value": "2026-11-02"}}}
    assert same_of(one) == same_of(two) != same_of(other)


def test_watched_only_makes_no_work_until_it_is_active_again(clerk):
    home = a_household(clerk)
    raised(finding(home, watch_only=True))
    assert not VisitTask.objects.exists()
    raised(finding(home), on=LATER)
    assert (EarlyWarning.objects.get().state, VisitTask.objects.get().signals) == (WarningState.RAISED, 1)


def test_work_goes_to_the_coordinator_of_the_village_with_the_least_to_do(clerk, staff_with):
    one = staff_with(Role.COORDINATOR, username="one")
    two = staff_with(Role.COORDINATOR, username="two")
    staff_with(Role.COORDINATOR, OTHER_VILLAGE)
    for _n in range(4):
        a_task(a_household(clerk))
    sent = list(VisitTask.objects.values_list("coordinator_id", flat=True))
    assert sorted(sent) == sorted([one.pk, one.pk, two.pk, two.pk])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.permutations([(0, "a", 5), (0, "b", 3), (0, "c", 8), (1, "a", 2), (1, "d", 9)]),
    cuts=st.sets(st.integers(1, 4)),
)
def test_any_order_and_any_cut_of_the_same_findings_gives_the_same_tasks(clerk, data, cuts):
    with transaction.atomic():
        homes = [a_household(clerk), a_household(clerk)]
        edges = [0, *sorted(cuts), len(data)]
        for start, end in itertools.pairwise(edges):
            raised(*(finding(homes[n], key, deadline_days=days) for n, key, days in data[start:end]))
        told = {(t.household_id, t.due_on, t.signals) for t in VisitTask.objects.all()}
        assert told == {(homes[0].pk, date(2026, 11, 26), 3), (homes[1].pk, date(2026, 11, 25), 2)}
        transaction.set_rollback(True)


@pytest.mark.planted
def test_planted_a_second_open_task_is_refused_by_the_database(clerk):
    task = a_task(a_household(clerk))
    with pytest.raises(IntegrityError, match="task_one_open_a_household"), transaction.atomic():
        VisitTask.objects.create(
            number="RW-X", household=task.household, division_code=VILLAGE, opened_on=DAY, opened_at=at()
        )


@pytest.mark.planted
def test_planted_a_second_open_warning_is_refused_by_the_database(clerk):
    a_task(a_household(clerk))
    warning = EarlyWarning.objects.get()
    warning.pk = None
    with pytest.raises(IntegrityError, match="warning_one_open_an_indicator"), transaction.atomic():
        warning.save(force_insert=True)


class Killed(BaseException):
    """The worker dies."""


def test_a_round_killed_at_any_chunk_goes_on_and_raises_everything_once(divisions, staff_with, monkeypatch):
    clerk, far = staff_with(Role.TOWNSHIP_CLERK), staff_with(Role.TOWNSHIP_CLERK, "533103103")
    homes = [a_household(clerk), a_household(far, place="533103103201")]
    monkeypatch.setattr(rounds, "findings_of_place", lambda place, on, using: [
        finding(h) for h in homes if h.division_code.startswith(place)
    ])  # fmt: skip
    raise_once, alive = rounds.raise_findings, {"chunks": 0}

    def dying(*args, **kwargs):
        told = raise_once(*args, **kwargs)
        alive["chunks"] += 1
        if alive["chunks"] == 2:
            raise Killed
        return told

    monkeypatch.setattr(rounds, "raise_findings", dying)
    job = jobs.start(rounds.WatchAll.kind, by_id=None, at=at())
    with pytest.raises(Killed):
        runner.run(job.pk, clock=at)
    assert VisitTask.objects.count() == 1
    runner.run(job.pk, clock=at)
    assert Job.objects.get(pk=job.pk).state == State.DONE
    assert (VisitTask.objects.count(), EarlyWarning.objects.count()) == (2, 2)


def test_changed_households_are_looked_at_once_and_then_forgotten(clerk, monkeypatch):
    home = a_household(clerk)
    monkeypatch.setattr(rounds, "findings_of_households", lambda ids, on, using: [finding(home)])
    rounds.arrived(7, [home.pk, home.pk], DAY, at())
    job = Job(kind=rounds.WatchChanged.kind, cursor={}, done=0)
    monkeypatch.setattr(Job, "using", property(lambda self: "default"))
    while rounds.WatchChanged().step(job, at()):
        pass
    assert (job.result["tasks"], ChangedHousehold.objects.count()) == (1, 0)
    assert VisitTask.objects.get().questions is not None


def test_a_batch_is_not_taken_back_once_somebody_verified_what_it_led_to(clerk, staff_with, monkeypatch):
    coordinator, home = staff_with(Role.COORDINATOR), a_household(clerk)
    monkeypatch.setattr(rounds, "landed_at", lambda batch_id, using: at() - timedelta(minutes=1))
    task = a_task(home)
    assert rounds.objection(7, [home.pk]) == ""
    visited(coordinator, task)
    dispose(number=task.number, choice=Choice("false", "核实清楚了"), by=clerk, on=LATER, at=at(LATER))
    assert "已有 1 户核实处置" in rounds.objection(7, [home.pk])
    monkeypatch.setattr(rounds, "landed_at", lambda batch_id, using: at(LATER))
    assert rounds.objection(7, [home.pk]) == ""
    monkeypatch.setattr(rounds, "landed_at", lambda batch_id, using: None)
    assert rounds.objection(7, [home.pk]) == ""


def test_the_real_indicators_run_over_a_place(clerk):
    a_household(clerk)
    from doudi.monitoring.sources import findings_of_place

    assert all(json.loads(one.evidence)["facts"] is not None for one in findings_of_place(VILLAGE[:9], DAY))
