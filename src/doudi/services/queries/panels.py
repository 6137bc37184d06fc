"""What referrals show on the workbench and on a household's page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.registry.models import Household

from .lists import is_department, lines, referrals_of, view_of

SHOWN = 6


def on_workbench(staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    """A department sees what it must answer; civil affairs only what is overdue."""
    on = timezone.localdate(now)
    department = is_department(staff)
    rows = view_of(staff, "open" if department else "late", on)
    late = view_of(staff, "late", on).count()
    shown = lines(list(rows[:SHOWN]), on)
    if not shown:
        return None
    return {"lines": shown, "count": rows.count(), "late": late, "department": department, "urgent": late}


def household_card(home: Household, staff: Staff, on: date) -> Mapping[str, Any] | None:
    """The referrals of a household: all of them for civil affairs, its own for a department."""
    rows = list(referrals_of(home.pk, staff)[:SHOWN])
    may_send = staff.may(Permission.REFERRAL_SEND, home.division_code) and home.closed_on is None
    if not rows and not may_send:
        return None
    return {"referrals": lines(rows, on), "may_send": may_send}
