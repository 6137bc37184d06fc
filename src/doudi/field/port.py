"""What the phone page asks of monitoring. The real desk is monitoring itself (desk.py); tests put their own in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from doudi.accounts.models import Staff


@dataclass(frozen=True)
class Line:
    """One fact or question on the phone: what is on file (`value`, `shown`), and what kind of answer it takes."""

    key: str
    subject: str
    label: str
    value: Any = None
    shown: str = ""
    kind: str = "bool"  # bool, int, fen, choice, text
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Pack:
    """One task with all that the visit needs."""

    number: str
    version: int
    household_id: int
    household_number: str
    head_name: str
    address: str
    village: str
    due_on: date | None
    reasons: tuple[str, ...] = ()
    facts: tuple[Line, ...] = ()
    questions: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What the coordinator says of one line: right or not, and what is true instead."""

    correct: bool | None
    value: Any = None


@dataclass(frozen=True)
class Visit:
    """What one visit brought."""

    number: str
    version: int
    answers: Mapping[str, Reply]
    disposition: str
    note: str
    visited_at: datetime
    place: dict[str, float] | None


@dataclass(frozen=True)
class Tip:
    """A family on no list that may need help."""

    about: str
    text: str
    urgent: bool
    place: str
    household_id: int | None = None
    said: dict[str, Any] = field(default_factory=dict)


class Desk(Protocol):
    """Monitoring, as the phone page sees it."""

    def packs(self, *, by: Staff, on: date) -> Sequence[Pack]:
        """The open tasks of somebody."""

    def report(self, *, visit: Visit, by: Staff, on: date, at: datetime, client_id: UUID) -> str:
        """Take a visit; raises registry's Conflict if the task has moved on, Refused with every problem."""

    def lead(self, *, tip: Tip, by: Staff, on: date, at: datetime, client_id: UUID) -> str:
        """Take a tip and give its number."""


_desk: Desk | None = None


def plug(desk: Desk | None) -> Desk | None:
    """Put a desk in; gives back the one before, so that a test can restore it."""
    global _desk
    before, _desk = _desk, desk
    return before


def desk() -> Desk:
    """The desk. RuntimeError: nobody has plugged one in."""
    if _desk is None:
        raise RuntimeError("no desk of monitoring")
    return _desk
