"""People: registered, corrected, and their death."""

from __future__ import annotations

from datetime import date, datetime

from doudi.accounts.models import Staff

from ..models import Household, Person
from .drafts import PersonDraft


def register_person(
    *,
    household: Household,
    person: PersonDraft,
    relation: str,
    by: Staff,
    on: date,
    at: datetime,
    co_resident: bool | None = None,
) -> Person:
    """Register somebody new as a member from `on`; a newborn may have no number yet."""
    raise NotImplementedError


def correct_person(
    *,
    person: Person,
    version: int,
    reason: str,
    by: Staff,
    on: date,
    at: datetime,
    name: str | None = None,
    resident_id: str | None = None,
    birth_date: date | None = None,
    sex: int | None = None,
    phone: str | None = None,
    ethnicity: str | None = None,
) -> Person:
    """Correct what was registered wrongly (None leaves a field, '' clears number or phone) and keep what was said.

    Conflict if the file was changed since `version` was read.
    """
    raise NotImplementedError


def mark_death(*, person: Person, death_date: date, by: Staff, on: date, at: datetime) -> Person:
    """Record a death: the day of death is the last day of membership and of personal statuses."""
    raise NotImplementedError


def revoke_death(*, person: Person, reason: str, by: Staff, at: datetime) -> Person:
    """The death was recorded by mistake: what it ended holds again."""
    raise NotImplementedError
