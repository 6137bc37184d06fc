"""Stopped at random statements while building, at the gate and while locking: nothing is lost, nothing is twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from doudi.jobs.models import Job
from doudi.jobs.runner import run as run_job
from doudi.payments.actions import runs
from doudi.payments.actions.runs import locking
from doudi.payments.kinds import LineState, RunKind, RunState
from doudi.payments.models import Entry, LinePerson, PaymentLine, PaymentRun
from doudi.payments.queries.checking import check

from .many_awards import COUNTY, FIRST, NOW, Hands, awards_of

AWARDS, KILLS = 300, 8
# 300 awards: a line each, and a line of care for every tenth; what the statement of `many_awards` amounts to.
LINES = AWARDS + AWARDS // 10
FEN = sum(40_000 + n % 40 * 1_000 + (5_600 if n % 5 == 4 else 0) for n in range(AWARDS))


class Killed(BaseException):
    """The process is gone: nobody catches this."""


def killing(after: int) -> Callable[..., Any]:
    """Let so many statements pass, then kill; savepoints stand for the transactions that PostgreSQL rolls back."""
    passed = iter(range(after))

    def wrapper(execute: Callable[..., Any], statement: str, *args: Any) -> Any:
        if "SAVEPOINT" not in statement and next(passed, None) == after - 1:
            raise Killed
        return execute(statement, *args)

    return wrapper


def survive(run: PaymentRun, draw: random.Random, kills: int) -> int:
    """Kill the job of a run at random statements, then let it end; returns how often it was killed."""
    killed = 0
    for _kill in range(kills):
        try:
            with connection.execute_wrapper(killing(draw.randint(1, 60))):
                run_job(run.job_id or 0, clock=lambda: NOW)
        except Killed:
            killed += 1
    runs.finish_jobs(run, NOW)
    return killed


def through(people: Hands, draw: random.Random, kills: int) -> PaymentRun:
    run = runs.start_run(county=COUNTY, kind=RunKind.MONTHLY, month=FIRST, by=people.maker, on=NOW.date(), at=NOW)
    killed = survive(run, draw, kills)
    run.refresh_from_db()
    run = runs.submit(run=run, by=people.maker, at=NOW)
    run = runs.check(run=run, by=people.checker, at=NOW)
    run = runs.approve(run=run, by=people.finance, on=NOW.date(), at=NOW)
    killed += survive(run, draw, kills)
    assert (killed > kills) == (kills > 0)
    return PaymentRun.objects.get()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killed_at_random_statements_a_run_is_as_if_undisturbed(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "LINES_A_CHUNK", 40)
    run = through(awards_of(AWARDS), random.Random(seed), KILLS)
    assert (run.state, run.lines_count, run.total_fen) == (RunState.LOCKED, LINES, FEN)
    assert PaymentLine.objects.filter(state=LineState.LOCKED).count() == PaymentLine.objects.count() == LINES
    assert LinePerson.objects.count() == AWARDS * 2 - AWARDS // 10
    assert Entry.objects.filter(kind="commit").count() == 2
    assert not check()


@pytest.mark.django_db
@pytest.mark.planted
def test_a_lock_that_forgot_its_plan_would_take_the_budget_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    people = awards_of(20)
    run = runs.start_run(county=COUNTY, kind=RunKind.MONTHLY, month=FIRST, by=people.maker, on=NOW.date(), at=NOW)
    run = runs.submit(run=runs.finish_jobs(run, NOW), by=people.maker, at=NOW)
    run = runs.check(run=run, by=people.checker, at=NOW)
    run = runs.approve(run=run, by=people.finance, on=NOW.date(), at=NOW)
    monkeypatch.setattr(locking, "_stretches", lambda *_said: [])  # nothing to go on from
    runs.finish_jobs(run, NOW)
    assert Job.objects.get(pk=run.job_id).state == "failed"
    assert PaymentRun.objects.get().state == RunState.LOCKING
    assert not Entry.objects.filter(about="run", step="commit-3").exists()
