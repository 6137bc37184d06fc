"""Real worker processes: killed without warning, two at once, asked to stop, started by the clock."""

from __future__ import annotations

import argparse
import gc
import os
import random
import signal

import pytest
from django.db import connection
from django.utils import timezone

from doudi.config.commands import running
from doudi.jobs import actions
from doudi.jobs import worker as worker_module
from doudi.jobs.models import Job, State
from tests.jobs.conftest import DEADLINE_SECONDS, database_url, effects_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def _django_db_helper() -> None:
    """The mark asks for the database, but other processes must see our rows: no transaction around these tests."""


def started(staff, kind: str = "test.numbers", **params) -> Job:
    return actions.start(kind, by_id=staff.pk, at=timezone.now(), params=params)


def until_idle(worker) -> None:
    assert worker("idle").wait(DEADLINE_SECONDS) == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_again_and_again_at_random_instants_everything_happens_exactly_once(seed, committed, worker) -> None:
    job, draw = started(committed, n=3000, chunk=10), random.Random(seed)
    for _kill in range(4):
        process = worker()
        for _half_chunk in range(draw.randint(1, 40)):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
    until_idle(worker)
    job.refresh_from_db()
    assert (job.state, job.done, job.result) == (State.DONE, 3000, {"sum": sum(range(3000))})
    assert effects_of(job) == list(range(3000))


def test_killed_in_the_middle_of_a_chunk_the_half_chunk_leaves_no_trace(committed, worker) -> None:
    job = started(committed, n=100, chunk=10, die_at=50)
    assert worker().wait(DEADLINE_SECONDS) == -signal.SIGKILL
    job.refresh_from_db()
    assert (job.state, job.done) == (State.RUNNING, 50)
    assert effects_of(job) == list(range(50))


@pytest.mark.planted
def test_planted_chunks_without_a_transaction_would_leave_half_a_chunk(committed, worker) -> None:
    job = started(committed, n=100, chunk=10, die_at=50)
    assert worker("planted").wait(DEADLINE_SECONDS) == -signal.SIGKILL
    assert effects_of(job) == list(range(55))


def test_two_workers_never_do_the_same_chunk(committed, worker) -> None:
    jobs = [started(committed, n=400, chunk=5) for _job in range(4)]
    both = [worker("idle"), worker("idle")]
    assert [process.wait(DEADLINE_SECONDS) for process in both] == [0, 0]
    assert all(effects_of(job) == list(range(400)) for job in jobs)


def test_a_job_is_done_by_one_worker_from_beginning_to_end(committed, worker) -> None:
    jobs = [started(committed, n=400, chunk=5) for _job in range(4)]
    both = [worker("idle"), worker("idle")]
    assert [process.wait(DEADLINE_SECONDS) for process in both] == [0, 0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT job_id, count(DISTINCT pid) FROM jobs_test_effect GROUP BY 1 ORDER BY 1")
        assert cursor.fetchall() == [(job.pk, 1) for job in jobs]


def test_asked_to_stop_a_worker_finishes_its_chunk_and_the_next_one_goes_on(committed, worker) -> None:
    job = started(committed, n=100_000, chunk=10)
    process = worker()
    process.stdout.readline()
    process.terminate()
    process.stdout.read()
    assert process.wait(DEADLINE_SECONDS) == 0
    job.refresh_from_db()
    assert job.state == State.RUNNING
    assert effects_of(job) == list(range(job.done))


def test_cancelling_stops_a_running_job_and_keeps_only_whole_chunks(committed, worker) -> None:
    job = started(committed, n=100_000, chunk=10)
    process = worker("idle")
    process.stdout.readline()
    assert actions.cancel(job_id=job.pk, at=timezone.now())
    process.stdout.read()
    assert process.wait(DEADLINE_SECONDS) == 0
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert effects_of(job) == list(range(job.done))


def test_a_job_whose_ring_was_lost_is_found_when_a_worker_starts(committed, worker) -> None:
    job = started(committed, n=20)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    until_idle(worker)
    job.refresh_from_db()
    assert job.state == State.DONE


def test_a_schedule_missed_while_no_worker_ran_is_made_up_for_once(committed, worker) -> None:
    until_idle(worker)
    until_idle(worker)
    assert Job.objects.filter(kind="jobs.tidy", state=State.DONE).count() == 1


def test_a_worker_stands_back_for_the_pages_before_it_takes_a_job(monkeypatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(os, "nice", told.append)
    monkeypatch.setattr(worker_module, "run", lambda **_said: told.append("works"))
    assert running.worker(argparse.Namespace(concurrency=1, until_idle=True)) == 0
    assert told == [10, "works"]


def test_a_worker_looks_for_rubbish_seldom() -> None:
    before = gc.get_threshold()
    try:
        worker_module.collect_seldom()
        assert gc.get_threshold()[0] == worker_module.OBJECTS_BETWEEN_LOOKS > 100 * before[0]
    finally:
        gc.set_threshold(*before)


def app_login() -> str:
    """One login per test database: roles belong to the whole server, where another test process may be at work."""
    return f"{connection.settings_dict['NAME']}_app"


@pytest.fixture
def as_in_production(committed):
    """The web application's own login, which owns nothing, beside the owner's."""
    login = app_login()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP ROLE IF EXISTS {login}")
        cursor.execute(f"CREATE ROLE {login} LOGIN NOSUPERUSER NOBYPASSRLS IN ROLE doudi_web")
    yield {
        "DJANGO_SETTINGS_MODULE": "doudi.config.settings",
        "DATABASE_URL": database_url(login),
        "DATABASE_OWNER_URL": database_url(),
    }
    with connection.cursor() as cursor:
        cursor.execute(f"DROP ROLE {login}")


def test_with_two_logins_staff_jobs_run_behind_the_wall_and_system_jobs_as_the_owner(
    committed, worker, as_in_production
) -> None:
    jobs = [started(committed, kind, n=30) for kind in ("test.numbers", "test.system", "test.who", "test.who-system")]
    assert worker("idle", **as_in_production).wait(DEADLINE_SECONDS) == 0
    numbers, system, who, who_system = (Job.objects.get(pk=job.pk) for job in jobs)
    assert effects_of(numbers) == effects_of(system) == list(range(30))
    assert who.result == {"role": "doudi_web", "staff": str(committed.pk)}
    assert who_system.result["role"] not in ("doudi_web", app_login())


def test_a_worker_with_the_web_login_alone_refuses_to_start(committed, worker, as_in_production) -> None:
    environ = as_in_production | {"DATABASE_OWNER_URL": ""}
    assert worker("idle", **environ).wait(DEADLINE_SECONDS) == 1


def test_a_worker_that_could_not_see_the_jobs_says_so(committed) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE doudi_web")
    with pytest.raises(worker_module.WorkerCannotSeeJobs, match="DATABASE_OWNER_URL"):
        worker_module.check_sight()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
