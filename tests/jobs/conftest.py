"""Workers as real processes need rows that are really committed; everything is swept away afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from doudi.accounts.models import Assignment, Staff
from doudi.jobs.models import Job
from tests.jobs import handlers
from tests.sweeping import swept

DEADLINE_SECONDS = 60
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def committed(django_db_setup, django_db_blocker) -> Iterator[Staff]:
    """A clerk in the test database outside any transaction, and the table of effects."""
    with django_db_blocker.unblock(), swept():
        with connection.cursor() as cursor:
            cursor.execute(handlers.EFFECTS)
            cursor.execute("GRANT ALL ON jobs_test_effect TO doudi_web")
        staff = Staff(username="worker-test", name="测试", created_at=START)
        staff.set_unusable_password()
        staff.save()
        Assignment.objects.create(staff=staff, role="township_clerk", division_code="533103102", starts_at=START)
        try:
            yield staff
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE jobs_test_effect")


def database_url(user: str = "") -> str:
    """The test database as another process reaches it."""
    at = connection.settings_dict
    who = user or quote(at["USER"]) + (f":{quote(at['PASSWORD'])}" if at["PASSWORD"] else "")
    port = f"&port={at['PORT']}" if at["PORT"] else ""
    return f"postgresql://{who}@/{at['NAME']}?host={quote(at['HOST'], safe='')}{port}"


@pytest.fixture
def worker(committed) -> Iterator[Callable[..., subprocess.Popen]]:
    """Start worker processes; whatever still runs at the end is killed."""
    running: list[subprocess.Popen] = []

    def start(*options: str, **environ: str) -> subprocess.Popen:
        env = os.environ | {
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "doudi.config.test_settings",
            "DOUDI_MODE": "demo",
            "DOUDI_TEST_TELL": "1",
            **environ,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.worker_process", *options],
            env=env, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


def effects_of(job: Job) -> list[int]:
    """The numbers that the job has written, with repetitions if there are any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM jobs_test_effect WHERE job_id = %s ORDER BY n", [job.pk])
        return [row[0] for row in cursor.fetchall()]
