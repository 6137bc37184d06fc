"""Values and expressions in Chinese, as an officer of the office would write them down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from doudi.kernel.money import format_yuan
from doudi.policy.engine.case import Scope, Unknown, compiled
from doudi.policy.engine.declare import Rule
from doudi.policy.engine.nodes import Const, Fact, Node, Op, Param, Ref, RunFact
from doudi.policy.engine.units import (
    CALENDAR_MONTH,
    MONTHS,
    PERCENT,
    PERMILLE,
    YEARS,
    Unit,
)
from doudi.policy.facts import FACTS, RUN_FACTS

UNKNOWN = "尚不清楚"
PARAMETER_WORDS = {"gap": "补差", "tier": "分档", "prefecture": "州（市）级", "province": "省级"}
SIGNS = {"+": "＋", "-": "－", "*": "×", "<": "＜", "<=": "≤", ">": "＞", ">=": "≥", "==": "＝"}


def said(value: Any, unit: Unit, words: Mapping[Any, str] | None = None) -> str:
    """A value with its unit in Chinese."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or isinstance(value, Unknown):
        return UNKNOWN
    if words and value in words:
        return words[value]
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return _number(value, unit)


def _number(value: Any, unit: Unit) -> str:
    if unit.money:
        return f"{format_yuan(value)} 元/月" if unit.monthly else f"{format_yuan(value)} 元"
    if not unit.dims:
        return f"{value}"
    if unit == CALENDAR_MONTH:
        return f"{value // 12}年{value % 12 + 1}月"
    if unit == PERMILLE:
        return f"{value / 10:.1f}%"
    return f"{value}{_SUFFIXES[unit]}"


_SUFFIXES = {PERCENT: "%", YEARS: " 岁", MONTHS: " 个月"}


class Speaker:
    """Says nodes in the context of one entity, with the values that they have there."""

    def __init__(self, rules: Mapping[str, Rule], labels: Mapping[str, str], names: Mapping[str, str]) -> None:
        self.rules, self.labels, self.names = rules, labels, names
        self.words: Mapping[Any, str] = {}  # how the rule being told calls its results
        self._values: dict[tuple[int, str], str] = {}

    def value(self, node: Node, scope: Scope) -> str:
        """The value of a node there, in Chinese; many are said in arithmetic, conditions and grounds alike."""
        place = id(node), scope.key
        if place not in self._values:
            self._values[place] = said(compiled(node)(scope), node.unit, self.wording(node))
        return self._values[place]

    def label(self, node: Node) -> str:
        """What a fact, a parameter or a rule is called."""
        if isinstance(node, Fact):
            return FACTS[node.depth][node.name].label
        if isinstance(node, RunFact):
            return RUN_FACTS[node.name].label
        if isinstance(node, Ref):
            return self.rules[node.name].label
        assert isinstance(node, Param)
        return self.labels[node.name]

    def who(self, scope: Scope) -> str:
        """The person or obligor: by name where one is given, else by id."""
        key = scope.key.partition(":")[2]
        return self.names.get(key, key)

    def wording(self, node: Node) -> Mapping[Any, str]:
        """How the values of a fact, a parameter or a rule are called."""
        if isinstance(node, Fact):
            return FACTS[node.depth][node.name].choices
        if isinstance(node, Param):
            return PARAMETER_WORDS
        return self.rules[node.name].wording if isinstance(node, Ref) else {}

    def say(self, node: Node, scope: Scope, values: bool = True) -> str:
        """The expression in Chinese, with values, or (for a path not taken) with labels only."""
        if isinstance(node, Const):
            return said(node.value, node.unit, self.words)
        if not isinstance(node, Op):
            return f"{self.label(node)} {self.value(node, scope)}" if values else self.label(node)
        return _SAYINGS.get(node.symbol, _infix)(self, node, scope, values)

    def parts(self, node: Node, scope: Scope, values: bool) -> list[str]:
        """The arguments, sums and alternatives inside products in brackets."""
        told: list[str] = []
        assert isinstance(node, Op)
        for arg in node.args:
            text = self.say(arg, scope, values)
            inner = isinstance(arg, Op) and arg.symbol in ("+", "-", "and", "or")
            plain = isinstance(arg, Op) and not told and arg.symbol == node.symbol  # a + b + c needs no brackets
            told.append(f"（{text}）" if inner and not plain else text)
        return told


Saying = Callable[[Speaker, Op, Scope, bool], str]


def _infix(speaker: Speaker, node: Op, scope: Scope, values: bool) -> str:
    return f" {SIGNS[node.symbol]} ".join(speaker.parts(node, scope, values))


def _joined(word: str) -> Saying:
    return lambda speaker, node, scope, values: f"，{word}".join(speaker.parts(node, scope, values))


def _not(speaker: Speaker, node: Op, scope: Scope, values: bool) -> str:
    return f"不是（{speaker.say(node.args[0], scope, values)}）"


def _among(speaker: Speaker, node: Op, scope: Scope, values: bool) -> str:
    words = speaker.wording(node.args[0])
    options = [said(arg.value, arg.unit, words) for arg in node.args[1:] if isinstance(arg, Const)]
    return f"{speaker.say(node.args[0], scope, values)} 属于 {'、'.join(options)}"


def _equal(speaker: Speaker, node: Op, scope: Scope, values: bool) -> str:
    right = node.args[1]
    words = speaker.wording(node.args[0])
    value = said(right.value, right.unit, words) if isinstance(right, Const) else speaker.say(right, scope, values)
    return f"{speaker.say(node.args[0], scope, values)} ＝ {value}"


def _choice(speaker: Speaker, node: Op, scope: Scope, values: bool) -> str:
    """The branch that is taken; both where the condition is open or values are not wanted."""
    condition, then, otherwise = node.args
    chosen = compiled(condition)(scope) if values else None
    if isinstance(chosen, bool):
        return speaker.say(then if chosen else otherwise, scope, values)
    a, b = speaker.say(then, scope, False), speaker.say(otherwise, scope, False)
    return f"（如果 {speaker.say(condition, scope, values)}，则 {a}，否则 {b}）"


def _extreme(word: str) -> Saying:
    return lambda speaker, node, scope, values: f"{word}〔{'，'.join(speaker.parts(node, scope, values))}〕"


def _total(speaker: Speaker, node: Op, scope: Scope, values: bool) -> str:
    (inner,) = node.args
    if not values:
        return f"各成员之和〔{speaker.say(inner, scope, False)}〕"
    told = [f"{speaker.who(child)} {speaker.value(inner, child)}" for child in scope.children]
    return f"〔{' ＋ '.join(told) or '没有成员'}〕"


def _every(speaker: Speaker, node: Op, scope: Scope, values: bool) -> str:
    told = [f"{speaker.who(child)} {speaker.value(node.args[0], child)}" for child in scope.children] if values else []
    return f"每名法定义务人都无能力〔{'，'.join(told) or '没有列出义务人'}〕"


def _percent(speaker: Speaker, node: Op, scope: Scope, values: bool) -> str:
    rate, value = speaker.parts(node, scope, values)
    return f"{value} × {rate}（分以下舍去）"


def _ceil(speaker: Speaker, node: Op, scope: Scope, values: bool) -> str:
    value, divisor = (speaker.say(arg, scope, values) for arg in node.args)
    return f"（{value}）÷ {divisor}，向上取整到元"


def _highest(speaker: Speaker, node: Op, scope: Scope, values: bool) -> str:
    pairs = zip(node.args[::2], node.args[1::2], strict=True)
    told = [f"{speaker.say(c, scope, values)} → {speaker.say(v, scope, values)}" for c, v in pairs]
    return f"取最高〔{'；'.join(told)}〕"


def _age(speaker: Speaker, node: Op, scope: Scope, values: bool) -> str:
    return f"{speaker.say(node.args[0], scope, values)} 至 {said(scope.day, node.args[0].unit)} 的周岁"


_SAYINGS: dict[str, Saying] = {
    "and": _joined("并且"),
    "or": _joined("或者"),
    "not": _not,
    "in": _among,
    "==": _equal,
    "if": _choice,
    "min": _extreme("取小"),
    "max": _extreme("取大"),
    "total": _total,
    "every": _every,
    "percent": _percent,
    "ceil_yuan": _ceil,
    "highest": _highest,
    "age": _age,
    "assured": lambda speaker, node, scope, values: speaker.say(node.args[0], scope, values),
    "applies": lambda speaker, node, scope, values: f"有{speaker.label(node.args[0])}",
}
