"""Who belongs to a household and since when."""

from __future__ import annotations

from datetime import date, datetime

from doudi.accounts.models import Staff

from ..models import Household, Membership, Person


def add_member(
    *,
    household: Household,
    person: Person,
    relation: str,
    by: Staff,
    on: date,
    at: datetime,
    co_resident: bool | None = None,
) -> Membership:
    """A person who is in no household joins this one from `on`."""
    raise NotImplementedError


def end_membership(
    *, membership: Membership, reason: str, by: Staff, on: date, at: datetime
) -> Membership:
    """The person no longer belongs to the household from `on`; the last member's leaving closes the household."""
    raise NotImplementedError


def change_membership(
    *,
    membership: Membership,
    relation: str,
    co_resident: bool | None,
    by: Staff,
    on: date,
    at: datetime,
) -> Membership:
    """Relation or living together changes from `on`."""
    raise NotImplementedError


def move_member(
    *,
    person: Person,
    household: Household,
    relation: str,
    reason: str,
    by: Staff,
    on: date,
    at: datetime,
    co_resident: bool | None = None,
) -> Membership:
    """The person leaves their household and belongs to `household` from `on`, with everything known about them."""
    raise NotImplementedError
