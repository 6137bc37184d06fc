"""What a department's file says, written into the registry for thousands at once.

The same law as for one fact at a time (`evidence.py`): rows of the source itself give way, what anybody else said
stays, nothing is edited. A row that says what is believed already is not written again, so a changed fact is a new row.
Runs as the owner of the tables, from a job: the web role has no door to it. The batch's one event is the caller's,
in the transaction of the batch's last step.
"""

# ruff: noqa: S608 (everything built into a statement is a name of ours or from a fixed list)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import polars as pl
from django.db import connections, transaction

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.jobs.copying import copy_in

from ..models.facts import HOUSEHOLD_KINDS, Certificate, Circumstance, Source, Statement

Table = Literal["certificate", "circumstance", "statement"]
VALUES: dict[str, tuple[str, ...]] = {
    "certificate": ("code", "grade", "detail"),
    "circumstance": ("code",),
    "statement": ("amount",),
}
"""What a row of each table says beside its subject, kind, source and days."""
KINDS: dict[str, list[str]] = {
    "certificate": Certificate.Kind.values,
    "circumstance": Circumstance.Kind.values,
    "statement": Statement.Kind.values,
}
RENEWED_AFTER_DAYS = 150
"""A figure that is only said again is written again when the old row is this much older: figures go out of date."""


@dataclass(frozen=True)
class Told:
    """What a source says of many subjects about one kind.

    `rows`: subject_id, starts_on, ends_on and the values of the table (`VALUES`; `detail` sealed for its column).
    `ended`: subject_id, ends_on: those of whom it no longer holds. `withdrawn`: those of whom the source should never
    have said it.
    """

    table: Table
    kind: str
    source: str
    rows: pl.DataFrame
    ended: pl.DataFrame = field(default_factory=pl.DataFrame)
    withdrawn: Sequence[int] = ()
    # Put back what a batch taken back had replaced: an earlier period may then follow a later one.
    anew: bool = False

    @property
    def subject(self) -> str:
        """The column of the subject."""
        household = self.table == "circumstance" or self.kind in HOUSEHOLD_KINDS
        return "household_id" if household else "person_id"


@dataclass(frozen=True)
class Written:
    """How many facts changed, and of which households; figures only said again are not among them."""

    facts: int
    households: tuple[int, ...]


def state_facts(*, told: Told, by: Staff | None, on: date, at: datetime, using: str = "default") -> Written:
    """Write what changed. `by` is who let the file in; None if it came by itself. Rerun, it writes nothing."""
    if by is not None:
        permit(by, Permission.FEED_WRITE)
    if told.kind not in KINDS[told.table] or told.source not in Source.values:
        raise ValueError(f"no such fact: {told.table} {told.kind} of {told.source}")
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        return _Writing(cursor, told, by.pk if by else None, on, at).run()


class _Writing:
    """One call: temporary tables of what is told, then a few statements over all of it."""

    def __init__(self, cursor: Any, told: Told, by_id: int | None, on: date, at: datetime) -> None:
        self.cursor, self.told, self.on = cursor, told, on
        self.table, self.subject = f"registry_{told.table}", told.subject
        self.values = VALUES[told.table]
        self.given = {"kind": told.kind, "source": told.source, "at": at, "by": by_id, "on": on}

    def run(self) -> Written:
        self._do("DROP TABLE IF EXISTS said, gone, withdrawn, fresh, touched")
        self._do("CREATE TEMP TABLE touched (subject bigint) ON COMMIT DROP")
        facts = self._withdraw() if self.told.withdrawn else 0
        facts += self._end() if self.told.ended.height else 0
        facts += self._state() if self.told.rows.height else 0
        return Written(facts, self._households())

    def _do(self, sql: str, **more: Any) -> int:
        self.cursor.execute(sql, self.given | more)
        return int(self.cursor.rowcount)

    def _take_before(self, subjects: str) -> None:
        """Into `before`: what the source itself says until now of the subjects of a temporary table.

        Subject by subject through the index: of a kind that a file brings for the first time the planner expects one
        row, and would compare every subject with every row.
        """
        self._do("DROP TABLE IF EXISTS before")
        self._do(
            f"""CREATE TEMP TABLE before ON COMMIT DROP AS SELECT b.* FROM {subjects} s CROSS JOIN LATERAL (
              SELECT r.id, r.division_code, r.{self.subject} AS subject, r.starts_on, r.ends_on, {self._of("r")}
              FROM {self.table} r WHERE r.{self.subject} = s.subject AND r.kind = %(kind)s AND r.source = %(source)s
                AND r.superseded_at IS NULL OFFSET 0) b"""
        )
        self._do("ANALYZE before")

    def _of(self, alias: str) -> str:
        return ", ".join(f"{alias}.{value}" for value in self.values)

    @property
    def _gives_way(self) -> str:
        return f"UPDATE {self.table} r SET superseded_at = greatest(%(at)s, r.recorded_at)"

    def _withdraw(self) -> int:
        self._do("CREATE TEMP TABLE withdrawn (subject bigint) ON COMMIT DROP")
        copy_in(self.cursor, "withdrawn", pl.DataFrame({"subject": sorted(set(self.told.withdrawn))}))
        self._do("ANALYZE withdrawn")
        self._take_before("withdrawn")
        return self._do(
            f"""WITH w AS ({self._gives_way} FROM before b WHERE r.id = b.id RETURNING b.subject)
            INSERT INTO touched SELECT DISTINCT subject FROM w"""
        )

    def _end(self) -> int:
        """Who left the list: the row that held ends that day; one that had not begun by then never held."""
        self._do("CREATE TEMP TABLE gone (subject bigint, ends_on date) ON COMMIT DROP")
        copy_in(self.cursor, "gone", self.told.ended.select(pl.col("subject_id").alias("subject"), "ends_on"))
        self._do("ANALYZE gone")
        self._take_before("gone")
        # A figure does not end on a day: who is off the list has none any more.
        left = "false" if self.told.table == "statement" else "starts_on < until"
        kept = f"SELECT division_code, subject, starts_on, until, {self._of('w')} FROM w WHERE {left}"
        return self._do(
            f"""WITH w AS ({self._gives_way} FROM before b JOIN gone g ON g.subject = b.subject
              WHERE r.id = b.id AND (b.ends_on IS NULL OR b.ends_on > g.ends_on)
              RETURNING b.division_code, b.subject, b.starts_on, g.ends_on AS until, {self._of("b")}),
            kept AS ({self._writes(kept)})
            INSERT INTO touched SELECT DISTINCT subject FROM w"""
        )

    def _writes(self, rows: str) -> str:
        """New rows of the table from division, subject, first and last day and the values."""
        names = ", ".join(self.values)
        # Only figures carry the number of a paper; a department's file has none.
        more, empty = (", reference", ", ''") if self.told.table == "statement" else ("", "")
        return f"""INSERT INTO {self.table} (division_code, {self.subject}, starts_on, ends_on, {names}, kind, source,
              recorded_at, recorded_by_id{more})
            SELECT division_code, subject, starts_on, ends_on, {names}, %(kind)s, %(source)s, %(at)s, %(by)s{empty}
            FROM ({rows}) AS n (division_code, subject, starts_on, ends_on, {names})"""

    def _state(self) -> int:
        self._take_said()
        self._find_fresh()
        if self.told.table == "statement":
            self._make_way_for_figures()
        else:
            self._make_way_for_states()
        return self._append()

    def _take_said(self) -> None:
        """Into `said`, for the file that a person has today: one merged into another is the other."""
        types = {"code": "text", "grade": "smallint", "detail": "bytea", "amount": "bigint"}
        columns = ", ".join(f"{name} {types[name]}" for name in self.values)
        self._do("DROP TABLE IF EXISTS told")
        self._do(f"CREATE TEMP TABLE told (subject_id bigint, starts_on date, ends_on date, {columns}) ON COMMIT DROP")
        copy_in(self.cursor, "told", self.told.rows.select("subject_id", "starts_on", "ends_on", *self.values))
        whose = "registry_person" if self.subject == "person_id" else "registry_household"
        self._do(
            f"""CREATE TEMP TABLE said ON COMMIT DROP AS
            SELECT DISTINCT ON (subject) coalesce(p.merged_into_id, p.id) AS subject, q.division_code, t.*
            FROM told t JOIN {whose} p ON p.id = t.subject_id JOIN {whose} q ON q.id = coalesce(p.merged_into_id, p.id)
            ORDER BY subject, t.starts_on DESC"""
        )
        self._do("ANALYZE said")

    def _find_fresh(self) -> None:
        """Into `fresh`: what is not said word for word already; `again` if only the period of a figure is new."""
        self._take_before("said")
        alike = " AND ".join(f"b.{v} IS NOT DISTINCT FROM s.{v}" for v in self.values if v != "detail")
        alike += " AND (b.detail IS NULL) = (s.detail IS NULL)" if "detail" in self.values else ""
        known, later = "b.starts_on = s.starts_on AND b.ends_on IS NOT DISTINCT FROM s.ends_on", "false"
        if self.told.table == "statement":
            # The same figure for a later period is news only when the old one goes out of date.
            known = f"s.ends_on BETWEEN b.ends_on AND b.ends_on + {RENEWED_AFTER_DAYS}"
            later = later if self.told.anew else "b.ends_on > s.ends_on"
        self._do(
            f"""CREATE TEMP TABLE fresh ON COMMIT DROP AS SELECT s.*, coalesce(b.again, false) AS again
            FROM said s LEFT JOIN (SELECT s.subject, bool_or({alike}) AS again,
                bool_or({alike} AND {known}) AS known, bool_or({later}) AS later
              FROM said s JOIN before b ON b.subject = s.subject GROUP BY s.subject) b ON b.subject = s.subject
            WHERE (b.known OR b.later) IS NOT TRUE"""
        )
        self._do("ANALYZE fresh")

    def _make_way_for_figures(self) -> None:
        """One figure of a source is believed at a time; those before can be read as they were known then."""
        self._do(f"{self._gives_way} FROM fresh f JOIN before b ON b.subject = f.subject WHERE r.id = b.id")

    def _make_way_for_states(self) -> None:
        """What the source said of these days gives way; what it said otherwise of the days before stays said."""
        kept = "SELECT division_code, subject, starts_on, until, " + self._of("w")
        self._do(
            f"""WITH w AS ({self._gives_way} FROM fresh f JOIN before b ON b.subject = f.subject
              WHERE r.id = b.id AND (b.ends_on IS NULL OR b.ends_on > f.starts_on OR b.code = f.code)
              RETURNING b.division_code, b.subject, b.starts_on, f.starts_on AS until, f.code AS other, {self._of("b")})
            {self._writes(f"{kept} FROM w WHERE starts_on < until AND code <> other")}"""
        )

    def _append(self) -> int:
        self._do(self._writes(f"SELECT division_code, subject, starts_on, ends_on, {self._of('f')} FROM fresh f"))
        figures = "WHERE NOT again" if self.told.table == "statement" else ""
        return self._do(f"INSERT INTO touched SELECT subject FROM fresh {figures}")

    def _households(self) -> tuple[int, ...]:
        if self.subject == "household_id":
            self.cursor.execute("SELECT DISTINCT subject FROM touched ORDER BY 1")
        else:
            self._do(
                """SELECT DISTINCT m.household_id FROM touched t JOIN registry_membership m ON m.person_id = t.subject
                AND m.superseded_at IS NULL AND m.starts_on <= %(on)s AND (m.ends_on IS NULL OR m.ends_on > %(on)s)
                ORDER BY 1"""
            )
        return tuple(row[0] for row in self.cursor.fetchall())
