"""The door to departments for special assistance. Monitoring and casework ask; the room that keeps referrals answers.

The rooms above are independent of each other, so the one that keeps referrals plugs itself in here (decision 0021).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from doudi.accounts.models import Staff


@dataclass(frozen=True)
class Need:
    """What one household or person may be entitled to from a department, and why we think so."""

    household_id: int
    person_id: int | None
    entitlement: str  # a key of policy/schemes/special.py, or "other"
    why: str  # a sentence for the department: no more than it needs to know
    clauses: tuple[str, ...] = ()
    department: str = ""  # the role of the liaison who answers, only for "other"


Sender = Callable[..., str]
_sender: Sender | None = None


def register(sender: Sender) -> None:
    """Answer the door, from `AppConfig.ready()`: called as `sender(need=…, by=…, on=…, at=…)`, gives a number."""
    global _sender
    _sender = sender


def refer(*, need: Need, by: Staff, on: date, at: datetime) -> str:
    """Send a need to the department responsible and give the referral's number."""
    if _sender is None:
        raise RuntimeError("no room keeps referrals")
    return _sender(need=need, by=by, on=on, at=at)
