"""The plain awards of an estimate, a column at a time: those that pay the same in all their months, without a rest.

Who is plainly raised, or plainly not touched, is only counted. Everybody else is left to `comparing`, award by award:
what is uncertain, lowered or different is for a person, and is told with its reasons there. Tested against it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from ..models.adjustments import Outcome
from ..months import month_of
from . import columns
from .answers import Answers, Facts
from .comparing import Change
from .figures import Counted, Sums, fold, limit_of
from .grounds import concerns
from .standing import months_between

FEWEST = 200
"""So many awards of one first month are worth a reading of their own; fewer are compared one by one."""


@dataclass
class Plain:
    """What plain awards come to, and the ids of all the others."""

    rest: list[int]
    counted: dict[tuple[str, str], Counted] = field(default_factory=lambda: defaultdict(Counted))
    months: Counter[date] = field(default_factory=Counter)

    def add_to(self, sums: Sums) -> None:
        """Into the sums of the adjustment."""
        fold(sums, self.counted, self.months)


def told(keys: Sequence[int], change: Change, on: date, using: str = "default") -> Plain:
    """The plain among the awards, counted. A change with several first months is for `comparing` as a whole."""
    plain = Plain(list(keys))
    if change.points:
        return plain
    month, counted = max(month_of(on), change.month), set[int]()
    awards, lines = columns.plain_awards(keys, change.month, using)
    for (first,), some in awards.partition_by("first", as_dict=True).items():
        if some.height >= FEWEST:
            theirs = lines.join(some, on="award", how="semi")
            judged = _judged(some, theirs, first, change, using)
            _count(
                plain, judged.join(columns.paid_in(month, theirs), on="award", how="left"), first, month, limit_of(on)
            )
            counted.update(judged["award"])
    plain.rest = [key for key in keys if key not in counted]
    return plain


def _judged(awards: pl.DataFrame, lines: pl.DataFrame, first: date, change: Change, using: str) -> pl.DataFrame:
    """The awards that are raised or not touched, with what a month pays before and after."""
    awards = columns.with_homes(awards, first, using)
    facts = Facts(awards["home"].unique(), first, (change.old, change.new), using)
    old, new = Answers(change.old, facts), Answers(change.new, facts)
    awards = awards.join(columns.places(facts), on="home")
    awards = awards.join(_concerned(awards, old, new), on=["programme", "place", "residence"], nulls_equal=True)
    asked = awards.filter("concerned")
    sides = {
        "paid": lines.select(*columns.LINE),
        "old": columns.amounts(asked, old),
        "new": columns.amounts(asked, new),
    }
    awards = awards.join(_compared(sides), on="award", how="left")
    answered = pl.all_horizontal(pl.col("concerned", "old", "new", "once"))
    untouched = ~pl.col("concerned") | (answered & pl.col("untouched"))
    raised = answered & pl.col("same") & ~pl.col("less") & (pl.col("after") > pl.col("before")) & ~untouched
    return awards.with_columns(raised=raised).filter(raised | untouched)


def _concerned(awards: pl.DataFrame, old: Answers, new: Answers) -> pl.DataFrame:
    """Whether an amount of the programme can rest on what changes, by place and class: few are asked."""
    keys = awards.select("programme", "place", "residence").unique()
    said = []
    for programme, place, residence in keys.iter_rows():
        before, after = old.grounds.at(place, residence), new.grounds.at(place, residence)
        said.append(concerns(programme, before.changed(after), after))
    return keys.with_columns(pl.Series("concerned", said, dtype=pl.Boolean))


def _compared(sides: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """What is paid, what the old values give and what the new ones give: line by line, then by award.

    `old` and `new` tell whether the rulebook gives anything at all, `once` that nothing is paid in two lines.
    """
    whole = pl.concat([frame.rename({"fen": name}) for name, frame in sides.items()], how="diagonal")
    paid, old, new = pl.col("paid"), pl.col("old"), pl.col("new")
    lines = whole.group_by("award", "kind", "person").agg(pl.max("paid", "old", "new"), once=paid.count() < 2)
    return lines.group_by("award").agg(
        pl.col("once").all(),
        same=paid.eq_missing(old).all(),
        untouched=new.eq_missing(old).all() | new.eq_missing(paid).all(),
        less=(paid.is_not_null() & (new.fill_null(0) < paid)).any(),
        before=paid.sum(), after=new.sum(), old=old.is_not_null().any(), new=new.is_not_null().any(),
    )  # fmt: skip


def _count(plain: Plain, judged: pl.DataFrame, first: date, month: date, limit: date) -> None:
    """Add everybody's month, and the months that are due."""
    alike = judged.group_by("township", "programme", "ends_on", "raised").agg(
        pl.len(), pl.sum("people"), pl.col("month_fen").fill_null(0).sum(), more=pl.sum("after") - pl.sum("before")
    )
    for township, programme, ends, raised, awards, people, paid, more in alike.iter_rows():
        where, holds = plain.counted[township, programme], first <= month and (ends is None or ends > month)
        where.awards += awards
        where.people += people
        where.outcomes[(Outcome.RAISED if raised else Outcome.UNCHANGED).value] += awards
        where.before += paid
        where.after += paid + more if raised and holds else paid
        for due in months_between(first, ends, limit) if raised else ():
            where.back_pay += more
            plain.months[due] += more
