"""One job in this process: chunks, checkpoints, identity, failures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from doudi.jobs import actions, queries, queue, runner
from doudi.jobs.models import Job, State
from tests.conftest import NOON
from tests.jobs import handlers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def effects(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute(handlers.EFFECTS)
        cursor.execute("GRANT ALL ON jobs_test_effect TO doudi_web")


def not_given(execute: Any, sql: str, *said: Any) -> Any:
    """The doorbell's lock is held by somebody else."""
    if "procrastinate" in sql:
        raise OperationalError("canceling statement due to lock timeout") from LockNotAvailable()
    return execute(sql, *said)


def test_a_doorbell_that_is_busy_passes_and_is_no_fault_of_the_job() -> None:
    with pytest.raises(runner.PASSING), connection.execute_wrapper(not_given):
        queue.ring(1)


def numbers_of(job: Job) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM jobs_test_effect WHERE job_id = %s ORDER BY n", [job.pk])
        return [row[0] for row in cursor.fetchall()]


def started(kind: str, by=None, **params) -> Job:
    params = {"n": 25, **params}
    return actions.start(kind, by_id=by.pk if by else None, at=NOON, params=params)


def run(job: Job, at=NOON, **options) -> Job:
    runner.run(job.pk, clock=lambda: at, **options)
    job.refresh_from_db()
    return job


def test_a_job_runs_to_its_end_and_says_so(clerk) -> None:
    job = run(started("test.numbers", clerk))
    assert (job.state, job.done, job.total, job.result) == (State.DONE, 25, 25, {"sum": 300})
    assert numbers_of(job) == list(range(25))


def test_a_step_runs_as_the_web_role_for_the_person_who_started_it(clerk) -> None:
    job = run(started("test.who", clerk))
    assert job.result == {"role": "doudi_web", "staff": str(clerk.pk)}


def test_a_system_job_runs_as_the_owner_whoever_pressed_the_button(clerk) -> None:
    job = run(started("test.who-system", clerk))
    assert job.result["role"] != "doudi_web"


def test_after_a_job_the_connection_is_what_it_was(clerk) -> None:
    run(started("test.who", clerk))
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = session_user, current_setting('doudi.staff', true)")
        assert cursor.fetchone() in [(True, ""), (True, None)]


def test_a_system_job_runs_without_a_person() -> None:
    assert run(started("test.system")).state == State.DONE


@pytest.fixture
def another_worker():
    """A second connection, as another worker has one."""
    other = connection.copy()
    yield other
    other.close()


def test_a_job_that_another_worker_holds_is_left_alone_and_not_called_orphaned(clerk, another_worker) -> None:
    job = started("test.numbers", clerk)
    with another_worker.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [queue.LOCK_CLASS, job.pk])
    assert job.pk not in queries.left_over(NOON)
    assert run(job).state == State.WAITING


def test_the_job_of_a_worker_whose_connection_died_can_be_taken_up(clerk, another_worker) -> None:
    job = started("test.numbers", clerk)
    with another_worker.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [queue.LOCK_CLASS, job.pk])
    another_worker.close()
    with connection.cursor() as cursor:  # waits until the server has noticed, which takes milliseconds
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [queue.LOCK_CLASS, job.pk])
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [queue.LOCK_CLASS, job.pk])
    assert run(job).state == State.DONE


def test_stopping_between_chunks_leaves_the_job_to_be_continued(clerk) -> None:
    answers = iter([False, False, True])
    job = run(started("test.numbers", clerk), stopping=lambda: next(answers))
    assert (job.state, job.done) == (State.RUNNING, 10)
    assert run(job).state == State.DONE
    assert numbers_of(job) == list(range(25))


def test_a_cancelled_job_does_no_further_chunk(clerk) -> None:
    answers = iter([False, False, True])
    job = run(started("test.numbers", clerk), stopping=lambda: next(answers))
    assert actions.cancel(job_id=job.pk, at=NOON)
    assert run(job).state == State.CANCELLED
    assert numbers_of(job) == list(range(10))


def test_cancelling_in_the_middle_of_a_chunk_rolls_that_chunk_back(clerk, monkeypatch) -> None:
    job = started("test.numbers", clerk)
    done = handlers.Numbers.step

    def cancelled_meanwhile(self, current, at):
        more = done(self, current, at)
        if current.done > 10:
            Job.objects.filter(pk=current.pk).update(version=99)
        return more

    monkeypatch.setattr(handlers.Numbers, "step", cancelled_meanwhile)
    assert run(job).done == 10
    assert numbers_of(job) == list(range(10))


def test_a_job_that_is_over_cannot_be_cancelled(clerk) -> None:
    job = run(started("test.numbers", clerk))
    assert not actions.cancel(job_id=job.pk, at=NOON)


def test_a_refusal_is_told_to_the_person_and_its_chunk_rolled_back(clerk) -> None:
    job = run(started("test.refused", clerk))
    assert (job.state, job.done) == (State.FAILED, 10)
    assert job.message == "第 11 行的村名不存在，请更正后重新导入"
    assert numbers_of(job) == list(range(10))


def test_a_mistake_in_the_code_is_logged_but_not_shown(clerk, caplog) -> None:
    job = run(started("test.broken", clerk))
    assert job.state == State.FAILED
    assert str(job.pk) in job.message
    assert "533103" not in job.message
    assert "ZeroDivisionError" in caplog.text


def test_a_passing_fault_waits_and_then_goes_on(clerk, monkeypatch) -> None:
    job = run(started("test.shaky", clerk))
    assert (job.state, job.attempts, job.run_after) == (State.WAITING, 1, NOON + timedelta(seconds=2))
    assert job.pk not in queries.left_over(NOON)
    assert job.pk in queries.left_over(NOON + timedelta(seconds=2))
    monkeypatch.setattr(handlers.Shaky, "failing", False)
    assert run(job).state == State.DONE


def test_a_fault_that_does_not_pass_fails_the_job_in_the_end(clerk) -> None:
    job = started("test.shaky", clerk)
    for _attempt in range(runner.ATTEMPTS_WITHOUT_PROGRESS):
        run(job)
    assert job.state == State.FAILED


def test_a_failed_job_goes_on_from_its_checkpoint_when_asked(clerk, monkeypatch) -> None:
    job = run(started("test.refused", clerk))
    monkeypatch.setattr(handlers.Refused, "step", handlers.Numbers.step)
    assert actions.try_again(job_id=job.pk)
    assert run(job).state == State.DONE
    assert numbers_of(job) == list(range(25))


def test_the_job_of_a_disabled_account_stops(clerk) -> None:
    job = started("test.numbers", clerk)
    type(clerk).objects.filter(pk=clerk.pk).update(is_active=False)
    assert run(job).state == State.FAILED


def test_an_unknown_kind_fails_with_a_sentence(clerk) -> None:
    job = started("test.numbers", clerk)
    Job.objects.filter(pk=job.pk).update(kind="test.gone")
    assert "test.gone" in run(job).message


def test_a_job_started_in_a_rolled_back_transaction_never_was(clerk) -> None:
    with transaction.atomic():
        started("test.numbers", clerk)
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)
