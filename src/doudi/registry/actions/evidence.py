"""What is known about people and households, by source: appended and superseded, never edited."""

from __future__ import annotations

from datetime import date, datetime

from doudi.accounts.models import Staff

from ..models import Certificate, Circumstance, Household, KinTie, Person, Residence, Statement


def record_certificate(
    *,
    person: Person,
    kind: str,
    source: str,
    starts_on: date,
    by: Staff,
    on: date,
    at: datetime,
    code: str = "",
    grade: int | None = None,
    detail: str = "",
    ends_on: date | None = None,
) -> Certificate:
    """A condition of a person from a source; what the same source said for these days is superseded."""
    raise NotImplementedError


def end_certificate(*, certificate: Certificate, by: Staff, on: date, at: datetime) -> Certificate:
    """The condition no longer holds from `on`."""
    raise NotImplementedError


def record_circumstance(
    *,
    household: Household,
    kind: str,
    code: str,
    source: str,
    starts_on: date,
    by: Staff,
    on: date,
    at: datetime,
    ends_on: date | None = None,
) -> Circumstance:
    """A circumstance of a household from a source; what the same source said for these days is superseded."""
    raise NotImplementedError


def state_amount(
    *,
    kind: str,
    amount: int,
    source: str,
    as_of: date,
    by: Staff,
    on: date,
    at: datetime,
    person: Person | None = None,
    household: Household | None = None,
    reference: str = "",
) -> Statement:
    """State a figure (fen, count, or 1/0). Income and expense: the 12 months before `as_of`; assets: that day.

    Replaces what the same source said of the same kind and period; nothing is edited.
    """
    raise NotImplementedError


def record_kin(
    *,
    person: Person,
    relation: str,
    source: str,
    by: Staff,
    on: date,
    at: datetime,
    relative: Person | None = None,
    relative_name: str = "",
    relative_birth_date: date | None = None,
) -> KinTie:
    """A relative with a legal duty to support, registered or only named; `relation` is the relative seen from the person."""
    raise NotImplementedError


def end_kin(*, kin: KinTie, by: Staff, on: date, at: datetime) -> KinTie:
    """The tie no longer holds from `on`."""
    raise NotImplementedError


def record_residence(
    *,
    person: Person,
    kind: str,
    place_code: str,
    starts_on: date,
    by: Staff,
    on: date,
    at: datetime,
    address: str = "",
    ends_on: date | None = None,
) -> Residence:
    """Where the person is registered, lives or holds a permit; an earlier one of the same kind ends that day."""
    raise NotImplementedError
