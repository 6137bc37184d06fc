"""Builders for the registry's tests: a household at a day, with one default for everything."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time
from typing import Any

from doudi.accounts.models import Staff
from doudi.kernel.resident_id import impossible_id
from doudi.registry import actions
from doudi.registry.actions import MemberDraft, PersonDraft
from doudi.registry.models import Household, Membership, Person
from tests.conftest import VILLAGE

DAY = date(2026, 11, 23)
START = date(2026, 1, 1)
_serial = itertools.count()


def at(day: date = DAY) -> datetime:
    """Noon of a day in Mangshi."""
    return datetime.combine(day, time(4), tzinfo=UTC)


def number(birth: date = date(1979, 1, 1), sex: int = 1) -> str:
    """A number that no other person of the test run has."""
    return impossible_id(birth, sex, next(_serial) % 500).number


def draft(name: str = "岳勒旺", birth: date = date(1979, 1, 1), sex: int = 1, **changes: Any) -> PersonDraft:
    """A person with a fitting number."""
    said = {"name": name, "resident_id": number(birth, sex), "birth_date": birth, "sex": sex}
    return PersonDraft(**said | changes)


def member(relation: str = "12", **changes: Any) -> MemberDraft:
    """A member, by default the wife."""
    person = draft(**{"name": "排木果", "birth": date(1981, 5, 4), "sex": 2} | changes)
    return MemberDraft(person=person, relation=relation, co_resident=True)


def a_household(by: Staff, *members: MemberDraft, on: date = START, place: str = VILLAGE, **changes: Any) -> Household:
    """A registered household: a head and the given members."""
    said: dict[str, Any] = {"head": draft(), "address": "弄恩村三组 12 号"} | changes
    return actions.register_household(division_code=place, members=members, by=by, on=on, at=at(on), **said)


def people_of(household: Household) -> list[Person]:
    """The people who belong to a household now, in the order of their entry."""
    rows = Membership.objects.known().filter(household=household, ends_on=None).order_by("pk")
    return [m.person for m in rows.select_related("person")]
