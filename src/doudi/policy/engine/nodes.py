"""The expression tree. Calling a rule with nodes instead of values builds it; nothing is calculated here.

Python's own `and`, `or`, `not`, `if` and chained comparisons cannot be overloaded: they raise a clear error when the
rulebook is loaded. Write `&`, `|`, `~` and `when(condition, then, otherwise)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NoReturn

from doudi.policy.engine.units import BOOLEAN, CALENDAR_MONTH, COUNT, FEN, MONTHS, PERCENT, PERMILLE, Unit
from doudi.policy.errors import RuleError

Plain = bool | int | str
"""What a literal in a rule may be."""


class Depth(IntEnum):
    """Of what a value is a property: of the run, a household, a person, an obligor."""

    RUN = 0
    HOUSEHOLD = 1
    PERSON = 2
    OBLIGOR = 3


RUN, HOUSEHOLD, PERSON, OBLIGOR = Depth


@dataclass(frozen=True, eq=False)
class Node:
    """One place of the tree: what it is measured in, and what it is a property of."""

    unit: Unit
    depth: Depth

    def __bool__(self) -> NoReturn:
        raise RuleError("规则里不能用 if/and/or/not 或连写比较，请改用 when()、&、|、~。")

    def __add__(self, other: Node | int) -> Node:
        return _alike("+", self, other)

    def __radd__(self, other: int) -> Node:
        return _alike("+", literal(other), self)

    def __sub__(self, other: Node | int) -> Node:
        return _alike("-", self, other)

    def __mul__(self, other: Node | int) -> Node:
        right = _numeric(literal(other))
        return Op(_numeric(self).unit.times(right.unit), max(self.depth, right.depth), "*", (self, right))

    def __rmul__(self, other: int) -> Node:
        return literal(other) * self

    def __lt__(self, other: Node | int) -> Node:
        return _compare("<", self, other)

    def __le__(self, other: Node | int) -> Node:
        return _compare("<=", self, other)

    def __gt__(self, other: Node | int) -> Node:
        return _compare(">", self, other)

    def __ge__(self, other: Node | int) -> Node:
        return _compare(">=", self, other)

    def __eq__(self, other: Node | Plain) -> Node:  # type: ignore[override]
        return _compare("==", self, other)

    def __ne__(self, other: Node | Plain) -> Node:  # type: ignore[override]
        return ~(self == other)

    __hash__ = object.__hash__

    def __and__(self, other: Node) -> Node:
        return _logic("and", self, other)

    def __or__(self, other: Node) -> Node:
        return _logic("or", self, other)

    def __invert__(self) -> Node:
        return Op(BOOLEAN, _boolean(self).depth, "not", (self,))

    def among(self, *values: Plain) -> Node:
        """Whether the value is one of those written down in the rule."""
        return Op(BOOLEAN, self.depth, "in", (self, *map(literal, values)))

    def percent(self, rate: Node) -> Node:
        """⌊rate × this / 100⌋ for a rate in whole percents."""
        if rate.unit != PERCENT:
            raise RuleError("percent() 需要一个以百分数计的比率。")
        return Op(_numeric(self).unit, max(self.depth, rate.depth), "percent", (rate, self))


@dataclass(frozen=True, eq=False)
class Const(Node):
    """A literal of a rule."""

    value: Plain


@dataclass(frozen=True, eq=False)
class Fact(Node):
    """A fact of the entity named by the depth."""

    name: str


@dataclass(frozen=True, eq=False)
class RunFact(Node):
    """A fact of the whole run, such as the consumer price index."""

    name: str


@dataclass(frozen=True, eq=False)
class Param(Node):
    """A parameter at the place and day of the case; ``residence`` fixes the class instead of taking the household's."""

    name: str
    residence: str | None = None

    def of_class(self, residence: str) -> Param:
        """The same parameter of a fixed residence class."""
        return Param(self.unit, self.depth, self.name, residence)

    def applies(self) -> Node:
        """Whether any block of the parameter applies here and now; asking is never an error."""
        return Op(BOOLEAN, self.depth, "applies", (self,))


@dataclass(frozen=True, eq=False)
class Ref(Node):
    """The value of another rule."""

    name: str


@dataclass(frozen=True, eq=False)
class Op(Node):
    """An operation on other nodes."""

    symbol: str
    args: tuple[Node, ...]


@dataclass(frozen=True)
class Parts:
    """A parameter with named parts: ``care["home"]["3"]``."""

    units: dict[str, Unit]
    name: str

    def __getitem__(self, part: str) -> Param | Parts:
        name = f"{self.name}.{part}"
        if name in self.units:
            return Param(self.units[name], Depth.HOUSEHOLD, name)
        if not any(key.startswith(f"{name}.") for key in self.units):
            raise RuleError(f"参数 {self.name} 没有 {part} 这一部分。")
        return Parts(self.units, name)

    def part(self, *names: str) -> Param:
        """The parameter at the end of a path of parts."""
        found: Param | Parts = self
        for name in names:
            found = found[name] if isinstance(found, Parts) else _no_part(found, name)
        return found if isinstance(found, Param) else _no_part(found, "")


def _no_part(found: Param | Parts, name: str) -> NoReturn:
    raise RuleError(f"参数 {found.name} 没有 {name or '到此为止的值'}。")


def literal(value: Node | Plain) -> Node:
    """A node as it is, a plain value as a constant."""
    if isinstance(value, Node):
        return value
    unit = BOOLEAN if isinstance(value, bool) else Unit("text") if isinstance(value, str) else COUNT
    return Const(unit, Depth.RUN, value)


def _bare(node: Node) -> bool:
    """Whether a literal number without a unit, which takes the unit of its neighbour."""
    return isinstance(node, Const) and node.unit == COUNT


def _numeric(node: Node) -> Node:
    if not node.unit.numeric:
        raise RuleError(f"不能用{node.unit.kind}进行计算。")
    return node


def _boolean(node: Node) -> Node:
    if node.unit != BOOLEAN:
        raise RuleError(f"这里需要是或否，得到的是 {node.unit}。")
    return node


def _common(*nodes: Node) -> Unit:
    """The one unit of all; RuleError if they disagree."""
    units = {node.unit for node in nodes if not _bare(node)} or {COUNT}
    if len(units) > 1:
        raise RuleError(f"单位不一致：{'、'.join(sorted(map(str, units)))}。")
    return units.pop()


def _over(*nodes: Node) -> Depth:
    return max(node.depth for node in nodes)


def _alike(symbol: str, left: Node, right: Node | int) -> Node:
    args = (left, literal(right))
    return Op(_numeric(Const(_common(*args), Depth.RUN, 0)).unit, _over(*args), symbol, args)


def _compare(symbol: str, left: Node, right: Node | Plain) -> Node:
    args = (left, literal(right))
    if _common(*args) == BOOLEAN:
        raise RuleError("是与否不用比较，请直接用 &、|、~。")
    return Op(BOOLEAN, _over(*args), symbol, args)


def _logic(symbol: str, *nodes: Node) -> Node:
    """Nested conjunctions are one conjunction, so that an explanation lists its conditions side by side."""
    args: tuple[Node, ...] = ()
    for node in map(_boolean, nodes):
        args += node.args if isinstance(node, Op) and node.symbol == symbol else (node,)
    return Op(BOOLEAN, _over(*args), symbol, args)


def when(condition: Node, then: Node | Plain, otherwise: Node | Plain) -> Node:
    """``then if condition else otherwise``: the branch not taken is no operand."""
    args = (_boolean(condition), literal(then), literal(otherwise))
    return Op(_common(*args[1:]), _over(*args), "if", args)


def least(*values: Node | int) -> Node:
    """The smallest."""
    nodes = tuple(map(literal, values))
    return Op(_common(*nodes), _over(*nodes), "min", nodes)


def most(*values: Node | int) -> Node:
    """The largest."""
    nodes = tuple(map(literal, values))
    return Op(_common(*nodes), _over(*nodes), "max", nodes)


def highest(*pairs: tuple[Node, Node]) -> Node:
    """The highest value whose condition is true, 0 if none: equal values joined by or, from the top down by IF."""
    args = tuple(node for pair in pairs for node in pair)
    return Op(_common(*args[1::2]), _over(*args), "highest", args)


def ceil_yuan(value: Node, divisor: Node | int = 1) -> Node:
    """⌈value / divisor⌉ rounded up to whole yuan; the divisor is a literal and may carry a unit."""
    by = literal(divisor)
    if not isinstance(by, Const):
        raise RuleError("ceil_yuan() 的除数必须是常数。")
    return Op(value.unit.over(by.unit), value.depth, "ceil_yuan", (value, by))


def total(of: Node) -> Node:
    """The sum over the persons of a household."""
    return Op(_numeric(of).unit, _above(of), "total", (of,))


def every(of: Node) -> Node:
    """Whether it is true of all obligors of a person; true if there are none."""
    return Op(BOOLEAN, _above(_boolean(of)), "every", (of,))


def counted_total(counted: Node, of: Node | int) -> Node:
    """Σ counted f: the sum over the household's persons of f if counted, else 0."""
    return total(when(counted, of, 0))


def count_if(counted: Node, condition: Node) -> Node:
    """How many counted members fulfil the condition."""
    return counted_total(counted, when(condition, 1, 0))


def _above(node: Node) -> Depth:
    if node.depth <= Depth.HOUSEHOLD:
        raise RuleError("只能对成员或义务人的值求和或逐一判断。")
    return Depth(node.depth - 1)


def assured(fact: Node) -> Node:
    """True if the fact is true, otherwise not known: a "no" only means that we cannot be sure."""
    return Op(BOOLEAN, _boolean(fact).depth, "assured", (fact,))


def age_of(birth: Node) -> Node:
    """Completed years of age on the day of the decision."""
    from doudi.policy.engine.units import YEARS

    return Op(YEARS, birth.depth, "age", (birth,))


def months(number: int) -> Node:
    """A number of months."""
    return Const(MONTHS, Depth.RUN, number)


def yuan(number: int) -> Node:
    """A sum of money written in yuan."""
    return Const(FEN, Depth.RUN, number * 100)


def percents(number: int) -> Node:
    """A number of percents, to put beside a rate instead of dividing."""
    return Const(PERCENT, Depth.RUN, number)


def permilles(number: int) -> Node:
    """A number of tenths of a percent."""
    return Const(PERMILLE, Depth.RUN, number)


def calendar_month(year: int, month: int) -> Node:
    """A month of the calendar, comparable with the index month of a run."""
    return Const(CALENDAR_MONTH, Depth.RUN, year * 12 + month - 1)
