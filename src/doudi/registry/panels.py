"""What the registry shows on the workbench."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from doudi.accounts.models import Staff

from .queries import summary


def own_places(staff: Staff, now: datetime) -> dict[str, Any]:
    """How many households, people and recognised there are."""
    tallies = [t for t in summary.tallies(staff, timezone.localdate(now)) if t.number]
    return {"numbers": summary.numbers(staff, now), "tallies": tallies}


def data_quality(staff: Staff, now: datetime) -> dict[str, Any] | None:
    """What should be put right; stays away when all is well."""
    numbers = summary.numbers(staff, now)
    flaws = [flaw for flaw in numbers.flaws if flaw.number.number]
    return {"flaws": flaws, "numbers": numbers} if flaws else None


def lately_opened(staff: Staff, now: datetime) -> dict[str, Any]:
    """The files one looked at last."""
    return {"homes": summary.opened_by(staff, timezone.localdate(now))}


def lately_registered(staff: Staff, now: datetime) -> dict[str, Any]:
    """The households registered last."""
    return {"homes": summary.lately_registered(staff, timezone.localdate(now))}
