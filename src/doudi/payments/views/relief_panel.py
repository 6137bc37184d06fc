"""What waits on the workbench: parts to pay, visits, the county's decisions; funds that run out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission

from ..queries import relief_lists as lists
from ..queries import reserve as reads

SOON = timedelta(days=3)


def help_on_workbench(staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    """Parts that may be paid, visits due within three days, and what only the county can decide."""
    today = timezone.localdate(now)
    asks = lists.asks_for(staff).filter(state="asked").count() if staff.may(Permission.CASE_CONFIRM) else 0
    due = lists.unfinished(staff, today).count() if staff.may(Permission.CASE_HANDLE) else 0
    visits = lists.to_visit(staff).filter(follow_up_by__lte=today + SOON)
    late, soon = visits.filter(follow_up_by__lt=today).count(), visits.count()
    if not (asks or due or soon):
        return None
    return {"asks": asks, "due": due, "visits": soon, "late": late, "urgent": asks + due + late}


def funds_on_workbench(staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    """Funds that run out, and requests that wait for this person."""
    funds = list(reads.funds_for(staff).filter(closed_on__isnull=True))
    low = [one for one in reads.standings(funds, timezone.localdate(now)) if one.low]
    waiting = reads.top_ups_waiting(staff).count()
    return {"low": low, "waiting": waiting, "urgent": waiting} if low or waiting else None
