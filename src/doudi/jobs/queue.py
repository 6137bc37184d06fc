"""The doorbell: tells workers that a job waits. Losing a ring loses nothing, because the sweep rings again."""

from __future__ import annotations

from django.db import connections, transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

RUN = "doudi.jobs.tasks.run_job"
LOCK_CLASS = 0x0D0D  # the first half of our advisory lock keys; the second is the job's id


def ring(job_id: int, *, using: str = "default") -> None:
    """Enqueue a run of the job in the transaction at hand; a ring that is still waiting is enough."""
    manager = JobManager(DjangoConnector(alias=using))
    call = configure_task(name=RUN, job_manager=manager, queueing_lock=f"job-{job_id}")
    try:
        with transaction.atomic(using=using):
            call.defer(job_id=job_id)
    except AlreadyEnqueued:
        pass
    except ConnectorException as problem:
        # What the database said decides whether a job is tried again; the doorbell's own word would hide it.
        with connections[using].wrap_database_errors:
            raise problem.__cause__ or problem from None


def held_locks(*, using: str) -> set[int]:
    """The ids of jobs that a living worker holds right now."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [LOCK_CLASS],
        )
        return {row[0] for row in cursor.fetchall()}
