"""Families about which everything is known that their category hangs on."""

from __future__ import annotations

from datetime import date

from doudi.accounts.models import Staff
from doudi.registry.models import Household, Statement
from doudi.registry.models.facts import Source
from tests.casework.world import at
from tests.registry.world import a_household
from tests.rulebook.known import UNTIL, make_known


def a_poor_family(by: Staff, wage: int = 0) -> Household:
    """One person in a rural village with a yearly wage in fen and nothing else: dibao at 560 yuan less the wage."""
    home = a_household(by)
    make_known(home, wage)
    return home


def a_rich_family(by: Staff) -> Household:
    """One person with a good wage: no programme of the rulebook fits."""
    return a_poor_family(by, wage=100_000_00)


def earns(home: Household, by: Staff, wage: int, on: date = date(2026, 10, 2)) -> None:
    """The tax office reports a wage: it is believed before the visit."""
    Statement.objects.create(
        person=home.head, kind="wage_income", amount=wage, source=Source.TAX, division_code=home.division_code,
        starts_on=date(2025, 10, 1), ends_on=UNTIL, recorded_at=at(on),
    )  # fmt: skip
