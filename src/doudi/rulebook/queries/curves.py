"""The curve of an income as a page shows it: a drawing made here, the table beneath it, and the sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from doudi.policy.curve import Curve, Holding, Point
from doudi.policy.curve_wording import Sentence, headline, sentences, who
from doudi.policy.facts import PERSON_FACTS

WIDTH, LEFT, RIGHT, TOP, PLOT = 800, 68, 140, 14, 270
BAND, GAP = 22, 34
STEPS = (1, 2, 5, 10)
TICKS = 6
CSS = {
    "dibao": "dibao", "near_threshold": "bianyuan", "rigid_expenditure": "gangxing", "relapse_watch": "jiance",
    "tekun": "tekun", "individual_dibao": "dibao",
}  # fmt: skip


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class Band:
    """Where a programme reaches: pieces of a bar under the plot."""

    text: str
    css: str
    top: float
    base: float
    pieces: Sequence[tuple[float, float]]

    @property
    def after(self) -> float:
        """Where the words begin: behind the last piece."""
        x, width = self.pieces[-1]
        return round(x + width + 6, 1)


@dataclass(frozen=True)
class Mark:
    """A numbered place on the line."""

    number: int
    x: float
    y: float


@dataclass(frozen=True)
class Chart:
    """Everything that an SVG needs, in its own units."""

    width: int
    height: float
    left: float
    right: float
    bottom: float
    line: str
    without: str
    other: str
    ends: Sequence[tuple[str, float, str]]
    across: Sequence[Tick]
    up: Sequence[Tick]
    marks: Sequence[Mark]
    now: Mark | None
    bands: Sequence[Band]
    words: str


@dataclass(frozen=True)
class Drawn:
    """A curve with what a page says about it."""

    curve: Curve
    headline: str
    sentences: Sequence[Sentence]
    chart: Chart
    rows: Sequence[Point]
    income: str
    other: Curve | None
    other_headline: str


def drawn(curve: Curve, names: Mapping[str, str], other: Curve | None = None) -> Drawn:
    """A curve, and what it would be under another standard, ready for a page."""
    told = sentences(curve, names)
    rows = {p.income_fen_year: p for one in curve.segments for p in (one.first, one.last)}
    if curve.now is not None:
        rows[curve.now.income_fen_year] = curve.now
    ordered = [rows[income] for income in sorted(rows)]
    income = PERSON_FACTS[curve.fact].label
    more = headline(other) if other is not None else ""
    return Drawn(curve, headline(curve), told, chart(curve, names, other), ordered, income, other, more)


class Scale:
    """From fen to the units of the drawing."""

    def __init__(self, curves: Sequence[Curve]) -> None:
        points = curves[0].points
        self.low, self.high = points[0].income_fen_year, points[-1].income_fen_year
        held = [p.in_hand for curve in curves for p in curve.points if p.in_hand is not None]
        self.floor, self.top = min([0, self.low, *held]), max([self.high, *held])

    def x(self, fen: int) -> float:
        """Across: income."""
        return round(LEFT + (fen - self.low) * (WIDTH - LEFT - RIGHT) / (self.high - self.low), 1)

    def y(self, fen: int) -> float:
        """Up: what is in hand."""
        return round(TOP + (self.top - fen) * PLOT / (self.top - self.floor), 1)


def chart(curve: Curve, names: Mapping[str, str], other: Curve | None = None) -> Chart:
    """The line of what is in hand over the line of the income alone, with bands for the programmes below."""
    scale = Scale([curve, other] if other is not None else [curve])
    bands = list(_bands(curve, names, scale))
    without = f"M{scale.x(scale.low)} {scale.y(scale.low)}L{scale.x(scale.high)} {scale.y(scale.high)}"
    marks = [_mark(n, one.before, scale) for n, one in enumerate(curve.cliffs, 1)]
    now = _mark(0, curve.now, scale) if curve.now is not None and curve.now.in_hand is not None else None
    return Chart(
        width=WIDTH, height=TOP + PLOT + GAP + BAND * len(bands) + 8, left=LEFT, right=WIDTH - RIGHT,
        bottom=TOP + PLOT, line=_path(curve.points, scale), without=without,
        other=_path(other.points, scale) if other is not None else "", ends=list(_ends(curve, other, scale)),
        across=[Tick(scale.x(fen), f"{fen // 100:,}") for fen in _round(scale.low, scale.high)],
        up=[Tick(scale.y(fen), f"{fen // 100:,}") for fen in _round(scale.floor, scale.top)],
        marks=marks, now=now, bands=bands, words=headline(curve),
    )  # fmt: skip


def _mark(number: int, point: Point, scale: Scale) -> Mark:
    return Mark(number, scale.x(point.income_fen_year), scale.y(point.in_hand or 0))


def _path(points: Sequence[Point], scale: Scale) -> str:
    """A line that breaks where nothing is known."""
    pieces, pen_down = [], False
    for point in points:
        if point.in_hand is None:
            pen_down = False
            continue
        pieces.append(f"{'L' if pen_down else 'M'}{scale.x(point.income_fen_year)} {scale.y(point.in_hand)}")
        pen_down = True
    return "".join(pieces)


def _ends(curve: Curve, other: Curve | None, scale: Scale) -> Iterator[tuple[str, float, str]]:
    """Words at the right ends of the lines, never on top of each other."""
    lines = [("main", curve.points[-1].in_hand, _("手里的钱")), ("without", scale.high, _("没有补助时"))]
    if other is not None:
        lines.append(("other", other.points[-1].in_hand, _("换标准后")))
    places = sorted((scale.y(fen), css, text) for css, fen, text in lines if fen is not None)
    last = 0.0
    for y, css, text in places:
        last = max(y + 4, last + 15)
        yield css, last, text


def _round(low: int, high: int) -> list[int]:
    """About six round amounts of yuan, in fen."""
    size = 100
    while True:
        for step in STEPS:
            if (high - low) // (step * size) <= TICKS:
                return list(range(-(-low // (step * size)) * step * size, high + 1, step * size))
        size *= 10


def _bands(curve: Curve, names: Mapping[str, str], scale: Scale) -> Iterator[Band]:
    held = {one for point in curve.points for one in point.standing.holdings}
    order = sorted(held, key=lambda one: (list(CSS).index(one[0]), one[1]))
    for row, one in enumerate(order):
        top = TOP + PLOT + GAP + BAND * row
        yield Band(who(one, names), CSS[one[0]], top, top + 11, list(_pieces(curve.points, one, scale)))


def _pieces(points: Sequence[Point], one: Holding, scale: Scale) -> Iterator[tuple[float, float]]:
    """x and width of every stretch on which somebody is in a programme."""
    start: Point | None = None
    for point, after in pairwise([*points, points[-1]]):
        if one not in point.standing.holdings:
            continue
        start = start or point
        if after is point or one not in after.standing.holdings:
            x = scale.x(start.income_fen_year)
            yield x, round(max(scale.x(point.income_fen_year) - x, 1), 1)
            start = None
