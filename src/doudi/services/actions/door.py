"""The door of `casework/referring.py`, answered: what monitoring and casework find is put to the department."""

from __future__ import annotations

from datetime import date, datetime

from doudi.accounts.models import Staff
from doudi.casework.referring import Need

from .sending import send


def refer(*, need: Need, by: Staff, on: date, at: datetime) -> str:
    """Put the need to the department responsible and give the referral's number."""
    return send(need=need, by=by, on=on, at=at, department=need.department).number
