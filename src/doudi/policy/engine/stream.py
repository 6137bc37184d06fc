"""Tables that come piece by piece: a province is screened in the memory that some thousand households need.

First only the keys are read, to see which rows belong together and that no id comes twice; then piece after piece with
all its facts. Persons must lie in the order of the households and obligors in that of the persons, at least piece by
piece; tables in another order are right as well, but they are read whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from operator import add
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON, Depth
from doudi.policy.engine.population import Screened, screen
from doudi.policy.engine.tables import ABOVE, KEYS, Oddities, Tables, alike, checked, columns, refuse_repeated, told
from doudi.policy.errors import PolicyError
from doudi.policy.run import Run

if TYPE_CHECKING:
    from doudi.policy.rulebook import Rulebook

Hashes = np.ndarray[Any, Any]


class Cut(NamedTuple):
    """The first row of a piece in a table, and how many rows it has there."""

    first: int
    rows: int | None


Piece = dict[Depth, Cut]
PIECE = 30_000
"""Households read, screened and written at a time."""
NOTHING, EVERYTHING = Cut(0, 0), Cut(0, None)


@dataclass(frozen=True)
class Sources:
    """The tables, not yet read, and what they are called."""

    frames: dict[Depth, pl.LazyFrame]
    names: dict[Depth, str]

    def pieces(self, chunk: int = PIECE) -> Iterator[Tables]:
        """The tables in pieces of some households, checked; PolicyError for the first thing that cannot be used."""
        for depth in self.frames:
            checked(depth, self.read(depth, NOTHING), self.names[depth])
        for piece in self._cuts(chunk) or [dict.fromkeys(self.frames, EVERYTHING)]:
            yield self._tables(piece)

    def whole(self) -> Tables:
        """The tables in one piece, checked."""
        return self._tables(dict.fromkeys(self.frames, EVERYTHING))

    def _tables(self, piece: Piece) -> Tables:
        frames = {depth: self.read(depth, cut) for depth, cut in piece.items()}
        first = {depth: cut.first for depth, cut in piece.items()}
        return Tables.read(frames[HOUSEHOLD], frames[PERSON], frames.get(OBLIGOR), self.names, first)

    def read(self, depth: Depth, cut: Cut, names: set[str] | None = None) -> pl.DataFrame:
        """Some rows, with the columns that rules ask for or those that are named."""
        lazy, wanted = self.frames[depth], columns(depth) if names is None else names
        try:
            there = [name for name in lazy.collect_schema() if name in wanted]
            return lazy.select(there).slice(*cut).collect()
        except (OSError, pl.exceptions.PolarsError) as error:
            raise PolicyError(f"读不了表 {self.names[depth]}：{str(error).splitlines()[0]}") from error

    def strangers(self) -> list[str]:
        """Columns that are no facts, table by table: they are not read, which may not be what was meant."""
        found = {depth: set(frame.collect_schema()) - columns(depth) for depth, frame in self.frames.items()}
        text = "{} 中不认识的列没有用到：{}。"
        return [text.format(self.names[depth], "、".join(sorted(more))) for depth, more in found.items() if more]

    def height(self, depth: Depth) -> int:
        """How many rows a table has."""
        return int(self.frames[depth].select(pl.len()).collect().item())

    def _cuts(self, chunk: int) -> list[Piece]:
        """Where the tables can be cut; nothing if the rows of a family are too far from each other for that."""
        if any(dtype != pl.String for depth in self.frames for dtype in self.read(depth, NOTHING, keys(depth)).dtypes):
            return []
        queues = {depth: _Queue(self, depth, 3 * chunk) for depth in self.frames}
        pieces: list[Piece] = []
        for first in range(0, queues[HOUSEHOLD].height, chunk):
            above = queues[HOUSEHOLD].next(chunk)
            piece = {HOUSEHOLD: Cut(first, above.len())}
            for depth in list(self.frames)[1:]:
                start = queues[depth].taken
                above = queues[depth].belonging(above)
                piece[depth] = Cut(start, above.len())
            pieces.append(piece)
        if any(queue.taken < queue.height for queue in queues.values()):
            return []
        for queue in queues.values():
            queue.check_unique()
        return pieces


def keys(depth: Depth) -> set[str]:
    """The columns that say which row belongs to which."""
    return {KEYS[depth], ABOVE.get(depth, KEYS[depth])}


class _Queue:
    """The keys of a table, read ahead; every key leaves a number behind by which a second one like it is found."""

    def __init__(self, sources: Sources, depth: Depth, ahead: int) -> None:
        self.sources, self.depth, self.ahead = sources, depth, ahead
        self.taken, self.height = 0, sources.height(depth)
        self.hashes: Hashes = np.zeros(self.height, dtype=np.uint64)
        self.read, self.rows = 0, self._read(0, 0)

    def next(self, count: int) -> pl.Series:
        """The keys of so many rows."""
        return self._take(self._read(self.taken, count))

    def belonging(self, above: pl.Series) -> pl.Series:
        """The keys of the rows up to the first that belongs to none of ``above``."""
        found = [self.rows[KEYS[self.depth]].clear()]
        while self._filled():
            inside = self.rows[ABOVE[self.depth]].is_in(above.implode()).fill_null(False)
            count = self.rows.height if inside.all() else int((~inside).arg_max() or 0)
            found.append(self._take(self.rows[:count]))
            self.rows = self.rows[count:]
            if self.rows.height:
                break
        return pl.concat(found)

    def _filled(self) -> bool:
        if not self.rows.height:
            self.rows = self._read(self.read, self.ahead)
            self.read += self.rows.height
        return self.rows.height > 0

    def _read(self, first: int, count: int) -> pl.DataFrame:
        return self.sources.read(self.depth, Cut(first, count), keys(self.depth))

    def _take(self, rows: pl.DataFrame) -> pl.Series:
        keys = rows[KEYS[self.depth]]
        self.hashes[self.taken : self.taken + keys.len()] = keys.hash(seed=1).to_numpy()
        self.taken += keys.len()
        return keys

    def check_unique(self) -> None:
        """PolicyError for an id that comes twice: equal numbers are rare, and only their ids are compared."""
        rows = pl.Series(alike(self.hashes))
        if rows.len():
            lazy = self.sources.frames[self.depth].select(KEYS[self.depth]).with_row_index("#row")
            suspects = lazy.drop_nulls().filter(pl.col("#row").is_in(rows.implode())).collect()
            refuse_repeated(self.depth, suspects, self.sources.names[self.depth])


class Streaming:
    """A screening piece by piece: iterate over the answers, then ask for the warnings."""

    def __init__(self, book: Rulebook, sources: Sources, on: date, run: Run | None = None, chunk: int = PIECE) -> None:
        self.book, self.sources, self.on, self.run, self.chunk = book, sources, on, run, chunk
        self.oddities = Oddities()

    def __iter__(self) -> Iterator[Screened]:
        for tables in self.pieces():
            yield screen(self.book, tables, self.on, self.run, self.chunk)

    def pieces(self) -> Iterator[Tables]:
        """The pieces, their oddities counted."""
        for tables in self.sources.pieces(self.chunk):
            self.oddities = Oddities(*map(add, self.oddities, tables.oddities()))
            yield tables

    def warnings(self) -> list[str]:
        """What was accepted as given in the pieces so far, but should be looked at again."""
        return told(self.oddities) + self.sources.strangers()
