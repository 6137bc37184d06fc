"""The sums of an adjustment: by outcome, township and programme, the months of back-pay, the ratio of the standards."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from doudi.policy import PolicyError, Rulebook

from ..models.adjustments import Outcome
from ..months import month_of, months_after
from .comparing import Change, Verdict

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


class Counted:
    """What awards of one township and programme come to."""

    def __init__(self) -> None:
        self.awards = self.people = self.before = self.after = self.back_pay = 0
        self.outcomes: Counter[str] = Counter()

    def figures(self) -> Sums:
        """Under the names that are kept."""
        sums = {name: getattr(self, name) for name in ("awards", "people", "before", "after", "back_pay")}
        return sums | self.outcomes


def add(sums: Sums, verdicts: Iterable[Verdict], change: Change, on: date) -> None:
    """Add a chunk. A month's money is that of the month of the day, or of the first month where that is later."""
    month, limit = max(month_of(on), change.month), limit_of(on)
    counted: dict[tuple[str, str], Counted] = defaultdict(Counted)
    months: Counter[date] = Counter()
    for verdict in verdicts:
        award = verdict.award
        where, due = counted[award.division_code[:9], award.programme], verdict.due(limit)
        before, after = month_money(verdict, month)
        where.awards += 1
        where.people += award.people
        where.outcomes[verdict.outcome.value] += 1
        where.before += before
        where.after += after
        where.back_pay += sum(due.values())
        for each, fen in due.items():
            months[each] += fen
    fold(sums, counted, months)


def fold(sums: Sums, counted: dict[tuple[str, str], Counted], months: Counter[date]) -> None:
    """Into everything, the townships, the programmes and the months."""
    if not sums:
        sums.update(total=empty(), townships={}, programmes={}, months={})
    for (township, programme), told in counted.items():
        places = (sums["total"], sums["townships"].setdefault(township, empty()),
                  sums["programmes"].setdefault(programme, empty()))  # fmt: skip
        for where in places:
            for name, number in told.figures().items():
                where[name] += number
    for each, fen in months.items():
        key = each.isoformat()
        sums["months"][key] = sums["months"].get(key, 0) + fen


def month_money(verdict: Verdict, month: date) -> tuple[int, int]:
    """What a month pays before and after; a month that is not paid at all is nothing."""
    if verdict.award.rests and verdict.award.rests_in(month):
        return 0, 0
    before = verdict.award.money(month)
    more = verdict.outcome is Outcome.RAISED
    held = [s for s in verdict.stretches if s.start <= month and (s.until is None or s.until > month)]
    return before, held[0].fen_after if more and held else before


def ratio(book: Rulebook, county: str, on: date) -> Sums:
    """The rural and the urban standard of a day, and how many percent the one is of the other, rounded down."""
    try:
        rural, urban = (book.parameters.find("dibao_standard", county, c, on).value for c in ("rural", "urban"))
    except PolicyError:
        return {}
    if not isinstance(rural, int) or not isinstance(urban, int) or not urban:
        return {}
    return {"rural": rural, "urban": urban, "permille": rural * 1000 // urban, "line": RATIO_PERCENT}
