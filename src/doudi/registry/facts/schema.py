"""Which fact of rules.md §3 is read from which kind of row, and how. Both builders read this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from ..models import Certificate, Circumstance, Statement
from ..models.dated import Dated

Read = Literal["yes", "code", "int", "grade", "years", "amount", "flag"]


@dataclass(frozen=True)
class Fact:
    """A fact and the kind of row that says it. `read` tells how the row is read into the value."""

    name: str
    kind: str
    read: Read


def _facts(read: Read, **kinds: str) -> tuple[Fact, ...]:
    return tuple(Fact(name, kind, read) for name, kind in kinds.items())


def _same(read: Read, *names: str) -> tuple[Fact, ...]:
    return tuple(Fact(name, name.removesuffix("_fen"), read) for name in names)


PERSON_CERTIFICATES = (
    *_facts("yes", in_prison="prison", in_compulsory_detox="detox", declared_missing="missing"),
    Fact("clergy_years_away", "clergy", "years"),
    Fact("disability_kind", "disability", "int"),
    Fact("disability_grade", "disability", "grade"),
    *_facts("yes", severe_illness="severe_illness", employed="employment", child_support_scheme="child_support"),
    *_facts("yes", obligors_known="obligors_complete"),
    *_facts("code", study_stage="study", labour_capacity="labour_capacity", support_setting="support_setting"),
    Fact("self_care_failed", "self_care", "grade"),
)
PERSON_STATEMENTS = _same(
    "amount", "wage_income_fen", "business_net_income_fen", "property_net_income_fen", "transfer_net_income_fen",
    "basic_pension_fen", "old_age_allowance_fen", "exempt_income_fen", "medical_self_paid_fen", "education_fee_fen",
    "rehabilitation_fee_fen", "other_rigid_fen",
)  # fmt: skip
HOUSEHOLD_STATEMENTS = (
    *_same("amount", "financial_assets_fen", "vehicle_count", "vehicle_value_fen", "extra_dwellings"),
    *_same("flag", "business_over_rule"),
)
CIRCUMSTANCES = (
    *_same("yes", "lifted_from_poverty"),
    *_same("code", "relapse_watch"),
    *_same("yes", "dwelling_unsafe", "disaster_event", "emergency_event"),
)
OBLIGOR_CERTIFICATES = (
    Fact("disability_kind", "disability", "int"),
    Fact("disability_grade", "disability", "grade"),
    *_facts("yes", lacks_civil_capacity="no_civil_capacity", declared_missing="missing", in_prison="prison"),
)
OBLIGOR_STATEMENTS = _same("flag", "assets_within_rule")
# An obligor's income is the sum of these, unknown as soon as one is.
OBLIGOR_INCOME = PERSON_STATEMENTS[:4]


def read(fact: Fact, row: Dated, on: date) -> Any:
    """The value a row gives for a fact on a day."""
    if isinstance(row, Statement):
        return row.amount if fact.read == "amount" else bool(row.amount)
    assert isinstance(row, (Certificate, Circumstance))
    if fact.read == "yes":
        return {"yes": True, "no": False}.get(row.code)
    if fact.read == "years":
        return {"yes": full_years(row.starts_on, on), "no": 0}.get(row.code)
    if fact.read == "code":
        return row.code or None
    assert isinstance(row, Certificate)
    return row.grade if fact.read == "grade" else int(row.code)


def full_years(since: date, on: date) -> int:
    """Complete years, counted as ages are (rules.md §1)."""
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))
