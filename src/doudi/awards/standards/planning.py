"""From verdicts to rows: which lines give way, which are said again for their other months, which are new.

The same as `actions.change_lines` does stretch by stretch, for thousands of awards at once; tested against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from .answers import Written
from .comparing import Stretch, Verdict
from .standing import Row


@dataclass(frozen=True)
class Made:
    """A row to be written: new words, or those of another row (`of`), for some months."""

    pk: int
    award: int
    row: Row
    words: Written | None


@dataclass(frozen=True)
class Act:
    """One change of the history: a stretch that is raised, and what it did to the rows."""

    pk: int
    award: int
    start: date
    until: date | None
    before: int
    after: int
    gone: list[int]
    new: list[int]


@dataclass
class Plan:
    """Everything that one chunk writes."""

    made: list[Made] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    acts: list[Act] = field(default_factory=list)


def needed(verdicts: list[Verdict]) -> tuple[int, int]:
    """At most so many ids of lines, and so many of changes."""
    raised = [one for verdict in verdicts for one in verdict.stretches if one.written]
    return sum(2 * len(one.before) + len(one.written) for one in raised), len(raised)


def plan_of(verdicts: list[Verdict], lines: Iterator[int], acts: Iterator[int]) -> Plan:
    """The rows and changes of all awards that are raised."""
    plan = Plan()
    for verdict in verdicts:
        rows = list(verdict.award.rows)
        last = verdict.award.ends_on
        for stretch in verdict.stretches:
            if stretch.written:
                rows = _recast(plan, verdict.award.pk, rows, stretch, last, lines, acts)
    return plan


def _recast(
    plan: Plan, award: int, rows: list[Row], stretch: Stretch, last: date | None,
    lines: Iterator[int], acts: Iterator[int],
) -> list[Row]:  # fmt: skip
    start, until = stretch.start, stretch.until
    said = {(kind, person): fen for kind, person, fen in stretch.before}
    other = [words for words in stretch.written if said.get((words.kind, words.person)) != words.fen]
    changed = {(words.kind, words.person) for words in other}
    gone = [row for row in rows if row.what in changed and _touches(row, start, until)]
    made: list[Made] = []
    for row in gone:
        if row.start < start:
            made.append(_copy(award, row, next(lines), row.start, start))
        if until is not None and (row.until is None or until < row.until):
            made.append(_copy(award, row, next(lines), until, row.until))
    for words in other:
        pk = next(lines)
        row = Row(pk, pk, words.kind, words.person, words.fen, start, until)
        made.append(Made(pk, award, row, words))
    plan.made += made
    plan.gone.update(row.pk for row in gone)
    told = None if until == last else until
    ids, left = [one.pk for one in made], [row.pk for row in gone]
    plan.acts.append(Act(next(acts), award, start, told, stretch.fen, stretch.fen_after, left, ids))
    return [row for row in rows if row.pk not in left] + [one.row for one in made]


def _touches(row: Row, start: date, until: date | None) -> bool:
    return (until is None or row.start < until) and (row.until is None or row.until > start)


def _copy(award: int, row: Row, pk: int, start: date, until: date | None) -> Made:
    return Made(pk, award, Row(pk, row.of, row.kind, row.person, row.fen, start, until), None)
