"""Kinds of job for the tests. Their effects go into a plain table without a key, so that a repeated row would show."""

from __future__ import annotations

import os
import signal
from datetime import datetime

from django.db import OperationalError, connections

from doudi.jobs.models import Job
from doudi.jobs.steps import JobError, Steps, register

EFFECTS = "CREATE TABLE IF NOT EXISTS jobs_test_effect (job_id bigint, n bigint, pid bigint)"


def write_rows(job: Job, first: int, until: int) -> None:
    """Rows first..until-1 of the job, each with the process that wrote it."""
    with connections[job.using].cursor() as cursor:
        cursor.executemany(
            "INSERT INTO jobs_test_effect VALUES (%s, %s, %s)", [(job.pk, n, os.getpid()) for n in range(first, until)]
        )


class Numbers(Steps):
    """Writes the numbers below params['n'], params['chunk'] at a time; says half-way through each chunk where it is."""

    kind = "test.numbers"
    title = "数数"
    unit = "个"

    def count(self, job: Job) -> int | None:
        return int(job.params["n"])

    def step(self, job: Job, at: datetime) -> bool:
        first = job.cursor.get("next", 0)
        until = min(first + job.params.get("chunk", 10), job.params["n"])
        middle = (first + until) // 2
        write_rows(job, first, middle)
        if "DOUDI_TEST_TELL" in os.environ:
            print(first, flush=True)  # noqa: T201
        if job.params.get("die_at") == first:
            os.kill(os.getpid(), signal.SIGKILL)
        write_rows(job, middle, until)
        job.cursor = {"next": until}
        job.done = until
        return until < job.params["n"]

    def finish(self, job: Job, at: datetime) -> None:
        job.result = {"sum": sum(range(job.params["n"]))}


class System(Numbers):
    """The same, without a person behind it."""

    kind = "test.system"
    system = True


class Refused(Numbers):
    """Writes a chunk, then cannot go on."""

    kind = "test.refused"

    def step(self, job: Job, at: datetime) -> bool:
        if job.done:
            write_rows(job, 900, 901)
            raise JobError("第 11 行的村名不存在，请更正后重新导入")
        return super().step(job, at)


class Broken(Numbers):
    """Has a mistake in its code."""

    kind = "test.broken"

    def step(self, job: Job, at: datetime) -> bool:
        raise ZeroDivisionError("a secret 533103199001011234")


class Shaky(Numbers):
    """The database fails while the flag is up."""

    kind = "test.shaky"
    failing = True

    def step(self, job: Job, at: datetime) -> bool:
        if Shaky.failing:
            raise OperationalError("deadlock detected")
        return super().step(job, at)


class WhoAmI(Steps):
    """Reports how PostgreSQL sees the step."""

    kind = "test.who"
    title = "身份"

    def step(self, job: Job, at: datetime) -> bool:
        with connections[job.using].cursor() as cursor:
            cursor.execute("SELECT current_user::text, current_setting('doudi.staff', true)")
            job.result = dict(zip(("role", "staff"), cursor.fetchone(), strict=True))
        return False


class WhoIsSystem(WhoAmI):
    """The same for a system job."""

    kind = "test.who-system"
    system = True


register(WhoIsSystem(), Numbers(), System(), Refused(), Broken(), Shaky(), WhoAmI())
