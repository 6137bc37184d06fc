"""What every action here does at its end: one event about the household."""

from __future__ import annotations

from typing import Any

from django.db import connections

from doudi.accounts.models import Staff
from doudi.audit import actions as audit
from doudi.audit.actions import Subject

from ..models import VisitTask


def record(task: VisitTask, name: str, by: Staff | None, *, using: str = "default", **detail: Any) -> None:
    """Append one event; `detail` holds numbers and codes only."""
    subject = Subject("household", str(task.household_id), task.division_code)
    audit.record(
        by=by, action=f"monitoring.{name}", subject=subject, detail={"task": task.number, **detail}, using=using
    )


def next_number(letters: str, on: Any, *, using: str = "default") -> str:
    """The next number of a day: RW of a task, XS of a lead."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT doudi_next_monitoring_number(%s)", [f"{letters}-{on:%Y}-{on:%m%d}-"])
        return str(cursor.fetchone()[0])


def one_at_a_time(*, using: str = "default") -> None:
    """Raising waits for raising: a nightly chunk, an arrival and a lead never make two tasks of one household."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('monitoring.raise', 0))")
