"""One case: plain evaluation in integers, three-valued, and every unknown carries its reasons.

Each node becomes a closure once; a scope is one household, person or obligor with its facts and its finished values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from doudi.policy.engine.nodes import Const, Depth, Fact, Node, Op, Param, Ref, RunFact

Plain = Any
"""A known value: bool, int, str or date."""


class Unknown:
    """Not known, because of these facts."""

    __slots__ = ("reasons",)

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = frozenset(reasons)


class Scope:
    """One household, person or obligor while it is evaluated."""

    __slots__ = ("children", "day", "depth", "facts", "key", "memo", "parent", "programme", "run", "settings")

    def __init__(self, depth: Depth, key: str, facts: Mapping[str, Plain], around: Scope | Surroundings) -> None:
        self.depth, self.key, self.facts = depth, key, facts
        self.parent = around if isinstance(around, Scope) else None
        self.programme: Mapping[str, Evaluate] = around.programme
        self.settings: Mapping[object, Plain] = around.settings
        self.run: Mapping[str, Plain] = around.run
        self.day: date = around.day
        self.children: list[Scope] = []
        self.memo: dict[str, Plain | Unknown] = {}

    def at(self, depth: Depth) -> Scope:
        """This scope, or the one around it that has the depth."""
        scope = self
        while scope.depth > depth and scope.parent is not None:
            scope = scope.parent
        return scope

    def value(self, name: str) -> Plain | Unknown:
        """The value of a variable of this very entity, calculated once."""
        if name not in self.memo:
            self.memo[name] = self.programme[name](self)
        return self.memo[name]


class Surroundings:
    """What is the same for everybody in a case: day, run facts, parameters, compiled rules."""

    __slots__ = ("day", "programme", "run", "settings")

    def __init__(
        self, day: date, programme: Mapping[str, Evaluate], settings: Mapping[object, Plain], run: Mapping[str, Plain]
    ) -> None:
        self.day, self.programme, self.settings, self.run = day, programme, settings, run


Evaluate = Callable[[Scope], Plain | Unknown]


def unknown(*values: Plain | Unknown) -> Unknown:
    """Not known for the reasons of all of these that are not known."""
    return Unknown(reason for value in values if isinstance(value, Unknown) for reason in value.reasons)


def compiled(node: Node) -> Evaluate:
    """The node as a function of a scope; made once, so that an explanation can ask every node again."""
    made: Evaluate | None = node.__dict__.get("made")
    if made is None:
        made = node.__dict__["made"] = _compile(node)  # nodes cannot be keys: their == builds a comparison
    return made


def _compile(node: Node) -> Evaluate:
    if isinstance(node, Const):
        value = node.value
        return lambda scope: value
    if isinstance(node, Fact):
        return _fact(node)
    if isinstance(node, RunFact):
        return _run_fact(node.name)
    if isinstance(node, Param):
        key = (node.name, node.residence)
        return lambda scope: scope.settings[key]
    if isinstance(node, Ref):
        return _reference(node)
    assert isinstance(node, Op)
    return _operation(node)


def _fact(node: Fact) -> Evaluate:
    name, depth = node.name, node.depth

    def read(scope: Scope) -> Plain | Unknown:
        owner = scope.at(depth)
        value = owner.facts.get(name)
        return Unknown((f"{owner.key}.{name}",)) if value is None else value

    return read


def _run_fact(name: str) -> Evaluate:
    def read(scope: Scope) -> Plain | Unknown:
        value = scope.run.get(name)
        return Unknown((f"run.{name}",)) if value is None else value

    return read


def _reference(node: Ref) -> Evaluate:
    name, depth = node.name, node.depth
    return lambda scope: scope.at(depth).value(name)


def _operation(node: Op) -> Evaluate:
    if node.symbol == "applies":
        key = ("applies", node.args[0].name)  # type: ignore[attr-defined]
        return lambda scope: scope.settings[key]
    if node.symbol == "assured":
        return _assured(node.args[0])
    args = tuple(map(compiled, node.args))
    if node.symbol in _SPECIAL:
        return _SPECIAL[node.symbol](*args)
    function = _ARITHMETIC[node.symbol]
    return _binary(function, *args) if len(args) == 2 else _arithmetic(function, args)


def _binary(function: Callable[..., Plain], first: Evaluate, second: Evaluate) -> Evaluate:
    def evaluate(scope: Scope) -> Plain | Unknown:
        a, b = first(scope), second(scope)
        return unknown(a, b) if a.__class__ is Unknown or b.__class__ is Unknown else function(a, b)

    return evaluate


def _arithmetic(function: Callable[..., Plain], args: tuple[Evaluate, ...]) -> Evaluate:
    def evaluate(scope: Scope) -> Plain | Unknown:
        values = [arg(scope) for arg in args]
        return unknown(*values) if any(v.__class__ is Unknown for v in values) else function(*values)

    return evaluate


def _decided_by(decisive: bool) -> Callable[..., Evaluate]:
    """∧ is decided by one false operand, ∨ by one true operand."""

    def combine(*args: Evaluate) -> Evaluate:
        def evaluate(scope: Scope) -> Plain | Unknown:
            open_: list[Unknown] = []
            for arg in args:
                value = arg(scope)
                if value is decisive:
                    return decisive
                if isinstance(value, Unknown):
                    open_.append(value)
            return unknown(*open_) if open_ else not decisive

        return evaluate

    return combine


def _negation(arg: Evaluate) -> Evaluate:
    def evaluate(scope: Scope) -> Plain | Unknown:
        value = arg(scope)
        return value if isinstance(value, Unknown) else not value

    return evaluate


def _choice(condition: Evaluate, then: Evaluate, otherwise: Evaluate) -> Evaluate:
    def evaluate(scope: Scope) -> Plain | Unknown:
        chosen = condition(scope)
        if not isinstance(chosen, Unknown):
            return then(scope) if chosen else otherwise(scope)
        a, b = then(scope), otherwise(scope)
        if isinstance(a, Unknown) or isinstance(b, Unknown) or a != b:
            return unknown(chosen, a, b)
        return a

    return evaluate


def _over_children(combine: Callable[..., Evaluate]) -> Callable[[Evaluate], Evaluate]:
    """Apply an operation to the same value of every person, or of every obligor."""

    def over(of: Evaluate) -> Evaluate:
        def evaluate(scope: Scope) -> Plain | Unknown:
            return combine(*(_constant(of(child)) for child in scope.children))(scope)

        return evaluate

    return over


def _constant(value: Plain | Unknown) -> Evaluate:
    return lambda scope: value


def _sum(*args: Evaluate) -> Evaluate:
    return _arithmetic(lambda *values: sum(values), args)


def _assured(fact: Node) -> Evaluate:
    """A false fact is no more than a missing one; either way the fact itself is the reason."""
    assert isinstance(fact, Fact)
    name, depth = fact.name, fact.depth

    def evaluate(scope: Scope) -> Plain | Unknown:
        owner = scope.at(depth)
        return owner.facts.get(name) or Unknown((f"{owner.key}.{name}",))

    return evaluate


def _highest(*args: Evaluate) -> Evaluate:
    """From the highest level down: the first level with a true condition, if none above it is unknown."""

    def evaluate(scope: Scope) -> Plain | Unknown:
        values: list[Plain] = [arg(scope) for arg in args[1::2]]
        conditions = [arg(scope) for arg in args[::2]]
        if any(isinstance(value, Unknown) for value in values):  # nobody knows which level is the highest
            return unknown(*values, *conditions)
        pairs = list(zip(conditions, values, strict=True))
        reached: Plain = max((value for condition, value in pairs if condition is True), default=0)
        above = [c for c, value in pairs if isinstance(c, Unknown) and value > reached]
        return unknown(*above) if above else reached

    return evaluate


def _age(birth: Evaluate) -> Evaluate:
    def evaluate(scope: Scope) -> Plain | Unknown:
        born = birth(scope)
        return born if isinstance(born, Unknown) else age_on(born, scope.day)

    return evaluate


def age_on(born: date, day: date) -> int:
    """Completed years; 29 February is reached on 1 March of a common year."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def ceil_yuan(value: int, divisor: int) -> int:
    """⌈value / divisor⌉ in whole yuan, as fen."""
    return -(-value // (divisor * 100)) * 100


_SPECIAL: dict[str, Callable[..., Evaluate]] = {
    "and": _decided_by(False),
    "or": _decided_by(True),
    "not": _negation,
    "if": _choice,
    "total": _over_children(_sum),
    "every": _over_children(_decided_by(False)),
    "highest": _highest,
    "age": _age,
}

_ARITHMETIC: dict[str, Callable[..., Plain]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "in": lambda value, *values: value in values,
    "min": min,
    "max": max,
    "percent": lambda rate, value: rate * value // 100,
    "ceil_yuan": ceil_yuan,
}
