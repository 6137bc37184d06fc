"""Builders for the tests of awards: a household, its award, the reasons most acts carry."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from doudi.accounts.models import Staff
from doudi.awards import actions
from doudi.awards.actions import Why
from doudi.awards.entitlements import Entitlement, Line
from doudi.awards.kinds import Kind, Programme, SupportSetting
from doudi.awards.models import Award
from doudi.registry.models import Household
from tests.registry.world import a_household, at, member, people_of

DAY = date(2026, 10, 27)
NOVEMBER, DECEMBER, JANUARY = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)
DIGEST = "5e" * 32
HEARD = "TX-2026-0007"


def month(year: int, number: int) -> date:
    """The first of a month."""
    return date(year, number, 1)


def base(fen: int = 60_000, person: int | None = None) -> Line:
    """A base line."""
    return Line(Kind.BASE, fen, "gap" if person is None else "individual", ("M57-23",), person)


def top_up(person: int, fen: int = 5_600, reason: str = "minor") -> Line:
    """A top-up for a member."""
    return Line(Kind.TOP_UP, fen, reason, ("M57-27",), person)


def care(person: int, fen: int = 10_900) -> Line:
    """Care at home of the second tier."""
    return Line(Kind.CARE, fen, "care_2", ("M43-22",), person)


def dibao_of(household: Household, *more: Line, fen: int = 60_000) -> Entitlement:
    """Dibao for everybody in the household."""
    people = tuple(p.pk for p in people_of(household))
    return Entitlement(Programme.DIBAO, household.pk, people, (base(fen), *more))


def individual_of(household: Household, person: int, fen: int = 33_000) -> Entitlement:
    """Individual dibao for one."""
    return Entitlement(Programme.INDIVIDUAL_DIBAO, household.pk, (person,), (base(fen, person),))


def tekun_of(household: Household, person: int) -> Entitlement:
    """Tekun at home for one."""
    lines = (Line(Kind.BASE, 96_800, "tekun_basic", ("M43-20",), person), care(person))
    return Entitlement(Programme.TEKUN, household.pk, (person,), lines, SupportSetting.HOME)


def granted(by: Staff, entitlement: Entitlement, on: date = DAY, **said: Any) -> Award:
    """An award granted on a day."""
    told: dict[str, Any] = {"determination": "DBQR-2026-1027-0001", "digest": DIGEST} | said
    return actions.grant(entitlement=entitlement, by=by, on=on, at=at(on), **told)


def why(reason: str = "review", **said: Any) -> Why:
    """A reason with the number of the hearing."""
    return Why(reason, **({"reference": HEARD} | said))


def when(by: Staff, on: date = DAY) -> dict[str, Any]:
    """Who does something, on which day."""
    moment: datetime = at(on)
    return {"by": by, "on": on, "at": moment}


__all__ = ["DAY", "DECEMBER", "JANUARY", "NOVEMBER", "a_household", "at", "member", "people_of"]
