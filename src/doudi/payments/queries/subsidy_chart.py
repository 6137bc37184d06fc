"""Both indices against their lines as a drawing: made here, shown as SVG, with a table beneath that says the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from .subsidy_index import permille
from .subsidy_proof import Measure, Proof

WIDTH, LEFT, RIGHT, TOP, PLOT = 800, 52, 168, 12, 230
STEPS = (10, 20, 50, 100)
LABELS = 12


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class Spot:
    """A month in which an index reached its line, or the month the page is about."""

    x: float
    y: float
    is_chosen: bool


@dataclass(frozen=True)
class Chart:
    """Everything the SVG needs, in its own units."""

    food: str
    cpi: str
    lines: Sequence[str]
    ends: Sequence[tuple[str, float, str]]
    across: Sequence[Tick]
    up: Sequence[Tick]
    spots: Sequence[Spot]
    words: str
    width: int = WIDTH
    height: int = TOP + PLOT + 34
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = TOP + PLOT


class Scale:
    """From months and tenths of a percent to the units of the drawing."""

    def __init__(self, proofs: Sequence[Proof]) -> None:
        values = [v for one in proofs for m in one.measures for v in (m.value, m.line) if v is not None]
        self.low, self.high = min([0, *values]) - 5, max(values) + 5
        self.first = _number(proofs[0].release.month)
        self.span = max(_number(proofs[-1].release.month) - self.first, 1)

    def x(self, month: date) -> float:
        """Across: the month."""
        return round(LEFT + (_number(month) - self.first) * (WIDTH - LEFT - RIGHT) / self.span, 1)

    def y(self, value: int) -> float:
        """Up: the index."""
        return round(TOP + (self.high - value) * PLOT / (self.high - self.low), 1)


def chart(proofs: Sequence[Proof], chosen: date | None = None) -> Chart | None:
    """The drawing of some months, the oldest first; None where there are none."""
    if not proofs:
        return None
    scale = Scale(proofs)
    step = next((s for s in STEPS if (scale.high - scale.low) // s <= 7), STEPS[-1])
    first = -(-scale.low // step) * step
    return Chart(
        food=_path([(p.release.month, p.food.value) for p in proofs], scale),
        cpi=_path([(p.release.month, p.cpi.value) for p in proofs], scale),
        lines=[_line([of(p) for p in proofs], proofs, scale) for of in (_cpi, _food)],
        ends=list(_ends(proofs[-1], scale)),
        across=list(_across(proofs, scale)),
        up=[Tick(scale.y(v), permille(v)) for v in range(first, scale.high + 1, step)],
        spots=list(_spots(proofs, scale, chosen)),
        words=_words(proofs),
    )


def _cpi(proof: Proof) -> Measure:
    return proof.cpi


def _food(proof: Proof) -> Measure:
    return proof.food


def _number(month: date) -> int:
    return month.year * 12 + month.month


def _path(points: Sequence[tuple[date, int | None]], scale: Scale) -> str:
    """A line that breaks where a figure or a month is missing."""
    pieces: list[str] = []
    before: int | None = None
    for month, value in points:
        if value is None:
            before = None
            continue
        joined = before is not None and _number(month) == before + 1
        pieces.append(f"{'L' if joined else 'M'}{scale.x(month)} {scale.y(value)}")
        before = _number(month)
    return "".join(pieces)


def _line(measures: Sequence[Measure], proofs: Sequence[Proof], scale: Scale) -> str:
    """A trigger line, drawn on to the edge: also of a single month one sees where it lies."""
    points = [(one.release.month, measure.line) for one, measure in zip(proofs, measures, strict=True)]
    return f"{_path(points, scale)}H{WIDTH - RIGHT}"


def _ends(last: Proof, scale: Scale) -> Iterator[tuple[str, float, str]]:
    """What each line is, at its right end, never on top of each other."""
    said: list[tuple[str, int | None, str]] = [
        ("main", last.food.value, _("食品 %(v)s") % {"v": permille(last.food.value)}),
        ("other", last.cpi.value, _("居民消费 %(v)s") % {"v": permille(last.cpi.value)}),
        ("without", last.food.line, _("食品启动线 %(v)s") % {"v": permille(last.food.line)}),
        ("without", last.cpi.line, _("居民消费启动线 %(v)s") % {"v": permille(last.cpi.line)}),
    ]
    below = 0.0
    for y, css, text in sorted((scale.y(value), css, text) for css, value, text in said if value is not None):
        below = max(y + 4, below + 15)
        yield css, below, text


def _across(proofs: Sequence[Proof], scale: Scale) -> Iterator[Tick]:
    """Every month where they are few, else every January."""
    few = len(proofs) <= LABELS + 1
    for one in proofs:
        month = one.release.month
        if few and (month.month == 1 or one is proofs[0] or len(proofs) <= LABELS // 2):
            yield Tick(scale.x(month), f"{month:%Y-%m}")
        elif few:
            yield Tick(scale.x(month), str(month.month))
        elif month.month == 1:
            yield Tick(scale.x(month), str(month.year))


def _spots(proofs: Sequence[Proof], scale: Scale, chosen: date | None) -> Iterator[Spot]:
    for one in proofs:
        month = one.release.month
        for measure in one.measures:
            if measure.value is not None and (measure.reached or month == chosen):
                yield Spot(scale.x(month), scale.y(measure.value), month == chosen)


def _words(proofs: Sequence[Proof]) -> str:
    """The drawing in a sentence."""
    reached = sum(one.triggered is True for one in proofs)
    said = {
        "a": f"{proofs[0].release.month:%Y-%m}", "b": f"{proofs[-1].release.month:%Y-%m}",
        "n": len(proofs), "k": reached,
    }  # fmt: skip
    return _("%(a)s 至 %(b)s 共 %(n)s 个月，其中 %(k)s 个月达到启动条件") % said
