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
        self._do("DROP TABLE IF EXISTS said, gone, fresh, touched")
        self._do("CREATE TEMP TABLE touched (subject bigint) ON COMMIT DROP")
        facts = self._withdraw() if self.told.withdrawn else 0
        facts += self._end() if self.told.ended.height else 0
        facts += self._state() if self.told.rows.height else 0
        return Written(facts, self._households())

    def _do(self, sql: str, **more: Any) -> int:
        self.cursor.execute(sql, self.given | more)
        return int(self.cursor.rowcount)

    @property
    def _ours(self) -> str:
        return "r.kind = %(kind)s AND r.source = %(source)s AND r.superseded_at IS NULL"

    def _withdraw(self) -> int:
        return self._do(
            f"""WITH w AS (UPDATE {self.table} r SET superseded_at = greatest(%(at)s, r.recorded_at)
              WHERE {self._ours} AND r.{self.subject} = ANY (%(ids)s) RETURNING r.{self.subject} AS subject)
            INSERT INTO touched SELECT DISTINCT subject FROM w""",
            ids=list(self.told.withdrawn),
        )

    def _end(self) -> int:
        """Who left the list: the row that held ends that day; one that had not begun by then never held."""
        self._do("CREATE TEMP TABLE gone (subject_id bigint, ends_on date) ON COMMIT DROP")
        copy_in(self.cursor, "gone", self.told.ended.select("subject_id", "ends_on"))
        kept = f"division_code, {self.subject}, kind, source, starts_on, {', '.join(self.values)}"
        # A figure does not end on a day: who is off the list has none any more.
        left = "false" if self.told.table == "statement" else "starts_on < ends_on"
        return self._do(
            f"""WITH w AS (UPDATE {self.table} r SET superseded_at = greatest(%(at)s, r.recorded_at) FROM gone g
              WHERE {self._ours} AND r.{self.subject} = g.subject_id AND (r.ends_on IS NULL OR r.ends_on > g.ends_on)
              RETURNING {", ".join(f"r.{c.strip()}" for c in kept.split(","))}, g.ends_on),
            kept AS (INSERT INTO {self.table} ({kept}, ends_on, recorded_at, recorded_by_id{self._reference[0]})
              SELECT {kept}, ends_on, %(at)s, %(by)s{self._reference[1]} FROM w WHERE {left})
            INSERT INTO touched SELECT DISTINCT {self.subject} FROM w"""
        )

    @property
    def _reference(self) -> tuple[str, str]:
        """Only figures carry the number of a paper; a department's file has none."""
        return (", reference", ", ''") if self.told.table == "statement" else ("", "")

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
        alike = " AND ".join(f"r.{v} IS NOT DISTINCT FROM s.{v}" for v in self.values if v != "detail")
        alike += " AND (r.detail IS NULL) = (s.detail IS NULL)" if "detail" in self.values else ""
        mine = f"{self._ours} AND r.{self.subject} = s.subject"
        if self.told.table == "statement":
            # The same figure for a later period is news only when the old one goes out of date.
            known = f"{alike} AND s.ends_on BETWEEN r.ends_on AND r.ends_on + {RENEWED_AFTER_DAYS}"
            later = (
                "false"
                if self.told.anew
                else f"EXISTS (SELECT FROM {self.table} r WHERE {mine} AND r.ends_on > s.ends_on)"
            )
        else:
            known, later = (
                f"{alike} AND r.starts_on = s.starts_on AND r.ends_on IS NOT DISTINCT FROM s.ends_on",
                "false",
            )
        self._do(
            f"""CREATE TEMP TABLE fresh ON COMMIT DROP AS SELECT s.*,
              EXISTS (SELECT FROM {self.table} r WHERE {mine} AND {alike}) AS again FROM said s
            WHERE NOT EXISTS (SELECT FROM {self.table} r WHERE {mine} AND {known}) AND NOT {later}"""
        )
        self._do("ANALYZE fresh")

    def _make_way_for_figures(self) -> None:
        """One figure of a source is believed at a time; those before can be read as they were known then."""
        self._do(
            f"""UPDATE {self.table} r SET superseded_at = greatest(%(at)s, r.recorded_at) FROM fresh f
            WHERE {self._ours} AND r.{self.subject} = f.subject"""
        )

    def _make_way_for_states(self) -> None:
        """What the source said of these days gives way; what it said otherwise of the days before stays said."""
        kept = f"division_code, {self.subject}, kind, source, starts_on, {', '.join(self.values)}"
        returned = ", ".join(f"r.{c.strip()}" for c in kept.split(","))
        self._do(
            f"""WITH w AS (UPDATE {self.table} r SET superseded_at = greatest(%(at)s, r.recorded_at) FROM fresh f
              WHERE {self._ours} AND r.{self.subject} = f.subject
                AND (r.ends_on IS NULL OR r.ends_on > f.starts_on OR r.code = f.code)
              RETURNING {returned}, f.starts_on AS until, f.code AS other)
            INSERT INTO {self.table} ({kept}, ends_on, recorded_at, recorded_by_id)
            SELECT {kept}, until, %(at)s, %(by)s FROM w WHERE starts_on < until AND code <> other"""
        )

    def _append(self) -> int:
        names = ", ".join(self.values)
        more, empty = self._reference
        self._do(
            f"""INSERT INTO {self.table} (division_code, {self.subject}, kind, source, starts_on, ends_on, {names},
              recorded_at, recorded_by_id{more})
            SELECT division_code, subject, %(kind)s, %(source)s, starts_on, ends_on, {names}, %(at)s, %(by)s
              {empty} FROM fresh"""
        )
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
