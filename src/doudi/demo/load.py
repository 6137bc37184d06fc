"""Fast load: secondary indexes and foreign keys are taken down, rows are copied in, everything is put back as it was.

All in one transaction of one connection: other sessions see the old state or the whole county. A thread feeds the
server while the caller prepares the next table. TRUNCATE in the same transaction lets COPY write frozen rows.
"""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import psycopg
from psycopg import sql

CHUNK = 40_000
Tell = Callable[[str], None]

CATALOG = """
SELECT 'index', i.indrelid::regclass::text, c.relname, pg_get_indexdef(i.indexrelid)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = ANY (%(tables)s::regclass[])
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE %(tables)s::regclass[] && ARRAY[conrelid::regclass, confrelid::regclass] AND contype <> 'n'
ORDER BY 1, 2, 3
"""
# Standing apart: what is taken down. Primary keys stay (rows arrive in their order), and so do check constraints.
INDEXES = """
SELECT i.indrelid::regclass::text, c.relname, pg_get_indexdef(i.indexrelid)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
 WHERE i.indrelid = ANY (%s::regclass[]) AND NOT i.indisprimary
   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('u', 'x', 'p'))
 ORDER BY c.relname
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE conrelid = ANY (%s::regclass[]) AND contype IN ('f', 'u', 'x') ORDER BY contype DESC, conname
"""
REFERRING = """
WITH RECURSIVE reached AS (
  SELECT unnest(%s::regclass[]) AS id
  UNION SELECT conrelid FROM pg_constraint JOIN reached ON confrelid = reached.id WHERE contype = 'f')
SELECT id::regclass::text FROM reached WHERE NOT id = ANY (%s::regclass[]) ORDER BY 1
"""

# They remember whom files were about without pointing to them: a new county must not find what the old one was told.
REMEMBERING = ("feeds_batch", "feeds_sourcestanding")


@dataclass(frozen=True)
class Standing:
    """An index or constraint to be put back."""

    table: str
    name: str
    definition: str
    is_index: bool


def catalog(connection: psycopg.Connection[Any], tables: Sequence[str]) -> list[tuple[str, ...]]:
    """Every index and constraint of the tables, as the server describes them."""
    return connection.execute(CATALOG, {"tables": list(tables)}).fetchall()


def referring(connection: psycopg.Connection[Any], tables: Sequence[str]) -> list[str]:
    """The tables of other contexts whose rows point into these tables, directly or through others."""
    return [row[0] for row in connection.execute(REFERRING, [list(tables), list(tables)]).fetchall()]


class Loader:
    """A context: `with Loader(connection, tables, tell) as loader: loader.put(table, frame)`.

    On leaving, everything is put back and the transaction is still open; an error of the feeding thread is raised.
    """

    def __init__(self, connection: psycopg.Connection[Any], tables: Sequence[str], tell: Tell) -> None:
        self.connection, self.tables, self.tell = connection, list(tables), tell
        self._down: list[Standing] = []
        self._jobs: queue.Queue[Callable[[], None] | None] = queue.Queue(maxsize=4)
        self._failure: BaseException | None = None
        self._feeder = threading.Thread(target=self._feed, name="demo-load")

    def __enter__(self) -> Loader:
        self.connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
        self.connection.execute("SET LOCAL synchronous_commit = off")
        self._take_down()
        self._empty()
        self._feeder.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._jobs.put(None)
        self._feeder.join()
        if self._failure is not None:
            raise self._failure
        if kind is None:
            self._put_back(self._down)

    def put(self, table: str, frame: pl.DataFrame) -> None:
        """Copy the rows into the table, soon."""
        self._queue(lambda: self._copy(table, frame))

    def finish(self, table: str) -> None:
        """Build the indexes of a table whose rows are all there, while the caller goes on."""
        mine = [s for s in self._down if s.table == table and not s.definition.startswith("FOREIGN KEY")]
        self._down = [s for s in self._down if s not in mine]
        self._queue(lambda: self._put_back(mine))

    def _queue(self, job: Callable[[], None]) -> None:
        if self._failure is not None:
            raise self._failure
        self._jobs.put(job)

    def _feed(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                if self._failure is None:
                    job()
            except BaseException as error:
                self._failure = error

    def _take_down(self) -> None:
        run = self.connection.execute
        for table, name, definition in run(CONSTRAINTS, [self.tables]).fetchall():
            self._down.append(Standing(table, name, definition, is_index=False))
            run(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.SQL(table), sql.Identifier(name)))
        indexes = [Standing(t, name, text, is_index=True) for t, name, text in run(INDEXES, [self.tables]).fetchall()]
        for index in indexes:
            run(sql.SQL("DROP INDEX {}").format(sql.Identifier(index.name)))
        # Indexes first, so that the foreign keys find what they need; foreign keys last.
        self._down = indexes + [s for s in self._down if not _foreign(s)] + [s for s in self._down if _foreign(s)]

    def _empty(self) -> None:
        """Empty the tables, and with them the tables of other contexts whose rows point here."""
        emptied = [*self.tables, *REMEMBERING]
        names = sql.SQL(", ").join(map(sql.SQL, [*emptied, *referring(self.connection, emptied)]))
        self.connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(names))

    def _copy(self, table: str, frame: pl.DataFrame) -> None:
        self.tell(table)
        columns = sql.SQL(", ").join(map(sql.Identifier, frame.columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, NULL '\\N', FREEZE)").format(sql.SQL(table), columns)
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            for start in range(0, frame.height, CHUNK):
                copy.write(as_csv(frame[start : start + CHUNK]))

    def _put_back(self, standing: Sequence[Standing]) -> None:
        for one in standing:
            self.tell(one.name)
            if one.is_index:
                self.connection.execute(one.definition)  # type: ignore[arg-type]
                continue
            self.connection.execute(
                sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                    sql.SQL(one.table),
                    sql.Identifier(one.name),
                    sql.SQL(one.definition),  # type: ignore[arg-type]
                )
            )

    def close(self) -> None:
        """Set the sequences behind the last row of each table, and gather statistics."""
        for table in self.tables:
            self.connection.execute(
                sql.SQL(
                    "SELECT setval(pg_get_serial_sequence({}, 'id'), greatest(max(id), 1), max(id) IS NOT NULL) FROM {}"
                ).format(sql.Literal(table), sql.SQL(table))
            )
        self.connection.execute(sql.SQL("ANALYZE {}").format(sql.SQL(", ").join(map(sql.SQL, self.tables))))


def _foreign(one: Standing) -> bool:
    return one.definition.startswith("FOREIGN KEY")


def as_csv(frame: pl.DataFrame) -> bytes:
    """Rows as COPY reads them."""
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False, null_value="\\N", datetime_format="%Y-%m-%d %H:%M:%S+00")
    return buffer.getvalue()
