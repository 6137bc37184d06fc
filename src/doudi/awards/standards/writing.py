"""Writing a plan in a few statements: row-level security, constraints and triggers all in force."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connections

from doudi.accounts.models import Staff

from ..models import Adjustment, AwardChange, AwardLine
from ..reasons import clauses_of
from .planning import Act, Plan
from .standing import Standing


@dataclass(frozen=True)
class Writer:
    """Who writes when, for which adjustment, on which connection."""

    adjustment: Adjustment
    staff: Staff
    on: date
    at: datetime
    using: str = "default"

    @property
    def by(self) -> int:
        """The id of whoever writes."""
        return int(self.staff.pk)

    def run(self, sql: str, *values: Any) -> None:
        """One statement."""
        with connections[self.using].cursor() as cursor:
            cursor.execute(sql, values)


def ids(model: type[AwardLine | AwardChange], count: int, using: str = "default") -> Iterator[int]:
    """So many ids of a table, taken from its sequence."""
    with connections[using].cursor() as cursor:
        sequence = f"pg_get_serial_sequence('{model._meta.db_table}', 'id')"
        cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [count])  # noqa: S608
        return iter([row[0] for row in cursor.fetchall()])


def write(plan: Plan, awards: Sequence[Standing], writer: Writer) -> None:
    """Lines that give way first, then what is said instead, then the history."""
    places = {award.pk: award for award in awards}
    writer.run(GIVE_WAY, writer.at, list(plan.gone))
    new = [made for made in plan.made if made.words is not None]
    told = columns((_new_row(made, places[made.award].division_code, plan) for made in new), 12)
    writer.run(NEW, writer.at, writer.at, writer.by, *told)
    copies = [made for made in plan.made if made.words is None]
    again = ((made.pk, made.row.of, made.row.start, made.row.until, made.pk in plan.gone) for made in copies)
    writer.run(COPY, writer.at, writer.at, writer.by, *columns(again, 5))
    history(plan.acts, places, writer)


def history(acts: list[Act], places: dict[int, Standing], writer: Writer) -> None:
    """One change for each raised stretch, and the awards a version on."""
    cited = {p: clauses_of("standard", p, writer.on) for p in {award.programme for award in places.values()}}
    rows = (
        (
            act.pk, act.award, places[act.award].division_code, json.dumps(cited[places[act.award].programme]),
            act.before, act.after, act.start, act.until,
            json.dumps({"gone": [["line", pk] for pk in act.gone], "new": [["line", pk] for pk in act.new]}),
        )
        for act in acts
    )  # fmt: skip
    number, pk = writer.adjustment.number, writer.adjustment.pk
    writer.run(HISTORY, number, writer.on, writer.at, writer.by, pk, *columns(rows, 9))
    writer.run(VERSION, sorted({act.award for act in acts}))


def _new_row(made: Any, place: str, plan: Plan) -> tuple[Any, ...]:
    words, row = made.words, made.row
    return (
        made.pk, made.award, place, words.kind, words.person, words.fen, words.reason, json.dumps(words.clauses),
        json.dumps(words.parameters, ensure_ascii=False), row.start, row.until, made.pk in plan.gone,
    )  # fmt: skip


def columns(rows: Iterable[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows as one list a column, as `unnest` takes them; `width` for none at all."""
    told = list(map(list, zip(*rows, strict=True)))
    return told or [[] for _ in range(width)]


GIVE_WAY = "UPDATE awards_awardline SET superseded_at = %s WHERE superseded_at IS NULL AND id = ANY (%s)"
NEW = """
INSERT INTO awards_awardline (id, award_id, division_code, kind, person_id, fen_month, reason, clauses, parameters,
  starts_on, ends_on, superseded_at, recorded_at, recorded_by_id)
SELECT u.id, award, place, kind, person, fen, why, cited::jsonb, rests::jsonb, start, until,
  CASE WHEN gone THEN %s::timestamptz END, %s::timestamptz, %s::bigint
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::text[],
  %s::text[], %s::date[], %s::date[], %s::bool[])
  AS u (id, award, place, kind, person, fen, why, cited, rests, start, until, gone)"""
COPY = """
INSERT INTO awards_awardline (id, award_id, division_code, kind, person_id, fen_month, reason, clauses, parameters,
  starts_on, ends_on, superseded_at, recorded_at, recorded_by_id)
SELECT u.id, o.award_id, o.division_code, o.kind, o.person_id, o.fen_month, o.reason, o.clauses, o.parameters,
  u.start, u.until, CASE WHEN u.gone THEN %s::timestamptz END, %s::timestamptz, %s::bigint
FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::date[], %s::bool[]) AS u (id, of, start, until, gone)
JOIN awards_awardline o ON o.id = u.of"""
HISTORY = """
INSERT INTO awards_awardchange (id, award_id, division_code, clauses, before_fen, after_fen, effective_from, until,
  moved, act, reason, reference, "on", at, by_id, adjustment_id)
SELECT u.id, award, place, cited::jsonb, before, after, start, until, moved::jsonb,
  'increase', 'standard', %s, %s, %s, %s, %s
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::date[], %s::date[],
  %s::text[]) AS u (id, award, place, cited, before, after, start, until, moved)"""
VERSION = "UPDATE awards_award SET version = version + 1 WHERE id = ANY (%s)"
