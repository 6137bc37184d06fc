"""A population: the same trees, evaluated a column at a time over sorted tables of households, persons and obligors.

Persons lie in the order of their households, obligors in the order of their persons. A value from above is gathered by
row number; a sum over a family is a difference of two running totals, so every household is one subtraction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from doudi.policy.engine.case import Unknown
from doudi.policy.engine.columns import Columns, column_name, dtype, stored, vocabulary
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON, Depth, Node, Op, Param, Ref
from doudi.policy.engine.programme import Programme, walk
from doudi.policy.engine.tables import KEYS, Tables
from doudi.policy.engine.units import TEXT
from doudi.policy.errors import PolicyError
from doudi.policy.facts import FACTS
from doudi.policy.parameters.lookup import MissingParameter
from doudi.policy.run import Run

if TYPE_CHECKING:
    from doudi.policy.rulebook import Rulebook

CHUNK = 100_000
"""Households evaluated at a time: keeps the memory of a province within that of a desk machine."""
AT_ONCE = 2
Plan = list[tuple[int, Depth, list[str]]]
Place = tuple[str | None, str | None]
"""The most specific area with a parameter of its own, and the residence class."""


@dataclass(frozen=True)
class Screened:
    """The answers: a row per household and a row per person, in the order of the tables that were given."""

    households: pl.DataFrame
    persons: pl.DataFrame
    obligors: pl.DataFrame


def screen(
    book: Rulebook, tables: Tables, on: date, run: Run | None = None, chunk: int = CHUNK,
    only: frozenset[str] | None = None,
) -> Screened:  # fmt: skip
    """Every variable of every household and person on a day; with `only`, these and no others."""
    tables.check_dates(on)
    screening = Screening(book, tables, on, run or Run(), only)
    parts = list(_side_by_side(screening, range(0, max(1, tables.households.height), chunk), chunk))
    frames = [pl.concat([part[depth] for part in parts]) for depth in (HOUSEHOLD, PERSON, OBLIGOR)]
    return Screened(*map(_in_order, frames))


def _side_by_side(screening: Screening, firsts: Sequence[int], chunk: int) -> Iterator[dict[Depth, pl.DataFrame]]:
    """The parts in their order, two at work at once: while one adds up families on one core, the other has the rest."""
    at_once = min(AT_ONCE, pl.thread_pool_size(), len(firsts))
    if at_once == 1:
        yield from (screening.part(first, chunk) for first in firsts)
        return
    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(lambda first: screening.part(first, chunk), firsts)


def _in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """Back in the order in which the rows were given."""
    rows = frame["#row"]
    return (frame if rows.is_sorted() else frame.sort("#row")).drop("#row")


class Screening:
    """One run over tables: parameters by group, the plan of waves, and the evaluation of a part."""

    def __init__(self, book: Rulebook, tables: Tables, on: date, run: Run, only: frozenset[str] | None) -> None:
        whole = book.programme(on)
        self.programme = whole if only is None else whole.only(only)
        self.tables, self.on, self.run = tables, on, run
        # One row per group of place and class.
        self.words = vocabulary(self.programme, book.parameters)
        self.groups, self.literals, self.values = _parameters(book, self.programme, tables, on, run, self.words)
        self.plan = waves(self.programme)
        self.persons_from, self.obligors_from = tables.persons_from, tables.obligors_from

    def part(self, first: int, count: int) -> dict[Depth, pl.DataFrame]:
        """The answers of some households and of everybody in them."""
        last = min(first + count, self.tables.households.height)
        p0, p1 = self.persons_from[[first, last]]
        o0, o1 = self.obligors_from[[p0, p1]]
        part = Part(
            self,
            {
                HOUSEHOLD: self.tables.households[first:last].hstack(self.values[self.groups[first:last]]),
                PERSON: self.tables.persons[p0:p1],
                OBLIGOR: self.tables.obligors[o0:o1],
            },
            {PERSON: self.tables.home[p0:p1] - first, OBLIGOR: self.tables.owed[o0:o1] - p0},
            {HOUSEHOLD: self.persons_from[first : last + 1] - p0, PERSON: self.obligors_from[p0 : p1 + 1] - o0},
        )
        return part.evaluated()


class Part:
    """Some households with everybody in them, while they are evaluated."""

    def __init__(
        self,
        screening: Screening,
        frames: dict[Depth, pl.DataFrame],
        above: dict[Depth, np.ndarray[Any, Any]],
        starts: dict[Depth, np.ndarray[Any, Any]],
    ) -> None:
        self.screening, self.above, self.starts = screening, above, starts
        self.frames = {depth: _in_words(frame, depth, screening.words) for depth, frame in frames.items()}
        nullable = {depth: {s.name for s in frame if s.null_count()} for depth, frame in frames.items()}
        self.columns = {
            depth: Columns(
                depth, screening.on, screening.run.facts(), screening.literals, nullable[depth], screening.words
            )
            for depth in frames
        }

    def evaluated(self) -> dict[Depth, pl.DataFrame]:
        """Run the plan, wave by wave."""
        trees = self.screening.programme.trees
        for _, depth, names in self.screening.plan:
            nodes = [node for name in names for node in walk(trees[name])]
            self._aggregate(depth, [n for n in nodes if isinstance(n, Op) and n.symbol in ("total", "every")])
            self._fetch(depth, nodes)
            self._calculate(depth, names)
        return {depth: self._results(depth) for depth in self.frames}

    def _calculate(self, depth: Depth, names: list[str]) -> None:
        """Add the columns of rules; a rule that needs another of the wave comes after it."""
        columns, frame = self.columns[depth], self.frames[depth].lazy()
        trees, rules = self.screening.programme.trees, self.screening.programme.rules
        for batch in batches(names, trees):
            frame = frame.with_columns(
                columns.expression(trees[name]).cast(dtype(rules[name].unit, columns.words)).alias(name)
                for name in batch
            )
            columns.nullable.update(name for name in batch if columns.open(trees[name]))
        self.frames[depth] = frame.collect()

    def _fetch(self, depth: Depth, nodes: list[Node]) -> None:
        """Gather what rules need from the entities above."""
        rows = self.above.get(depth)
        level = depth
        while rows is not None and level > HOUSEHOLD:
            level = Depth(level - 1)
            wanted = {column_name(n, level): column_name(n, depth) for n in nodes if stored(n) and n.depth == level}
            missing = {
                own: here
                for own, here in wanted.items()
                if here not in self.frames[depth].columns and here not in self.screening.literals
            }
            if missing:
                found = self.frames[level].select(pl.col(own).alias(here) for own, here in missing.items())[rows]
                self.frames[depth] = pl.concat([self.frames[depth], found], how="horizontal")
                known = self.columns[level].nullable
                self.columns[depth].nullable.update(here for own, here in missing.items() if own in known)
            rows = self.above[level][rows] if level in self.above else None

    def _aggregate(self, depth: Depth, nodes: list[Op]) -> None:
        """Add columns with sums over the persons, or with whether something is true of all obligors."""
        if not nodes:
            return
        child, columns = Depth(depth + 1), self.columns[depth]
        self._fetch(child, [inner for node in nodes for inner in walk(node.args[0])])
        below = self.columns[child]
        values = self.frames[child].select(
            below.expression(node.args[0]).alias(f"#{number}")
            for number, node in enumerate(nodes, len(columns.aggregates))
        )
        results = [
            self._aggregated(depth, node, values[name]) for node, name in zip(nodes, values.columns, strict=True)
        ]
        self.frames[depth] = self.frames[depth].hstack(results)
        columns.aggregates.update({id(node): result.name for node, result in zip(nodes, results, strict=True)})
        columns.nullable.update(result.name for result in results if result.null_count())

    def _aggregated(self, depth: Depth, node: Op, series: pl.Series) -> pl.Series:
        """One column: the sum, or whether all are true; open where an open part could change it."""
        holes = self._sums(depth, series.is_null()) if series.null_count() else None
        if node.symbol == "total":
            result = pl.Series(series.name, self._sums(depth, series.cast(pl.Int64).fill_null(0)))
            return result if holes is None else result.set(pl.Series(holes > 0), None)
        result = pl.Series(series.name, self._sums(depth, (~series).fill_null(False)) == 0)
        return result if holes is None else result.set(pl.Series(holes > 0) & result, None)

    def _sums(self, depth: Depth, series: pl.Series) -> np.ndarray[Any, Any]:
        """Sums over the children of every row: differences of running totals, exact even where those wrap."""
        running = np.append(np.int64(0), np.cumsum(series.to_numpy(), dtype=np.int64))
        starts = self.starts[depth]
        return np.asarray(running[starts[1:]] - running[starts[:-1]])

    def _results(self, depth: Depth) -> pl.DataFrame:
        keys = [name for name in ("#row", "household_id", KEYS[depth]) if name in self.frames[depth].columns]
        results = self.frames[depth].select(*dict.fromkeys(keys), *self.screening.programme.variables(depth))
        return results.with_columns(pl.col(pl.Enum).cast(pl.String))


def _in_words(frame: pl.DataFrame, depth: Depth, words: pl.Enum) -> pl.DataFrame:
    """Facts that are one of a few texts, as members of the enumeration: their small numbers are looked up."""
    chosen = [
        name for name, spec in FACTS[depth].items() if spec.unit == TEXT and spec.choices and name in frame.columns
    ]
    return frame.with_columns(
        pl.Series(name, list(FACTS[depth][name].choices), dtype=words).gather(frame[name].to_physical())
        for name in chosen
    )


def waves(programme: Programme) -> Plan:
    """Rules by wave and entity: a wave needs only what earlier waves of other entities and its own have calculated."""
    wave: dict[str, int] = {}
    for name, tree in programme.trees.items():
        depth = programme.rules[name].depth
        needed = [(wave[n.name], n.depth) for n in walk(tree) if isinstance(n, Ref)]
        wave[name] = max((w + (at != depth) for w, at in needed), default=0)
    plan: dict[tuple[int, Depth], list[str]] = {}
    for name in programme.names:
        plan.setdefault((wave[name], programme.rules[name].depth), []).append(name)
    return [(number, depth, names) for (number, depth), names in sorted(plan.items())]


def batches(names: list[str], trees: Any) -> Iterator[list[str]]:
    """Rules of a wave in steps in which none needs another."""
    step: dict[str, int] = {}
    for name in names:
        inside = [step[n.name] for n in walk(trees[name]) if isinstance(n, Ref) and n.name in step]
        step[name] = max(inside, default=-1) + 1
    for number in range(max(step.values(), default=-1) + 1):
        yield [name for name in names if step[name] == number]


def _parameters(
    book: Rulebook, programme: Programme, tables: Tables, on: date, run: Run, words: pl.Enum
) -> tuple[np.ndarray[Any, Any], dict[str, Any], pl.DataFrame]:
    """For every household its group of place and class; what is the same for all groups; a table of the rest."""
    index, found = places(book, tables, on, run)
    uniform, varying = spread(programme, list(found.values()))
    literals = {named: value for name, value in uniform.items() for named in (name, f"{HOUSEHOLD}:{name}")}
    columns = [pl.Series(name, values, dtype=dtype(node.unit, words)) for name, (node, values) in varying.items()]
    return index, literals, pl.DataFrame([pl.Series("#group", range(len(found))), *columns])


def places(
    book: Rulebook, tables: Tables, on: date, run: Run
) -> tuple[np.ndarray[Any, Any], dict[Place, Mapping[object, object]]]:
    """For every household the number of its place and class; those in their order, with their parameters."""
    divisions, number = tables.places
    keys = divisions.select(_area(book).alias("area"), pl.col("residence_class").alias("class"))
    groups = keys.unique(maintain_order=True).with_row_index("group")
    of_division = keys.join(groups, on=["area", "class"], how="left", nulls_equal=True, maintain_order="left")["group"]
    index = of_division.to_numpy()[number]
    settings: dict[Place, Mapping[object, object]] = {}
    for group, area, residence in groups.iter_rows():
        try:
            settings[area, residence] = book.settings(area, residence, on, run)
        except MissingParameter as error:
            row, code = tables.households[int((index == group).argmax())].select("#row", "division_code").row(0)
            raise PolicyError(f"{tables.names[HOUSEHOLD]} 第 {row + 1} 行：{error.at(code)}") from error
    return index, settings


def spread(
    programme: Programme, settings: list[Mapping[object, object]]
) -> tuple[dict[str, Any], dict[str, tuple[Node, list[Any]]]]:
    """The parameters that are the same everywhere, and those that are not with their value in each place."""
    uniform: dict[str, Any] = {}
    varying: dict[str, tuple[Node, list[Any]]] = {}
    for name, node in {column_name(n, HOUSEHOLD): n for n in _place_values(programme)}.items():
        values = [_value(each, node) for each in settings]
        if len(set(values)) <= 1:
            uniform[name] = next(iter(values), None)
        else:
            varying[name] = node, values
    return uniform, varying


def _value(settings: Mapping[object, object], node: Node) -> Any:
    param = node.args[0] if isinstance(node, Op) else node
    assert isinstance(param, Param)
    value = settings.get(("applies", param.name) if isinstance(node, Op) else (param.name, param.residence))
    return None if isinstance(value, Unknown) else value


def _place_values(programme: Programme) -> Iterator[Node]:
    """What depends on place and class only: parameters, and whether they apply."""
    for tree in programme.trees.values():
        for node in walk(tree):
            if isinstance(node, Param) or (isinstance(node, Op) and node.symbol == "applies"):
                yield node


def _area(book: Rulebook) -> pl.Expr:
    """The most specific area of each division code for which any parameter has a block."""
    areas = {block.area for quantity in book.parameters.quantities.values() for block in quantity.blocks}
    code = pl.col("division_code")
    chosen: pl.Expr = pl.when(code.is_not_null()).then(pl.lit(""))
    for area in sorted(areas - {""}, key=len):
        chosen = pl.when(code.str.starts_with(area)).then(pl.lit(area)).otherwise(chosen)
    return chosen
