"""Builders for referrals: a household, its need, the offices."""

from __future__ import annotations

from typing import Any

from doudi.accounts.models import Staff
from doudi.casework.referring import Need
from doudi.registry.models import Household, LowIncomeStatus, Person
from doudi.services import actions
from doudi.services.models import Referral
from tests.registry.world import DAY, START, a_household, at, member, people_of

WHY = "属于低收入人口，有医疗负担，请核实是否应享受医疗救助。"


def couple(by: Staff, **changes: Any) -> tuple[Household, Person, Person]:
    """A household of husband and wife."""
    home = a_household(by, member(), **changes)
    head, wife = people_of(home)
    return home, head, wife


def need(home: Household, person: Person | None = None, entitlement: str = "refer_medical", **changes: Any) -> Need:
    """A need, by default medical assistance."""
    return Need(home.pk, person.pk if person else None, entitlement, changes.pop("why", WHY), **changes)


def sent(by: Staff, home: Household, person: Person | None = None, *, on: Any = DAY, **changes: Any) -> Referral:
    """A referral as sent."""
    return actions.send(need=need(home, person, **changes), by=by, on=on, at=at(on))


def on_dibao(home: Household) -> LowIncomeStatus:
    """A determined status, written as it stands."""
    return LowIncomeStatus.objects.create(
        household=home, category="dibao", ground="测试", department="civil_affairs", starts_on=START,
        division_code=home.division_code, recorded_at=at(START),
    )  # fmt: skip
