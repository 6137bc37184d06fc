"""A household about which everything is known that its category hangs on."""

from __future__ import annotations

from datetime import date, datetime

from doudi.registry.facts.schema import CIRCUMSTANCES, HOUSEHOLD_STATEMENTS, PERSON_CERTIFICATES, PERSON_STATEMENTS
from doudi.registry.models import Certificate, Circumstance, Household, Statement
from doudi.registry.models.facts import Source
from tests.conftest import NOON

SINCE, UNTIL = date(2025, 10, 1), date(2026, 10, 1)
CODES = {
    "disability": "0",
    "study": "none",
    "labour_capacity": "full",
    "support_setting": "home",
    "relapse_watch": "none",
}


def make_known(
    home: Household, wage: int, *, since: date = SINCE, until: date = UNTIL, at: datetime = NOON
) -> None:  # fmt: skip
    """Nothing but a yearly wage in fen: no illness, no disability, no assets, no watch."""
    common = {"division_code": home.division_code, "source": Source.VISIT, "recorded_at": at}
    begun = {**common, "starts_on": since}
    for kind in {fact.kind for fact in PERSON_CERTIFICATES}:
        grade = 0 if kind in ("disability", "self_care") else None
        Certificate.objects.create(person=home.head, kind=kind, code=CODES.get(kind, "no"), grade=grade, **begun)
    for fact in PERSON_STATEMENTS:
        amount = wage if fact.kind == "wage_income" else 0
        Statement.objects.create(person=home.head, kind=fact.kind, amount=amount, ends_on=until, **begun)
    for fact in HOUSEHOLD_STATEMENTS:
        Statement.objects.create(household=home, kind=fact.kind, amount=0, **{**begun, "starts_on": until})
    for fact in CIRCUMSTANCES:
        Circumstance.objects.create(household=home, kind=fact.kind, code=CODES.get(fact.kind, "no"), **begun)
