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
from .planning import Act, Made, Plan
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
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        (sequence,) = cursor.fetchone() or ("",)
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
        return iter([row[0] for row in cursor.fetchall()])


def write(plan: Plan, awards: Sequence[Standing], writer: Writer) -> None:
    """Lines that give way first, then what is said instead, then the history."""
    places = {award.pk: award.division_code for award in awards}
    writer.run(GIVE_WAY, writer.at, list(plan.gone))
    words: dict[tuple[Any, ...], tuple[int, list[Any]]] = {}
    new = [_new_row(made, places[made.award], plan, words) for made in plan.made if made.words is not None]
    told = [row for _number, row in words.values()]
    writer.run(NEW, writer.at, writer.at, writer.by, as_json(new), as_json(told))
    copies = [made for made in plan.made if made.words is None]
    again = ((made.pk, made.row.of, made.row.start, made.row.until, made.pk in plan.gone) for made in copies)
    writer.run(COPY, writer.at, writer.at, writer.by, as_json(again))
    history(plan.acts, {award.pk: award for award in awards}, writer)


def history(acts: list[Act], awards: dict[int, Standing], writer: Writer) -> None:
    """One change for each raised stretch, and the awards a version on."""
    cited = {p: clauses_of("standard", p, writer.on) for p in {award.programme for award in awards.values()}}
    rows = (
        (
            act.pk, act.award, awards[act.award].division_code, cited[awards[act.award].programme], act.before,
            act.after, act.start, act.until,
            {"gone": [["line", pk] for pk in act.gone], "new": [["line", pk] for pk in act.new]},
        )
        for act in acts
    )  # fmt: skip
    number, pk = writer.adjustment.number, writer.adjustment.pk
    writer.run(HISTORY, number, writer.on, writer.at, writer.by, pk, as_json(rows))
    writer.run(VERSION, sorted({act.award for act in acts}))


def _new_row(made: Made, place: str, plan: Plan, known: dict[tuple[Any, ...], tuple[int, list[Any]]]) -> list[Any]:
    """A row with the number of its words: thousands of lines share a reason, its clauses and values."""
    words, row = made.words, made.row
    assert words is not None
    key = (words.reason, id(words.clauses), id(words.parameters))
    if key not in known:
        known[key] = len(known) + 1, [words.reason, words.clauses, words.parameters]
    return [
        made.pk, made.award, place, words.kind, words.person, words.fen, known[key][0], row.start, row.until,
        made.pk in plan.gone,
    ]  # fmt: skip


def as_json(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as one value: neither side makes an object of every field."""
    return json.dumps(list(rows), ensure_ascii=False, default=str)


GIVE_WAY = "UPDATE awards_awardline SET superseded_at = %s WHERE superseded_at IS NULL AND id = ANY (%s)"
NEW = """
INSERT INTO awards_awardline (id, award_id, division_code, kind, person_id, fen_month, reason, clauses, parameters,
  starts_on, ends_on, superseded_at, recorded_at, recorded_by_id)
SELECT (r->>0)::bigint, (r->>1)::bigint, r->>2, r->>3, (r->>4)::bigint, (r->>5)::bigint, w->>0, w->1, w->2,
  (r->>7)::date, (r->>8)::date, CASE WHEN (r->>9)::bool THEN %s::timestamptz END, %s::timestamptz, %s::bigint
FROM jsonb_array_elements(%s::jsonb) AS r
JOIN jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS words (w, n) ON n = (r->>6)::bigint"""
COPY = """
INSERT INTO awards_awardline (id, award_id, division_code, kind, person_id, fen_month, reason, clauses, parameters,
  starts_on, ends_on, superseded_at, recorded_at, recorded_by_id)
SELECT (r->>0)::bigint, o.award_id, o.division_code, o.kind, o.person_id, o.fen_month, o.reason, o.clauses,
  o.parameters, (r->>2)::date, (r->>3)::date, CASE WHEN (r->>4)::bool THEN %s::timestamptz END, %s::timestamptz,
  %s::bigint
FROM jsonb_array_elements(%s::jsonb) AS r JOIN awards_awardline o ON o.id = (r->>1)::bigint"""
HISTORY = """
INSERT INTO awards_awardchange (id, award_id, division_code, clauses, before_fen, after_fen, effective_from, until,
  moved, act, reason, reference, "on", at, by_id, adjustment_id)
SELECT (r->>0)::bigint, (r->>1)::bigint, r->>2, r->3, (r->>4)::bigint, (r->>5)::bigint, (r->>6)::date, (r->>7)::date,
  r->8, 'increase', 'standard', %s, %s, %s, %s, %s
FROM jsonb_array_elements(%s::jsonb) AS r"""
VERSION = "UPDATE awards_award SET version = version + 1 WHERE id = ANY (%s)"
