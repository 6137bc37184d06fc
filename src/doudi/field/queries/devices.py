"""Phones and what they sent, as their owners and the security administrator see them."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission

from ..models import Device, SyncRecord


def devices_of(staff: Staff) -> QuerySet[Device]:
    """Their own; of everybody for whoever may close accounts."""
    rows = Device.objects.select_related("staff").annotate(sent=Count("records")).order_by("-seen_at", "-pk")
    return rows if staff.may(Permission.STAFF_WRITE) else rows.filter(staff=staff)


def must_erase(key: UUID) -> bool:
    """Whether a phone has been told to forget everything. Asked without signing in: a lost phone is not signed in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT doudi_field_must_erase(%s)", [key])
        return bool(cursor.fetchone()[0])


def history_of(staff: Staff, task: str) -> QuerySet[SyncRecord]:
    """Everything phones sent about a task, with the conflicts: nothing that lost a conflict is missing."""
    rows = staff.scope.narrow(SyncRecord.objects.filter(task=task), Permission.MONITORING_READ)
    return rows.select_related("staff", "conflict").prefetch_related("attachments")
