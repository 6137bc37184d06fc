"""What the registry shows on the workbench."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from doudi.accounts.models import Staff

from .queries import summary


def own_places(staff: Staff, now: datetime) -> dict[str, Any]:
    """Who is recognised, and how many households and people there are if that was counted lately."""
    tallies = [t for t in summary.tallies(staff, timezone.localdate(now)) if t.number]
    return {"numbers": summary.kept_numbers(staff), "tallies": tallies}


def lately_opened(staff: Staff, now: datetime) -> dict[str, Any]:
    """The files one looked at last."""
    return {"homes": summary.opened_by(staff, timezone.localdate(now))}


def lately_registered(staff: Staff, now: datetime) -> dict[str, Any]:
    """The households registered last."""
    return {"homes": summary.lately_registered(staff, timezone.localdate(now))}
