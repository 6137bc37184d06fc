"""What a family has in hand for every income of one member: where help begins and ends, and where earning more costs.

Every point is a full decision in integers. The grid only says where to look: wherever two neighbouring points differ
in more than the rounding of a payment, the place is halved until it is known to the fen. What begins and ends again
between two neighbours, without a trace at either or half way, is not seen; a smaller step looks closer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from doudi.policy.errors import PolicyError
from doudi.policy.facts import PERSON_FACTS

if TYPE_CHECKING:
    from datetime import date

    from doudi.policy.decision import Decision
    from doudi.policy.reading import Case, Facts
    from doudi.policy.rulebook import Rulebook

INCOMES = (
    "wage_income_fen", "business_net_income_fen", "property_net_income_fen", "transfer_net_income_fen",
    "basic_pension_fen", "old_age_allowance_fen",
)  # fmt: skip
WAGE = INCOMES[0]
ROUNDING = 100
"""Payments are in whole yuan a month: a change of one yuan is rounding, not a cliff."""
REACHES = tuple(yuan * 100 for yuan in (20_000, 30_000, 40_000, 60_000, 80_000, 120_000, 240_000, 480_000))
MOST_POINTS = 2_000

Holding = tuple[str, str]
"""A programme and who is in it: `household` or `person:<id>`."""


@dataclass(frozen=True)
class Standing:
    """What one household is entitled to: its category, who is in which programme, and money per month in fen."""

    category: str | None
    allowance_fen_month: int | None
    holdings: frozenset[Holding]
    open: frozenset[Holding]
    because: frozenset[str]


@dataclass(frozen=True)
class Point:
    """One income of the member, in fen per year, and what the household then has."""

    income_fen_year: int
    standing: Standing

    @property
    def category(self) -> str | None:
        """The category of the household; None if it is not known."""
        return self.standing.category

    @property
    def allowance_fen_month(self) -> int | None:
        """All allowances of the household together, fen per month."""
        return self.standing.allowance_fen_month

    @property
    def in_hand(self) -> int | None:
        """This income and the allowances together, fen per year."""
        allowance = self.allowance_fen_month
        return None if allowance is None else self.income_fen_year + 12 * allowance

    @property
    def status(self) -> tuple[object, ...]:
        """What makes two points different in kind, whatever the amounts."""
        return self.category, self.standing.holdings, self.standing.open, self.allowance_fen_month is None

    def as_json(self) -> dict[str, Any]:
        """With the names of the rulebook; unknown as null."""
        return {
            "income_fen_year": self.income_fen_year,
            "category": self.category,
            "allowance_fen_month": self.allowance_fen_month,
            "in_hand_fen_year": self.in_hand,
        }


@dataclass(frozen=True)
class Change:
    """Two incomes one fen apart between which something begins, ends or jumps."""

    before: Point
    after: Point
    level_at: int | None = None
    """From which income on the family again has as much in hand; None if not in the range, or if nothing is lost."""

    @property
    def begins(self) -> list[Holding]:
        """What the household has after it and not before."""
        return sorted(self.after.standing.holdings - self.before.standing.holdings)

    @property
    def ends(self) -> list[Holding]:
        """What the household has before it and not after."""
        return sorted(self.before.standing.holdings - self.after.standing.holdings)

    @property
    def fen_month(self) -> int | None:
        """Allowance more or less per month; None if one side is not known."""
        old, new = self.before.allowance_fen_month, self.after.allowance_fen_month
        return None if old is None or new is None else new - old

    @property
    def is_cliff(self) -> bool:
        """Whether the family has less in hand although it earns more, by more than the rounding of a payment."""
        return self.fen_month is not None and self.fen_month < -ROUNDING

    def as_json(self) -> dict[str, Any]:
        """With the names of the rulebook."""
        return {
            "at_fen_year": self.after.income_fen_year,
            "ends": [list(one) for one in self.ends],
            "begins": [list(one) for one in self.begins],
            "category": [self.before.category, self.after.category],
            "change_fen_month": self.fen_month,
            "cliff": self.is_cliff,
            "level_again_at_fen_year": self.level_at,
        }


@dataclass(frozen=True)
class Segment:
    """A stretch without a change on which the allowance falls, rises or stays evenly."""

    first: Point
    last: Point

    @property
    def taken_percent(self) -> int | None:
        """How much of every further yuan is lost in allowance; None where it is not known or too short to tell."""
        start, end = self.first.allowance_fen_month, self.last.allowance_fen_month
        width = self.last.income_fen_year - self.first.income_fen_year
        if start is None or end is None or width < 20 * 12 * ROUNDING:
            return None
        lost = 12 * (start - end)
        for whole in (0, 100):  # what differs from these by the rounding of payments only, is these
            if abs(100 * lost - whole * width) <= 100 * 36 * ROUNDING:
                return whole
        return (200 * lost + width) // (2 * width)

    def as_json(self) -> dict[str, Any]:
        """Ends of the stretch and the share that is lost."""
        return {
            "from_fen_year": self.first.income_fen_year,
            "to_fen_year": self.last.income_fen_year,
            "allowance_fen_month": [self.first.allowance_fen_month, self.last.allowance_fen_month],
            "lost_percent": self.taken_percent,
        }


@dataclass(frozen=True)
class Curve:
    """The curve of one member's income: every point that was looked at, the stretches, and the changes between."""

    person: str
    fact: str
    now: Point | None
    points: Sequence[Point]
    changes: Sequence[Change]
    segments: Sequence[Segment]

    @property
    def cliffs(self) -> list[Change]:
        """The changes at which earning more leaves less."""
        return [change for change in self.changes if change.is_cliff]

    @property
    def because(self) -> list[str]:
        """The facts that are missing where something is not known."""
        return sorted({reason for point in self.points for reason in point.standing.because})

    def as_json(self) -> dict[str, Any]:
        """Everything, amounts in fen."""
        return {
            "person": self.person,
            "fact": self.fact,
            "now": self.now.as_json() if self.now else None,
            "changes": [one.as_json() for one in self.changes],
            "segments": [one.as_json() for one in self.segments],
            "points": [one.as_json() for one in self.points],
            "unknown_because": self.because,
        }


class Probe:
    """The household at any income of the member, each decided once."""

    def __init__(self, book: Rulebook, case: Case, on: date, key: str) -> None:
        self.book, self.case, self.on, self.key = book, case, on, key
        self.seen: dict[int, Point] = {}

    def at(self, income: int) -> Point:
        """The point of an income."""
        if income not in self.seen:
            changed = self.case.with_fact(self.key, income)
            self.seen[income] = Point(income, standing(self.book, changed, self.on))
        return self.seen[income]

    def reach(self) -> int:
        """Far enough to see every help end that ends at all."""
        last = self.at(REACHES[-1]).standing
        return next(high for high in REACHES if self.at(high).standing == last)


def curve(
    book: Rulebook, case: Case, on: date, person: str, *, fact: str = WAGE,
    low: int = 0, high: int | None = None, step: int | None = None,
) -> Curve:  # fmt: skip
    """The curve from ``low`` to ``high`` fen a year; without ``high`` far enough to see every help end."""
    row = _row(case, person, fact)
    probe, own = Probe(book, case, on, f"person:{person}.{fact}"), row.get(fact)
    now = own if isinstance(own, int) else None
    if high is None:
        high = max(probe.reach(), -(-(now or 0) * 11 // 10_000_000) * 1_000_000, low + 1_000_000)
    step = max(-(-(high - low) // 2_000_000) * 10_000, 1) if step is None else step
    _check(fact, low, high, step)
    probe.seen.clear()
    inside = {now} if now is not None and low <= now <= high else set[int]()
    for a, b in pairwise(sorted({*range(low, high, step), high} | inside)):
        _refine(probe, a, b)
    points = [probe.seen[income] for income in sorted(probe.seen)]
    changes = [_levelled(probe, Change(a, b), points) for a, b in pairwise(points) if _breaks(a, b)]
    return Curve(person, fact, probe.at(inside.pop()) if inside else None, points, changes, list(_segments(points)))


def standing(book: Rulebook, case: Case, on: date) -> Standing:
    """What a household is entitled to, decided again without the members who go to tekun: nobody is paid both."""
    first = book.decide(case, on)
    people = [each.key for each in first.home.children]
    leaving = [key for key in people if first.value("tekun_eligible", key)]
    for key in leaving:
        case = case.with_fact(f"{key}.on_tekun", True)
    again = book.decide(case, on) if leaving else first
    alone = [key for key in people if key not in leaving]
    asked = [(first, "tekun", key) for key in people] + [(again, "individual_dibao", key) for key in alone]
    parts = [again.value("dibao_amount"), *(each.value(f"{name}_amount", key) for each, name, key in asked)]
    held = {(name, key): each.value(f"{name}_eligible", key) for each, name, key in asked}
    category = again.value("category")
    holdings = {one for one, is_held in held.items() if is_held}
    if category not in (None, "none"):
        holdings.add((category, "household"))
    open_ = frozenset(one for one, is_held in held.items() if is_held is None)
    reasons = frozenset() if category and None not in parts else _because(again, asked)
    return Standing(category, None if None in parts else sum(parts), frozenset(holdings), open_, reasons)


def paid(book: Rulebook, case: Case, on: date) -> tuple[str | None, int | None]:
    """Category and monthly money of one household."""
    found = standing(book, case, on)
    return found.category, found.allowance_fen_month


def _because(again: Decision, asked: list[tuple[Decision, str, str]]) -> frozenset[str]:
    reasons = {*again.reasons("category"), *again.reasons("dibao_amount")}
    return frozenset(reasons.union(*(each.reasons(f"{name}_amount", key) for each, name, key in asked)))


def _row(case: Case, person: str, fact: str) -> Facts:
    if fact not in INCOMES:
        raise PolicyError(f"“{fact}”不是一项收入，可以是 {'、'.join(INCOMES)}。")
    for row in case.persons:
        if row["person_id"] == person:
            return row
    known = "、".join(str(row["person_id"]) for row in case.persons)
    raise PolicyError(f"家庭中没有人员 {person}，有 {known or '（无人）'}。")


def _check(fact: str, low: int, high: int, step: int) -> None:
    """PolicyError for a range that nobody can look at."""
    for value in (low, high):
        if refusal := PERSON_FACTS[fact].refusal(value):
            raise PolicyError(f"{fact}（{PERSON_FACTS[fact].label}）{refusal}，现在是 {value}。")
    if low >= high or step < 1:
        raise PolicyError(f"收入范围应从小到大，步长至少 1 分；现在是从 {low} 到 {high}，步长 {step}（分）。")
    if (high - low) // step > MOST_POINTS:
        raise PolicyError(f"步长 {step} 分太小：从 {low} 到 {high} 分超过 {MOST_POINTS} 个点，请加大步长或缩小范围。")


def _refine(probe: Probe, a: int, b: int) -> None:
    """Halve until both ends are of one kind and the middle lies between them."""
    one, two = probe.at(a), probe.at(b)
    if b - a == 1:
        return
    middle = probe.at((a + b) // 2)
    if one.status == two.status == middle.status and _straight(one, middle, two):
        return
    _refine(probe, a, middle.income_fen_year)
    _refine(probe, middle.income_fen_year, b)


def _straight(one: Point, middle: Point, two: Point) -> bool:
    """Whether the middle is off the line between the ends by no more than the rounding of payments."""
    start, half, end = (p.allowance_fen_month for p in (one, middle, two))
    return start is None or half is None or end is None or abs(2 * half - start - end) <= 2 * ROUNDING


def _breaks(a: Point, b: Point) -> bool:
    if a.status != b.status:
        return True
    old, new = a.allowance_fen_month, b.allowance_fen_month
    return b.income_fen_year - a.income_fen_year == 1 and old is not None and abs((new or 0) - old) > ROUNDING


def _levelled(probe: Probe, change: Change, points: Sequence[Point]) -> Change:
    """The same, with the income from which on a loss is made good again."""
    wanted = change.before.in_hand
    if not change.is_cliff or wanted is None:
        return change
    later = [point for point in points if point.income_fen_year >= change.after.income_fen_year]
    for a, b in pairwise(later):
        if b.in_hand is not None and b.in_hand >= wanted:
            return Change(change.before, change.after, _reaching(probe, a.income_fen_year, b.income_fen_year, wanted))
    return change


def _reaching(probe: Probe, low: int, high: int, wanted: int) -> int:
    """Between an income with less in hand and one with enough: where it becomes enough."""
    while high - low > 1:
        middle = (low + high) // 2
        found = probe.at(middle).in_hand
        low, high = (low, middle) if found is not None and found >= wanted else (middle, high)
    return high


def _segments(points: Sequence[Point]) -> Iterator[Segment]:
    """The longest even stretches, one after the other, cut at every change."""
    piece: list[Point] = []
    for point in points:
        if piece and (_breaks(piece[-1], point) or not _even([*piece, point])):
            end = piece[-1]
            if len(piece) > 1:
                yield Segment(piece[0], end)
            piece = [] if _breaks(end, point) else [end]
        piece.append(point)
    if len(piece) > 1:
        yield Segment(piece[0], piece[-1])


def _even(piece: Sequence[Point]) -> bool:
    """Whether every point lies on the line between the first and the last, but for rounding."""
    first, last = piece[0], piece[-1]
    start, end = first.allowance_fen_month, last.allowance_fen_month
    if start is None or end is None:
        return True
    width = last.income_fen_year - first.income_fen_year
    for point in piece[1:-1]:
        share = (end - start) * (point.income_fen_year - first.income_fen_year)
        if abs(((point.allowance_fen_month or 0) - start) * width - share) > ROUNDING * width:
            return False
    return True
