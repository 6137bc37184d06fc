"""`doudi policy curve …`: what a family has in hand for every income of one member."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from doudi.config.commands.policy import _decision, command
from doudi.kernel.money import format_yuan
from doudi.policy.schemes.category import CATEGORIES

if TYPE_CHECKING:
    from doudi.policy.curve import Curve, Point


@command
def curve(options: argparse.Namespace) -> int:
    """The curve as JSON, or as a table with a sentence for every stretch and change."""
    from doudi.policy.curve import curve as drawn

    decision = _decision(options)
    person = options.person or str(decision.case.persons[0]["person_id"])
    found = drawn(
        decision.book, decision.case, decision.on, person,
        fact=options.fact, low=options.low, high=options.high, step=options.step,
    )  # fmt: skip
    print(json.dumps(found.as_json(), ensure_ascii=False, indent=1) if options.json else _said(found))
    return 0


def _said(found: Curve) -> str:
    from doudi.policy.curve_wording import headline, sentences
    from doudi.policy.facts import PERSON_FACTS

    lines = [f"{found.person} 的{PERSON_FACTS[found.fact].label}（元/年）\t类别\t补助（元/月）\t手里（元/年）"]
    lines += ["\t".join(_row(point)) for point in _ends(found)]
    lines += ["", headline(found), *(one.text for one in sentences(found))]
    return "\n".join(lines)


def _ends(found: Curve) -> list[Point]:
    """Where stretches begin and end, and what the family has now."""
    points = {p.income_fen_year: p for one in found.segments for p in (one.first, one.last)}
    if found.now is not None:
        points[found.now.income_fen_year] = found.now
    return [points[income] for income in sorted(points)]


def _row(point: Point) -> Iterable[str]:
    yield format_yuan(point.income_fen_year)
    yield CATEGORIES[point.category] if point.category else "无法判断"
    for fen in (point.allowance_fen_month, point.in_hand):
        yield "—" if fen is None else format_yuan(fen)
