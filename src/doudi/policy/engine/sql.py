"""The programme as one statement of Spark SQL: another reading of the same trees, for a cluster.

There is one wide table: a row for every obligor, and one for every person or household without any; what belongs to a
household stands in each of its rows. Sums over a family are windows over its rows, so the table is moved once and never
joined. Columns are called `1:size`, `2:age`, `3:on_dibao` after the entity they belong to; days are numbers
YYYYMMDD: the difference of two, without its last four digits, is an age.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from doudi.policy.engine.columns import Reading, column_name, stored
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON, RUN, Const, Depth, Node, Op, RunFact
from doudi.policy.engine.population import spread, waves
from doudi.policy.engine.programme import Programme, walk
from doudi.policy.engine.units import BOOLEAN, TEXT, Unit
from doudi.policy.run import Run

SIMPLE: Final = re.compile(r"`[^`]*`|[0-9]+L|'[^']*'|TRUE|FALSE|CAST\(NULL AS [A-Z]+\)")
DEPTHS: Final = (HOUSEHOLD, PERSON, OBLIGOR)
KEYS: Final = {HOUSEHOLD: ("1:household_id",), PERSON: ("1:household_id", "2:person_id"), OBLIGOR: ("3:obligor_id",)}
PLACE: Final = "#place"


def number(depth: Depth) -> str:
    """The column with the row that the entity has in its own table."""
    return f"#{depth:d}"


def first(depth: Depth) -> str:
    """The column that is true in the first row of each entity."""
    return f"#first{depth:d}"


def results(programme: Programme, depth: Depth) -> list[str]:
    """The columns of the answers about an entity."""
    return [*KEYS[depth], *(f"{depth:d}:{name}" for name in programme.variables(depth))]


def kind(unit: Unit) -> str:
    """The type of a column of values with this unit."""
    return "BOOLEAN" if unit == BOOLEAN else "STRING" if unit == TEXT else "BIGINT"


def quoted(name: str) -> str:
    """The name of a column or a file."""
    return f"`{name.replace('`', '``')}`"


def plain(value: Any, unit: Unit) -> str:
    """A value as it is written."""
    if value is None:
        return f"CAST(NULL AS {kind(unit)})"
    if isinstance(value, bool | str):
        return str(value).upper() if isinstance(value, bool) else f"'{value}'"
    return f"{value:d}L" if value >= 0 else f"({value:d}L)"


class SqlReading(Reading):
    """Turns nodes into expressions over the wide table."""

    def __init__(self, day: date, run: Run, literals: Mapping[str, Any], nullable: set[str]) -> None:
        super().__init__(RUN, day, run.facts(), literals, nullable)
        self.shared: dict[str, str] = {}
        self.columns: list[str] = []

    def add(self, text: str, name: str) -> None:
        """Put a column into the next selection."""
        self.columns.append(f"{text} AS {quoted(name)}")

    def taken(self) -> str:
        """The columns of the next selection; each may use those before it."""
        columns, self.columns = ", ".join(self.columns), []
        return columns

    def once(self, text: str) -> str:
        """What is needed more than once, as a column: nested choices would otherwise double with every level."""
        if SIMPLE.fullmatch(text):
            return text
        if text not in self.shared:
            name = f"#x{len(self.shared)}"
            self.add(text, name)
            self.shared[text] = quoted(name)
        return self.shared[text]

    def expression(self, node: Node) -> str:
        """The node as an expression."""
        if isinstance(node, Const):
            return plain(node.value, node.unit)
        if isinstance(node, RunFact):
            return plain(self.run.get(node.name), node.unit)
        if isinstance(node, Op) and not stored(node):
            return self._operation(node)
        name = column_name(node, RUN)
        return plain(self.literals[name], node.unit) if name in self.literals else quoted(name)

    def _operation(self, node: Op) -> str:
        if id(node) in self.aggregates:
            return quoted(self.aggregates[id(node)])
        if node.symbol == "if":
            return self._choice(node)
        args = [self.expression(arg) for arg in node.args]
        if node.symbol == "age":
            return self._floor(f"({self.day:%Y%m%d}L - {args[0]})", "10000L")
        special = {"min": self._extreme, "max": self._extreme, "highest": self._highest}
        return special[node.symbol](node, args) if node.symbol in special else self._arithmetic(node, args)

    def _arithmetic(self, node: Op, args: list[str]) -> str:
        if node.symbol == "percent":
            return self._floor(f"({args[0]} * {args[1]})", "100L")
        if node.symbol == "ceil_yuan":
            return f"(-{self._floor(f'(-{args[0]})', f'({args[1]} * 100L)')} * 100L)"
        return OPERATIONS[node.symbol](*args)

    def _choice(self, node: Op) -> str:
        condition, then, otherwise = node.args
        chosen = self.settled(condition)
        if chosen is not None:
            return self.expression(then if chosen else otherwise)
        c, a, b = map(self.expression, node.args)
        if not self.open(condition):
            return f"(CASE WHEN {c} THEN {a} ELSE {b} END)"
        c, a, b = map(self.once, (c, a, b))
        return f"(CASE WHEN {c} THEN {a} WHEN NOT {c} THEN {b} WHEN {a} = {b} THEN {a} END)"

    def _extreme(self, node: Op, args: list[str]) -> str:
        args = list(map(self.once, args))
        result = f"{'least' if node.symbol == 'min' else 'greatest'}({', '.join(args)})"
        open_ = [f"{arg} IS NOT NULL" for arg, of in zip(args, node.args, strict=True) if self.open(of)]
        return f"(CASE WHEN {' AND '.join(open_)} THEN {result} END)" if open_ else result

    def _highest(self, node: Op, args: list[str]) -> str:
        """Known unless a group that might be the highest is unknown."""
        args = list(map(self.once, args))
        pairs = list(zip(args[::2], args[1::2], strict=True))
        reached = self.once(f"greatest({', '.join(f'CASE WHEN {c} THEN {v} ELSE 0L END' for c, v in pairs)})")
        possible = ", ".join(f"CASE WHEN {c} IS NULL THEN {v} ELSE 0L END" for c, v in pairs)
        complete = " AND ".join(f"{v} IS NOT NULL" for v in args[1::2])
        return f"(CASE WHEN {complete} AND greatest({possible}) <= {reached} THEN {reached} END)"

    def _floor(self, value: str, divisor: str) -> str:
        """⌊value / divisor⌋ in whole numbers: `/` would go through floating point, and `div` rounds towards zero."""
        value = self.once(value)
        return f"(({value} - pmod({value}, {divisor})) div {divisor})"


def _infix(symbol: str) -> Callable[..., str]:
    return lambda *args: f"({f' {symbol} '.join(args)})"


OPERATIONS: Final[dict[str, Callable[..., str]]] = {
    **{symbol: _infix(symbol) for symbol in ("+", "-", "*", "<", "<=", ">", ">=")},
    "==": _infix("="),
    "and": _infix("AND"),
    "or": _infix("OR"),
    "not": lambda a: f"(NOT {a})",
    "in": lambda value, *values: f"({value} IN ({', '.join(values)}))",
    "assured": lambda a: f"(CASE WHEN {a} THEN TRUE END)",
}


class Statement:
    """The programme as a chain of selections, each adding columns to the one before."""

    def __init__(
        self,
        programme: Programme,
        on: date,
        run: Run,
        places: list[Mapping[object, object]],
        nullable: set[str],
    ) -> None:
        uniform, self.varying = spread(programme, places)
        self.programme = programme
        above = {f"{HOUSEHOLD:d}:{name}" for name, (_, values) in self.varying.items() if None in values}
        literals = {f"{HOUSEHOLD:d}:{name}": value for name, value in uniform.items()}
        self.reading = SqlReading(on, run, literals, nullable | above)

    def text(self, source: str, shares: int, wanted: tuple[Depth, ...] = DEPTHS) -> str:
        """The whole statement over the table ``source``, calculated in so many shares, in the order of the rows."""
        order = ", ".join(quoted(number(depth)) for depth in DEPTHS)
        hint = f"/*+ REPARTITION_BY_RANGE({shares}, {quoted(number(HOUSEHOLD))}) */"
        steps = [f"SELECT {hint} * FROM {source} SORT BY {order}"]  # noqa: S608
        steps += [f"SELECT *, {columns} FROM s{n}" for n, columns in enumerate(self._columns())]  # noqa: S608
        chain = ",\n".join(f"s{n} AS ({step})" for n, step in enumerate(steps))
        marks = [name for depth in DEPTHS for name in (number(depth), first(depth))]
        answers = dict.fromkeys(name for depth in wanted for name in results(self.programme, depth))
        names = ", ".join(map(quoted, [*marks, *answers]))
        rows = " OR ".join(quoted(first(depth)) for depth in wanted)
        return f"WITH {chain}\nSELECT {names} FROM s{len(steps) - 1} WHERE {rows} SORT BY {order}"

    def _columns(self) -> Iterator[str]:
        """The columns that each selection adds: parameters that differ, then wave by wave sums and rules."""
        reading = self.reading
        for name, (node, values) in self.varying.items():
            each = ", ".join(plain(value, node.unit) for value in values)
            reading.add(f"array({each})[{quoted(PLACE)}]", f"{HOUSEHOLD:d}:{name}")
        for _, depth, names in waves(self.programme):
            trees = {name: self.programme.trees[name] for name in names}
            nodes = [node for tree in trees.values() for node in walk(tree)]
            yield from self._sums(depth, [n for n in nodes if isinstance(n, Op) and n.symbol in AGGREGATES])
            for name, tree in trees.items():
                reading.add(reading.expression(tree), f"{depth:d}:{name}")
                reading.nullable |= {f"{depth:d}:{name}"} if reading.open(tree) else set()
        yield reading.taken()

    def _sums(self, depth: Depth, nodes: list[Op]) -> Iterator[str]:
        """Sums over all rows of each household or person: the selection before them, and that with the windows."""
        if not nodes:
            return
        reading = self.reading
        values = {id(node): reading.once(reading.expression(node.args[0])) for node in nodes}
        yield reading.taken()
        keys = ", ".join(quoted(number(Depth(level))) for level in range(HOUSEHOLD, depth + 1))
        there, over = quoted(first(Depth(depth + 1))), f"OVER (PARTITION BY {keys})"
        for node in nodes:
            name = f"#sum{len(reading.aggregates)}"
            reading.add(AGGREGATES[node.symbol](values[id(node)], there, over), name)
            reading.nullable |= {name} if reading.open(node.args[0]) else set()
            reading.aggregates[id(node)] = name
        yield reading.taken()


def _total(value: str, there: str, window: str) -> str:
    """Not known as soon as one value is not; nothing for nobody. Sums skip what is not known."""
    holes = f"bool_or({there} AND {value} IS NULL) {window}"
    return f"CASE WHEN {holes} THEN NULL ELSE coalesce(sum(CASE WHEN {there} THEN {value} END) {window}, 0L) END"


def _every(value: str, there: str, window: str) -> str:
    """False as soon as one is false, then not known as soon as one is not known; true of nobody."""
    failed, holes = (f"bool_or({there} AND {bad}) {window}" for bad in (f"NOT {value}", f"{value} IS NULL"))
    return f"CASE WHEN {failed} THEN FALSE WHEN {holes} THEN NULL ELSE TRUE END"


AGGREGATES: Final[dict[str, Callable[[str, str, str], str]]] = {"total": _total, "every": _every}
