"""The log's long work, run as the worker runs it."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from doudi.audit.actions import record
from doudi.audit.models import AuditEvent, AuditSeal
from doudi.audit.sealing import finished_until
from doudi.audit.verify import dsn
from doudi.jobs import actions, runner
from doudi.jobs.models import Job
from doudi.privacy import rotation
from tests.conftest import NOON
from tests.privacy.test_rotation import people

pytestmark = pytest.mark.django_db


def run(kind: str) -> Job:
    """Start a job and run it to its end."""
    job = actions.start(kind, by_id=None, at=NOON)
    runner.run(job.pk)
    return Job.objects.get(pk=job.pk)


def test_sealing_as_a_job_leaves_unsealed_what_is_not_final() -> None:
    record(by=None, action="x", at=NOON)
    job = run("audit.seal")  # the test's own transaction is still open, so nothing in it is final
    assert job.state == "done"
    assert not AuditSeal.objects.filter(tx_until__gt=AuditEvent.objects.get(action="x").tx).exists()


def test_key_rotation_as_a_job_visits_every_column_and_is_on_record(settings) -> None:
    people(3)
    keys = settings.DOUDI_KEYRING
    settings.DOUDI_KEYRING = {**keys, "active": 2, "fields": {**keys["fields"], "2": "22" * 16}}
    job = run("keys.rotate")
    assert (job.state, job.done, job.total) == ("done", 5, 5)
    assert set(rotation.keys_in_use()) == {2}
    assert AuditEvent.objects.get(action="keys.rotate").detail == {"values": 5}


def test_the_guards_are_up_again_after_a_rotation() -> None:
    run("keys.rotate")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('doudi.rotating', true)")
        assert not cursor.fetchone()[0]


def test_the_sealers_own_transaction_is_not_final_whatever_ends_elsewhere() -> None:
    record(by=None, action="x", at=NOON)
    with psycopg.connect(dsn("default"), autocommit=True) as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")  # a later transaction that has ended
    assert finished_until("default") <= AuditEvent.objects.get(action="x").tx
