"""Writing and damaging a log for the tests of this folder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction

from doudi.audit.actions import Subject, record
from doudi.audit.models import AuditSeal
from doudi.audit.sealing import seal
from tests.conftest import NOON, VILLAGE


def write(count: int, *, name: str = "household.read") -> None:
    """Write events, each in its own transaction (where the test has none around it)."""
    for n in range(count):
        with transaction.atomic():
            subject = Subject("household", str(n), VILLAGE)
            record(by=None, action=name, subject=subject, purpose="走访\t核实\n“低保”\\", at=NOON, detail={"n": n})


def sealed_log(batches: int = 3, events: int = 4) -> list[AuditSeal]:
    """A log of several batches."""
    seals: list[AuditSeal] = []
    for n in range(batches):
        write(events)
        seals += seal_now(NOON + timedelta(hours=n))
    return seals


def seal_now(at: datetime) -> list[AuditSeal]:
    """Seal what was just written. A transaction elsewhere on the server may hold the horizon back for a moment."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if new := seal(at):
            return new
    raise AssertionError("nothing could be sealed within 20 s")


@contextmanager
def tampering() -> Iterator[None]:
    """Be a superuser who switches the guards off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = origin")


def sql(statement: str) -> None:
    """Run a statement behind the guards."""
    with tampering(), connection.cursor() as cursor:
        cursor.execute(statement)
