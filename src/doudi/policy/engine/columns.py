"""Nodes as column expressions, three-valued: what is exact in one case stays exact in a million rows.

Engines skip nulls in minimums and sums and take the `else` branch for an unknown condition; each such place is guarded
here, and only where a column really can be unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache, reduce
from operator import and_, or_
from typing import Any

import polars as pl

from doudi.policy.engine.nodes import Const, Depth, Fact, Node, Op, Param, Ref, RunFact
from doudi.policy.engine.programme import Programme, walk
from doudi.policy.engine.units import BOOLEAN, TEXT, Unit
from doudi.policy.facts import FACTS
from doudi.policy.parameters import Parameters

Kind = pl.DataType | type[pl.DataType]


def dtype(unit: Unit, words: Kind) -> Kind:
    """The type of a column of values with this unit; all numbers are 64-bit integers, all texts one enumeration."""
    return pl.Boolean if unit == BOOLEAN else words if unit == TEXT else pl.Int64


def vocabulary(programme: Programme, parameters: Parameters) -> pl.Enum:
    """Every text that a fact, a parameter or a rule can say: compared and chosen as small numbers, not as texts."""
    words = {choice for facts in FACTS.values() for spec in facts.values() for choice in spec.choices}
    words |= {choice for quantity in parameters.quantities.values() for choice in quantity.choices}
    nodes = (node for tree in programme.trees.values() for node in walk(tree))
    words |= {node.value for node in nodes if isinstance(node, Const)}
    return pl.Enum(sorted(word for word in words if isinstance(word, str)))


def column_name(node: Node, depth: Depth) -> str:
    """The column of a fact, rule, parameter or aggregate in the table of ``depth``; from above with a prefix."""
    if isinstance(node, Op):
        (param,) = node.args
        assert isinstance(param, Param)
        own = f"applies.{param.name}"
    else:
        assert isinstance(node, Fact | Ref | Param)
        own = f"parameter.{node.name}.{node.residence or ''}" if isinstance(node, Param) else node.name
    return own if node.depth == depth else f"{node.depth}:{own}"


def stored(node: Node) -> bool:
    """Whether the value of a node stands in a column of its own."""
    return isinstance(node, Fact | Ref | Param) or (isinstance(node, Op) and node.symbol == "applies")


class Reading:
    """What a compiler knows about the columns of a table: which are the same in every row, which may be open."""

    def __init__(
        self, depth: Depth, day: date, run: Mapping[str, Any], literals: Mapping[str, Any], nullable: set[str]
    ) -> None:
        self.depth, self.day, self.run, self.literals, self.nullable = depth, day, run, literals, nullable
        self.aggregates: dict[int, str] = {}

    def open(self, node: Node) -> bool:
        """Whether the value can be unknown in some row."""
        if isinstance(node, Const):
            return False
        if isinstance(node, RunFact):
            return self.run.get(node.name) is None
        if isinstance(node, Op) and not stored(node):
            name = self.aggregates.get(id(node))
            return name in self.nullable if name else node.symbol == "assured" or any(map(self.open, node.args))
        name = column_name(node, self.depth)
        return self.literals.get(name, 0) is None if name in self.literals else name in self.nullable

    def settled(self, node: Node) -> Any:
        """The value of a condition that depends on uniform parameters only; None if rows differ or it is unknown."""
        if isinstance(node, Const):
            return node.value
        if isinstance(node, Param) or (isinstance(node, Op) and node.symbol == "applies"):
            return self.literals.get(column_name(node, self.depth))
        if isinstance(node, Op) and node.symbol == "==":
            left, right = map(self.settled, node.args)
            return None if left is None or right is None else left == right
        return None


class Columns(Reading):
    """Turns nodes into expressions over the table of one entity."""

    def __init__(
        self,
        depth: Depth,
        day: date,
        run: Mapping[str, Any],
        literals: Mapping[str, Any],
        nullable: set[str],
        words: pl.Enum,
    ) -> None:
        super().__init__(depth, day, run, literals, nullable)
        self.words = words

    def expression(self, node: Node) -> pl.Expr:
        """The node as an expression."""
        if isinstance(node, Const):
            return pl.lit(node.value, dtype=dtype(node.unit, self.words))
        if isinstance(node, RunFact):
            return pl.lit(self.run.get(node.name), dtype=pl.Int64)
        if isinstance(node, Op) and not stored(node):
            return self._operation(node)
        name = column_name(node, self.depth)
        return (
            pl.lit(self.literals[name], dtype=dtype(node.unit, self.words)) if name in self.literals else pl.col(name)
        )

    def _operation(self, node: Op) -> pl.Expr:
        if id(node) in self.aggregates:
            return pl.col(self.aggregates[id(node)])
        if node.symbol in ("if", "min", "max"):
            return {"if": self._choice, "min": self._extreme, "max": self._extreme}[node.symbol](node)
        args = [self.expression(arg) for arg in node.args]
        if node.symbol == "age":
            return age(args[0], self.day)
        return OPERATIONS[node.symbol](*args)

    def _choice(self, node: Op) -> pl.Expr:
        condition, then, otherwise = node.args
        chosen = self.settled(condition)
        if chosen is not None:
            return self.expression(then if chosen else otherwise)
        c, a, b = map(self.expression, node.args)
        if not self.open(condition):
            return pl.when(c).then(a).otherwise(b)
        same = pl.when(a == b).then(a)
        return pl.when(c).then(a).when(~c).then(b).otherwise(same)

    def _extreme(self, node: Op) -> pl.Expr:
        args = [self.expression(arg) for arg in node.args]
        result = pl.min_horizontal(args) if node.symbol == "min" else pl.max_horizontal(args)
        open_ = [arg.is_not_null() for arg, of in zip(args, node.args, strict=True) if self.open(of)]
        return pl.when(reduce(and_, open_)).then(result) if open_ else result


@lru_cache(maxsize=4)
def _ages(day: date) -> pl.Series:
    """Age by the number of days since birth: looked up three times as fast as calculated."""
    born = pl.date_range(date.min, day, eager=True).reverse().dt
    before = day.month * 100 + day.day < born.month().cast(pl.Int64) * 100 + born.day()
    return day.year - born.year().cast(pl.Int64) - before.cast(pl.Int64)


def age(birth: pl.Expr, day: date) -> pl.Expr:
    """Completed years; births after the day were refused, those before the calendar are as old as its first."""
    ages = _ages(day)
    return pl.lit(ages).gather((pl.lit(day) - birth).dt.total_days().clip(upper_bound=ages.len() - 1))


def _within(value: pl.Expr, *values: pl.Expr) -> pl.Expr:
    return reduce(or_, [value == each for each in values])


def _highest(*args: pl.Expr) -> pl.Expr:
    """Known unless a group that might be the highest is unknown."""
    pairs = list(zip(args[::2], args[1::2], strict=True))
    reached = pl.max_horizontal([pl.when(condition).then(value).otherwise(0) for condition, value in pairs])
    possible = pl.max_horizontal([pl.when(condition.is_null()).then(value).otherwise(0) for condition, value in pairs])
    complete = reduce(and_, [value.is_not_null() for value in args[1::2]])
    return pl.when(complete & (possible <= reached)).then(reached)


def _ceil_yuan(value: pl.Expr, divisor: pl.Expr) -> pl.Expr:
    return -((-value) // (divisor * 100)) * 100


OPERATIONS: dict[str, Callable[..., pl.Expr]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "in": _within,
    "and": lambda *args: reduce(and_, args),
    "or": lambda *args: reduce(or_, args),
    "not": lambda a: ~a,
    "assured": lambda a: pl.when(a).then(pl.lit(True)),
    "highest": _highest,
    "percent": lambda rate, value: rate * value // 100,
    "ceil_yuan": _ceil_yuan,
}
