"""Which days a figure covers. Income and expense are totals of 12 months, an asset is as of a day (rules.md §1)."""

from __future__ import annotations

from datetime import date, timedelta

from .models.facts import HOUSEHOLD_KINDS, SIGNED_KINDS, Statement

AS_OF_A_DAY = frozenset({*HOUSEHOLD_KINDS, Statement.Kind.OBLIGOR_ASSETS_OK.value})


def year_before(day: date) -> date:
    """The same day of the year before; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def period_of(kind: str, as_of: date) -> tuple[date, date]:
    """The half-open period a figure of this kind covers when it is stated as of a day."""
    return (as_of, as_of + timedelta(days=1)) if kind in AS_OF_A_DAY else (year_before(as_of), as_of)


def may_be_negative(kind: str) -> bool:
    """Whether a figure of this kind may be below zero: what is left of an income may be a loss, a cost may not."""
    return kind in SIGNED_KINDS
