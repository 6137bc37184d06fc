"""What a condition compares: a value against its line, as an officer reads it beside the name of the condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from doudi.policy.engine.case import Scope, Unknown, compiled
from doudi.policy.engine.nodes import Const, Fact, Node, Op, Param, Ref, RunFact
from doudi.policy.engine.units import PERCENT, Unit
from doudi.policy.wording import SIGNS, Speaker, said

OPPOSITE = {"<": "≥", "<=": "＞", ">": "≤", ">=": "＜", "==": "≠"}
YUAN = " 元"


@dataclass(frozen=True)
class Measure:
    """A value and how it stands to its line: the sign as it is, not as demanded. Without a line only the value."""

    label: str
    value: str
    sign: str = ""
    line: str = ""
    made: str = ""
    """How the line comes about, where it is calculated."""
    of: str = ""

    @property
    def money(self) -> bool:
        """Whether sums are compared."""
        return self.line.endswith(YUAN)


def measure(part: Node, scope: Scope, speaker: Speaker, holds: bool | None) -> Measure | None:
    """The value and the line of a comparison, or the value of a yes-or-no fact or rule; None for what is neither."""
    inner = part.args[0] if isinstance(part, Op) and part.symbol == "not" else part
    if isinstance(inner, Ref | Fact):
        return Measure(speaker.label(inner), speaker.value(inner, scope), of=inner.name)
    if not isinstance(part, Op) or part.symbol not in OPPOSITE:
        return None
    left, right = part.args
    value, line = _said(left, scope, speaker), _said(right, scope, speaker, like=left)
    sign = OPPOSITE[part.symbol] if holds is False else SIGNS[part.symbol]
    about = _subject(left)
    return Measure(
        label=_label(about, scope, speaker),
        value=value.removesuffix(YUAN) if line.endswith(YUAN) else value,
        sign=sign,
        line=line,
        made=speaker.say(right, scope) if isinstance(right, Op) else "",
        of=about.name if isinstance(about, Ref | Fact) else "",
    )


def _subject(node: Node) -> Node:
    """What a product with a plain number is about: `income × 100` is about the income."""
    if isinstance(node, Op) and node.symbol == "*":
        parts = [arg for arg in node.args if not isinstance(arg, Const)]
        return parts[0] if len(parts) == 1 else node
    return node


def _label(node: Node, scope: Scope, speaker: Speaker) -> str:
    named = isinstance(node, Fact | Ref | Param | RunFact)
    return speaker.label(node) if named else speaker.say(node, scope, False)


def _said(node: Node, scope: Scope, speaker: Speaker, like: Node | None = None) -> str:
    """The value with its unit: every comparison of the rulebook is of a unit that has a name (see `unit_of`)."""
    value, unit = compiled(node)(scope), unit_of(node)
    if unit != node.unit:
        value = _hundredth(value)
    # A plain word is called as the fact beside it calls it.
    wordy = like if isinstance(node, Const) and like is not None else node
    return said(value, unit, speaker.wording(_subject(wordy)))


def unit_of(node: Node) -> Unit:
    """The unit a value is said in: a sum times a percentage is said as a sum."""
    unit = node.unit
    return unit.over(PERCENT) if unit.money and ("percent", 1) in unit.dims else unit


def _hundredth(value: Any) -> Any:
    """A sum times a percentage as a sum: comparisons multiply both sides so that nothing is rounded."""
    return value if isinstance(value, Unknown) else value // 100
