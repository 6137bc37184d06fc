"""What the log and the database are told by every action here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from doudi.accounts.models import Staff
from doudi.audit import actions as audit
from doudi.audit.actions import Subject

from ..models import Household, Person


def about(subject: Household | Person) -> Subject:
    """The subject of an event."""
    kind = "household" if isinstance(subject, Household) else "person"
    return Subject(kind, str(subject.pk), subject.division_code)


def record(
    action: str,
    subject: Household | Person,
    by: Staff,
    *,
    purpose: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    **detail: Any,
) -> None:
    """Append the action's one event; `detail` holds ids and codes only."""
    audit.record(
        by=by,
        action=action,
        subject=about(subject),
        purpose=purpose[:200],
        before=before,
        after=after,
        detail=detail,
    )


def one_at_a_time(key: str) -> None:
    """Whoever asks for the same key waits for our transaction: of two equal requests the second sees the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def next_number(prefix: str) -> str:
    """A household number nobody else can be given; the next asker for the prefix waits for our transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT doudi_next_household_number(%s)", [prefix])
        return str(cursor.fetchone()[0])


def hand_over(household: Household, code: str, by: Staff) -> None:
    """Give all rows of a household to another village: the only way out of one's own place."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('doudi.staff', %s, true)", [str(by.pk)])
        cursor.execute("SELECT doudi_hand_over(%s, %s)", [household.pk, code])
