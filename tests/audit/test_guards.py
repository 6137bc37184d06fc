"""The web role may append to the log and nothing else."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from doudi.accounts.roles import Role
from doudi.audit.actions import Subject, record
from doudi.audit.models import AuditEvent
from tests.conftest import FAR_VILLAGE, NOON, VILLAGE

pytestmark = pytest.mark.django_db


@pytest.mark.planted
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET action = 'x'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
        "UPDATE audit_auditseal SET events = 0",
        "DELETE FROM audit_auditseal",
        "INSERT INTO audit_auditseal VALUES (1, 0, 1, 0, '', '', '', '', now())",
        "UPDATE audit_epoch SET base = 0",
        "DELETE FROM audit_auditalert",
        "UPDATE audit_auditalert SET kind = 'x'",
        "INSERT INTO audit_auditalert (found_at, kind, detail, settled_note) VALUES (now(), 'x', '{}', '')",
        "SET session_replication_role = replica",
        "ALTER TABLE audit_auditevent DISABLE TRIGGER ALL",
    ],
)
def test_the_web_role_cannot(statement: str, as_web, staff_with) -> None:
    admin = staff_with(Role.AUDIT_ADMIN)
    record(by=None, action="x", at=NOON)
    with as_web(admin), pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.planted
@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_auditevent SET action = 'x'", "DELETE FROM audit_auditevent", "TRUNCATE audit_auditevent"],
)
def test_not_even_the_owner_changes_an_event_by_mistake(statement: str) -> None:
    record(by=None, action="x", at=NOON)
    with pytest.raises(ProgrammingError, match="append-only"):
        connection.cursor().execute(statement)


def test_a_clerk_sees_events_about_their_place_only(as_web, clerk) -> None:
    for place in (VILLAGE, FAR_VILLAGE):
        record(by=None, action="household.read", subject=Subject("household", place, place), at=NOON)
    with as_web(clerk):
        assert [e.subject_place for e in AuditEvent.objects.all()] == [VILLAGE]


def test_an_event_written_by_the_web_role_is_there(as_web, clerk, staff_with) -> None:
    with as_web(clerk):
        record(by=clerk, action="place.read", at=NOON)
    with as_web(staff_with(Role.AUDIT_ADMIN)):
        assert AuditEvent.objects.get().actor_role == "township_clerk"
