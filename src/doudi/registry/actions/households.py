"""Households: opened, split, joined, handed to another place, and who heads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from doudi.accounts.models import Staff

from ..models import Household, Person
from .drafts import MemberDraft, PersonDraft


def register_household(
    *,
    division_code: str,
    head: PersonDraft | Person,
    by: Staff,
    on: date,
    at: datetime,
    address: str = "",
    members: Sequence[MemberDraft] = (),
) -> Household:
    """Open a household in a village with its head and members from `on`; Refused names 'head.name', 'members.0.…'."""
    raise NotImplementedError


def split_household(
    *,
    household: Household,
    head: Person,
    relations: Mapping[int, str],
    reason: str,
    by: Staff,
    on: date,
    at: datetime,
    address: str = "",
) -> Household:
    """Some members become a household of their own from `on`; `relations` (person id → relation to the new head)."""
    raise NotImplementedError


def merge_households(
    *,
    survivor: Household,
    absorbed: Household,
    relations: Mapping[int, str],
    reason: str,
    by: Staff,
    on: date,
    at: datetime,
) -> Household:
    """All members of `absorbed` belong to `survivor` from `on`; relations are to the survivor's head."""
    raise NotImplementedError


def move_household(
    *, household: Household, to_code: str, reason: str, by: Staff, on: date, at: datetime, address: str = ""
) -> Household:
    """Hand the household with everything known about its members to another village of the county from `on`."""
    raise NotImplementedError


def set_head(
    *,
    household: Household,
    head: Person,
    relations: Mapping[int, str],
    reason: str,
    by: Staff,
    on: date,
    at: datetime,
) -> Household:
    """Another member heads the household from `on`; `relations` names every other member's relation to them."""
    raise NotImplementedError


def correct_address(
    *, household: Household, address: str, version: int, by: Staff, at: datetime
) -> Household:
    """Change the address; Conflict if the household was changed since `version`."""
    raise NotImplementedError
