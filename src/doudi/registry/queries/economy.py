"""Income, expense and assets by source: declared, seen on a visit, verified by a department, and which is believed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from doudi.registry.facts.choose import choose, rank
from doudi.registry.models import Statement
from doudi.registry.models.facts import HOUSEHOLD_KINDS, Source

DECLARED, VISIT = Source.DECLARED.value, Source.VISIT.value
EXPENSES = ("medical_self_paid", "education_fee", "rehabilitation_fee", "other_rigid")
COUNTS = ("vehicle_count", "extra_dwellings")
FLAGS = ("business_over_rule", "assets_within_rule")


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of figure for the household: amounts in fen, counts or 1/0, by who says so; None is not known."""

    kind: str
    label: str
    declared: int | None
    visit: int | None
    verified: int | None
    chosen: int | None
    sources: tuple[str, ...]
    differs: int | None

    @property
    def is_count(self) -> bool:
        return self.kind in COUNTS

    @property
    def is_flag(self) -> bool:
        return self.kind in FLAGS


@dataclass(frozen=True, slots=True)
class Economy:
    """The figures of a household in three groups, with the period that the newest of them cover."""

    income: list[Line]
    expense: list[Line]
    assets: list[Line]
    income_total: int | None
    expense_total: int | None
    period: tuple[object, object] | None

    @property
    def is_empty(self) -> bool:
        return not (self.income or self.expense or self.assets)


def economy(statements: Iterable[Statement], on: date) -> Economy:
    """Group the newest statement of each source by kind; a person's figures add up to the household's."""
    rows = list(statements)
    latest, believed = _latest(rows), chosen_rows(rows, on)
    by_kind: dict[str, list[Statement]] = defaultdict(list)
    for row in latest:
        by_kind[row.kind].append(row)
    lines = [_line(kind, by_kind[kind], believed) for kind in Statement.Kind.values if kind in by_kind]
    income = [x for x in lines if x.kind not in EXPENSES and x.kind not in HOUSEHOLD_KINDS and not x.is_flag]
    expense = [x for x in lines if x.kind in EXPENSES]
    yearly = [s for s in latest if s.kind not in HOUSEHOLD_KINDS and s.ends_on]
    newest = max(yearly, key=lambda s: s.starts_on, default=None)
    return Economy(
        income,
        expense,
        [x for x in lines if x.kind in HOUSEHOLD_KINDS or x.is_flag],
        _sum(x.chosen for x in income if x.kind != "exempt_income"),
        _sum(x.chosen for x in expense),
        (newest.starts_on, newest.ends_on) if newest else None,
    )


def chosen_rows(statements: Iterable[Statement], on: date) -> dict[int, Statement]:
    """The statements that the facts rest on, by id: one for each kind and person, or none that counts."""
    about: dict[tuple[str, int | None], list[Statement]] = defaultdict(list)
    for row in statements:
        about[(row.kind, row.person_id)].append(row)
    found = (choose(kind, rows, on).row for (kind, _person), rows in about.items())
    return {row.pk: row for row in found if row is not None}


def _latest(statements: Iterable[Statement]) -> list[Statement]:
    """The newest period of each kind, person and source."""
    newest: dict[tuple[str, int | None, str], Statement] = {}
    for row in sorted(statements, key=lambda s: (s.starts_on, s.pk)):
        newest[(row.kind, row.person_id, row.source)] = row
    return list(newest.values())


def _line(kind: str, rows: list[Statement], believed: dict[int, Statement]) -> Line:
    verified: dict[int | None, Statement] = {}
    for row in sorted(rows, key=lambda r: -rank(kind, r.source)):
        if row.source not in (DECLARED, VISIT):
            verified[row.person_id] = row
    chosen = [row for row in believed.values() if row.kind == kind]
    declared = _sum(r.amount for r in rows if r.source == DECLARED)
    checked = _sum(r.amount for r in verified.values())
    return Line(
        kind=kind,
        label=str(Statement.Kind(kind).label),
        declared=declared,
        visit=_sum(r.amount for r in rows if r.source == VISIT),
        verified=checked,
        chosen=_sum(r.amount for r in chosen),
        sources=tuple(dict.fromkeys(str(Source(r.source).label) for r in chosen)),
        differs=_difference(rows, verified),
    )


def _difference(rows: list[Statement], verified: dict[int | None, Statement]) -> int | None:
    """Verified less declared, over the people of whom both are known; None if nobody, or nothing differs."""
    declared = {r.person_id: r.amount for r in rows if r.source == DECLARED}
    gaps = [verified[who].amount - amount for who, amount in declared.items() if who in verified]
    return sum(gaps) if any(gaps) else None


def _sum(amounts: Iterable[int | None]) -> int | None:
    known = [a for a in amounts if a is not None]
    return sum(known) if known else None
