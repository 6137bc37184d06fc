"""What phones brought about a household, on its page: visits, closed doors, both sides of a conflict, photos."""

from __future__ import annotations

from datetime import date
from typing import Any

from doudi.accounts.models import Staff
from doudi.registry.models import Household

from .models import SyncRecord

SHOWN = 8


def household_card(home: Household, staff: Staff, on: date) -> dict[str, Any] | None:
    """The last records; None if no phone has ever said anything of this household."""
    rows = SyncRecord.objects.filter(household_id=home.pk).select_related("staff", "conflict")
    found = list(rows.prefetch_related("attachments")[:SHOWN])
    return {"records": found} if found else None
