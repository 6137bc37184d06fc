"""A population on a cluster: checked here as on one machine, calculated there, and put back in order here.

The tables are checked piece by piece and laid down as one wide table in a folder that every machine of the cluster
sees; the cluster reads it, runs one statement, and leaves the answers beside it.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from doudi.policy.engine import sql
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON, Depth
from doudi.policy.engine.population import CHUNK, Place, Screened, places
from doudi.policy.engine.stream import Sources, Streaming
from doudi.policy.engine.tables import Tables
from doudi.policy.errors import PolicyError
from doudi.policy.run import Run

if TYPE_CHECKING:
    from doudi.policy.rulebook import Rulebook

SHARE = 25_000
"""Households that one task of the cluster calculates."""
BEGINS = sql.first(HOUSEHOLD)
Session = Callable[[], AbstractContextManager[Any]]


class Spreading(Streaming):
    """A screening on a cluster: iterate over the answers, then ask for the warnings."""

    def __init__(
        self,
        book: Rulebook,
        sources: Sources,
        on: date,
        run: Run,
        session: Session,
        folder: Path,
        share: int = SHARE,
        chunk: int = CHUNK,
    ) -> None:
        super().__init__(book, sources, on, run, chunk)
        self.around, self.session, self.folder, self.share = run, session, folder, share
        self.households = 0

    def __iter__(self) -> Iterator[Screened]:
        work = Path(tempfile.mkdtemp(dir=self.folder, suffix=".spark"))
        try:
            statement = self._laid_down(work / "rows")
            with self.session() as session:
                session.sql(statement).write.parquet(f"file://{work}/answers")
            yield from self._answers(sorted((work / "answers").glob("part-*.parquet")))
        except (OSError, pl.exceptions.PolarsError) as error:
            raise PolicyError(f"集群的工作目录 {self.folder} 用不了：{error}") from error
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _laid_down(self, folder: Path) -> str:
        """Write the wide table; the statement that has to be run over it."""
        folder.mkdir()
        settings: dict[Place, Mapping[object, object]] = {}
        nullable: set[str] = set()
        for piece, tables in enumerate(self.pieces()):
            tables.check_dates(self.on)
            index, found = places(self.book, tables, self.on, self.around)
            settings |= found
            order = list(settings)
            known = pl.Series([order.index(place) for place in found], dtype=pl.Int32)
            wide(tables, known.gather(index)).write_parquet(folder / f"{piece:06}.parquet")
            nullable |= open_facts(tables)
            self.households += tables.households.height
        statement = sql.Statement(self.book.programme(self.on), self.on, self.around, list(settings.values()), nullable)
        # Where a folder is read, some signs of its name would stand for others.
        name = re.sub(r"([\\\[\]{}*?])", r"\\\1", str(folder))
        return statement.text(f"parquet.{sql.quoted(f'file://{name}')}", max(2, -(-self.households // self.share)))

    def _answers(self, parts: list[Path]) -> Iterator[Screened]:
        """Part by part if the rows lie in the order in which they were given, otherwise all at once."""
        if sum(pl.read_parquet(part, columns=[BEGINS], glob=False)[BEGINS].sum() for part in parts) != self.households:
            raise PolicyError(f"集群没有把全部结果写回 {self.folder}：这个目录应是各节点都能读写的共享目录。")
        if all(_ordered(parts, depth) for depth in sql.DEPTHS):
            for part in parts:
                yield self._screened(pl.read_parquet(part, glob=False))
        else:
            yield self._screened(pl.read_parquet(parts, glob=False))

    def _screened(self, rows: pl.DataFrame) -> Screened:
        return Screened(
            *(_about(rows, depth, sql.results(self.book.programme(self.on), depth)) for depth in sql.DEPTHS)
        )


def wide(tables: Tables, place: pl.Series) -> pl.DataFrame:
    """Every household with each of its persons with each of their obligors, in their order."""
    homes = _named(tables.households, HOUSEHOLD).with_columns(place.alias(sql.PLACE)).with_row_index("#home")
    people = _named(tables.persons, PERSON).with_columns(pl.Series("#home", tables.home)).with_row_index("#person")
    owed = _named(tables.obligors, OBLIGOR).with_columns(pl.Series("#person", tables.owed))
    rows = homes.join(people.cast({"#home": pl.UInt32}), on="#home", how="left", maintain_order="left_right")
    rows = rows.join(owed.cast({"#person": pl.UInt32}), on="#person", how="left", maintain_order="left_right")
    marks = (_begins(depth).alias(sql.first(depth)) for depth in sql.DEPTHS)
    return rows.with_columns(*marks).drop("#home", "#person")


def _named(frame: pl.DataFrame, depth: Depth) -> pl.DataFrame:
    """The facts under the names of the wide table; choices as texts, days as numbers."""
    day = pl.col(pl.Date).dt
    number = day.year().cast(pl.Int64) * 10_000 + day.month().cast(pl.Int64) * 100 + day.day()
    row = pl.col("#row").cast(pl.Int64).alias(sql.number(depth))
    facts = frame.with_columns(pl.col(pl.Enum).cast(pl.String), number)
    return facts.select(row, pl.exclude("#row").name.prefix(f"{depth:d}:"))


def _begins(depth: Depth) -> pl.Expr:
    """Whether another household, person or obligor begins in the row."""
    row = pl.col(sql.number(depth))
    return row.is_not_null() & row.ne_missing(row.shift())


def open_facts(tables: Tables) -> set[str]:
    """The columns of facts that are not known of everybody."""
    frames = {HOUSEHOLD: tables.households, PERSON: tables.persons, OBLIGOR: tables.obligors}
    return {f"{depth:d}:{series.name}" for depth, frame in frames.items() for series in frame if series.null_count()}


def _ordered(parts: list[Path], depth: Depth) -> bool:
    rows = pl.scan_parquet(parts, glob=False).select(sql.number(depth)).drop_nulls().collect()
    return rows.to_series().is_sorted()


def _about(rows: pl.DataFrame, depth: Depth, names: list[str]) -> pl.DataFrame:
    """The answers about the households, persons or obligors, in the order in which they were given."""
    own = rows.filter(pl.col(sql.first(depth))).sort(sql.number(depth), maintain_order=True)
    return own.select(pl.col(name).alias(name.partition(":")[2]) for name in names)
