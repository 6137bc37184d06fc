"""Which of several statements about the same thing is believed: one table, one order.

1. What the department that is competent for the kind has verified.
2. What a home visit found.
3. What another department said.
4. What the family declared.
Within a rank the one recorded last; then the one whose period ends last.

Income and expense count if they are totals of exactly 12 months that end within the 12 months before the day: a part
of a year is never scaled up, and a period that ends after the day is not yet a fact. A family that finds last year's
figure too high may state this year's: a later record of the same rank wins. An asset counts if it was stated as of a
day within the 12 months before (households are reviewed at least yearly). Otherwise the fact is unknown: one asks, and
refuses nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from ..models import Statement
from ..models.dated import Dated
from ..models.facts import Source
from ..windows import AS_OF_A_DAY, year_before

D = TypeVar("D", bound=Dated)

COMPETENT: dict[str, tuple[Source, ...]] = {
    "wage_income": (Source.TAX, Source.HUMAN_RESOURCES),
    "business_net_income": (Source.TAX, Source.MARKET, Source.AGRICULTURE),
    "property_net_income": (Source.TAX, Source.LAND, Source.BANK),
    "transfer_net_income": (Source.HUMAN_RESOURCES, Source.CIVIL_AFFAIRS, Source.AGRICULTURE),
    "basic_pension": (Source.HUMAN_RESOURCES,),
    "old_age_allowance": (Source.CIVIL_AFFAIRS,),
    "exempt_income": (Source.CIVIL_AFFAIRS, Source.HUMAN_RESOURCES),
    "medical_self_paid": (Source.MEDICAL,),
    "education_fee": (Source.EDUCATION,),
    "rehabilitation_fee": (Source.DISABLED,),
    "other_rigid": (Source.CIVIL_AFFAIRS,),
    "financial_assets": (Source.BANK,),
    "vehicle_count": (Source.POLICE,),
    "vehicle_value": (Source.POLICE,),
    "extra_dwellings": (Source.LAND, Source.HOUSING),
    "business_over_rule": (Source.MARKET, Source.TAX),
    "assets_within_rule": (Source.CIVIL_AFFAIRS,),
    "disability": (Source.DISABLED,),
    "severe_illness": (Source.MEDICAL,),
    "study": (Source.EDUCATION,),
    "employment": (Source.HUMAN_RESOURCES,),
    "labour_capacity": (Source.HUMAN_RESOURCES, Source.CIVIL_AFFAIRS),
    "self_care": (Source.CIVIL_AFFAIRS,),
    "support_setting": (Source.CIVIL_AFFAIRS,),
    "prison": (Source.JUSTICE, Source.POLICE),
    "detox": (Source.JUSTICE, Source.POLICE),
    "missing": (Source.JUSTICE, Source.POLICE),
    "clergy": (Source.CIVIL_AFFAIRS,),
    "child_support": (Source.CIVIL_AFFAIRS,),
    "no_civil_capacity": (Source.JUSTICE,),
    "obligors_complete": (Source.CIVIL_AFFAIRS,),
    "lifted_from_poverty": (Source.REVITALISATION, Source.AGRICULTURE),
    "relapse_watch": (Source.REVITALISATION, Source.AGRICULTURE),
    "dwelling_unsafe": (Source.HOUSING,),
    "disaster_event": (Source.EMERGENCY,),
    "emergency_event": (Source.CIVIL_AFFAIRS, Source.EMERGENCY),
}
VERIFIED, VISITED, OTHER, DECLARED = range(4)


def rank(kind: str, source: str) -> int:
    """Trust in a source for a kind, 0 highest."""
    if source in COMPETENT.get(kind, ()):
        return VERIFIED
    return {Source.VISIT.value: VISITED, Source.DECLARED.value: DECLARED}.get(source, OTHER)


def source_of(row: Dated) -> str:
    """Who said a row; every kind of row chosen among has a source."""
    source: str = row.source  # type: ignore[attr-defined]
    return source


def counts(row: Statement, on: date) -> str:
    """Why a statement does not count on a day; '' if it does."""
    first = year_before(on)
    if row.kind in AS_OF_A_DAY:
        return "" if first <= row.starts_on <= on else "outside_window"
    if row.ends_on is None or row.starts_on != year_before(row.ends_on):
        return "not_twelve_months"
    return "" if first < row.ends_on <= on else "outside_window"


@dataclass(frozen=True)
class Passed(Generic[D]):
    """A row that was not believed, and why: less_trusted, recorded_earlier, outside_window, not_twelve_months."""

    row: D
    why: str


@dataclass(frozen=True)
class Choice(Generic[D]):
    """The row that is believed (None: nothing counts) and those that are not."""

    row: D | None
    passed: tuple[Passed[D], ...] = ()


def _order(kind: str, row: Dated) -> tuple[int, float, int, int]:
    ends = row.ends_on.toordinal() if isinstance(row, Statement) and row.ends_on else 0
    return rank(kind, source_of(row)), -row.recorded_at.timestamp(), -ends, -row.pk


def choose(kind: str, rows: Sequence[D], on: date) -> Choice[D]:
    """Choose among rows of one kind about one subject that hold on a day."""
    refused = {row.pk: counts(row, on) for row in rows if isinstance(row, Statement)}
    passed = [Passed(row, why) for row in rows if (why := refused.get(row.pk))]
    fit = sorted((row for row in rows if not refused.get(row.pk)), key=lambda row: _order(kind, row))
    if not fit:
        return Choice(None, tuple(passed))
    best = _order(kind, fit[0])[0]
    for row in fit[1:]:
        equal = _order(kind, row)[0] == best
        passed.append(Passed(row, "recorded_earlier" if equal else "less_trusted"))
    return Choice(fit[0], tuple(passed))
