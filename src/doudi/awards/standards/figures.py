"""The sums of an adjustment: by outcome, township and programme, the months of back-pay, the ratio of the standards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from doudi.policy import PolicyError, Rulebook

from ..models.adjustments import Outcome
from ..months import month_of, months_after
from .comparing import Change, Verdict
from .standing import Standing, total

Sums = dict[str, Any]
# The provincial notice of 2025: the rural standard is at least so many percent of the urban one.
RATIO_PERCENT = 75


def limit_of(on: date) -> date:
    """The first month that is not yet back-pay: up to this month everybody is taken to be paid the old amount."""
    return months_after(month_of(on), 1)


def empty() -> Sums:
    """No awards at all."""
    counts = {outcome.value: 0 for outcome in Outcome}
    return {"awards": 0, "people": 0, **counts, "before": 0, "after": 0, "back_pay": 0}


def add(sums: Sums, verdicts: Iterable[Verdict], change: Change, on: date) -> None:
    """Add a chunk. A month's money is that of the month of the day, or of the first month where that is later."""
    month, limit = max(month_of(on), change.month), limit_of(on)
    for verdict in verdicts:
        due = verdict.due(limit)
        before, after = month_money(verdict, month)
        told = (("awards", 1), ("people", verdict.award.people), (verdict.outcome.value, 1), ("before", before),
                ("after", after), ("back_pay", sum(due.values())))  # fmt: skip
        for where in _places(sums, verdict.award):
            for name, number in told:
                where[name] += number
        months = sums["months"]
        for each, fen in due.items():
            key = each.isoformat()
            months[key] = months.get(key, 0) + fen


def _places(sums: Sums, award: Standing) -> tuple[Sums, Sums, Sums]:
    """Everything, the township and the programme that an award is counted under."""
    if not sums:
        sums.update(total=empty(), townships={}, programmes={}, months={})
    township, programmes = award.division_code[:9], sums["programmes"]
    if township not in sums["townships"]:
        sums["townships"][township] = empty()
    if award.programme not in programmes:
        programmes[award.programme] = empty()
    return sums["total"], sums["townships"][township], programmes[award.programme]


def month_money(verdict: Verdict, month: date) -> tuple[int, int]:
    """What a month pays before and after; a month that is not paid at all is nothing."""
    if verdict.award.rests_in(month):
        return 0, 0
    before = total(verdict.award.lines(month))
    more = verdict.outcome is Outcome.RAISED
    held = [s for s in verdict.stretches if s.start <= month and (s.until is None or s.until > month)]
    return before, total(held[0].after or ()) if more and held else before


def ratio(book: Rulebook, county: str, on: date) -> Sums:
    """The rural and the urban standard of a day, and how many percent the one is of the other, rounded down."""
    try:
        rural, urban = (book.parameters.find("dibao_standard", county, c, on).value for c in ("rural", "urban"))
    except PolicyError:
        return {}
    if not isinstance(rural, int) or not isinstance(urban, int) or not urban:
        return {}
    return {"rural": rural, "urban": urban, "permille": rural * 1000 // urban, "line": RATIO_PERCENT}
