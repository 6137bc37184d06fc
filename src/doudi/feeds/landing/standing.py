"""What is said now against what the source said before: set by set, and always so that it can be taken back.

Of the rows already there about the same subject, kind and month: one of this batch takes the new row in; one of a newer
file stays and the new row is passed over; one that says the same is marked as said again; any other gives way.
"""

# ruff: noqa: S608 (everything built into a statement is a name of ours)

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from doudi.jobs.copying import copy_in

from ..models import Batch
from .facts import ADDITIVE

TEMP = """CREATE TEMP TABLE now_said (subject_id bigint, month date, code text, grade smallint, amount bigint,
  detail bytea, starts_on date, ends_on date) ON COMMIT DROP"""
COMPARE = """CREATE TEMP TABLE compared ON COMMIT DROP AS
SELECT n.*, s.id AS old_id, CASE
    WHEN s.id IS NULL THEN 'new'
    WHEN s.root_id <> %(root)s AND s.as_of > %(as_of)s THEN 'older'
    WHEN s.root_id = %(root)s AND NOT %(adds)s AND s.starts_on > n.starts_on THEN 'older'
    WHEN s.batch_id = %(batch)s THEN 'own'
    WHEN NOT %(adds)s AND s.code = n.code AND s.grade IS NOT DISTINCT FROM n.grade
      AND s.amount IS NOT DISTINCT FROM n.amount AND (s.detail IS NULL) = (n.detail IS NULL)
      AND s.starts_on IS NOT DISTINCT FROM n.starts_on AND s.ends_on IS NOT DISTINCT FROM n.ends_on THEN 'again'
    ELSE 'changed' END AS act,
  CASE WHEN %(adds)s AND s.root_id = %(root)s AND s.batch_id <> %(batch)s THEN s.amount ELSE 0 END AS before
FROM now_said n LEFT JOIN LATERAL (SELECT * FROM feeds_sourcestanding o WHERE o.division_code = %(place)s
  AND o.contract = %(contract)s AND o.fact = %(fact)s AND o.subject_id = n.subject_id
  AND o.month IS NOT DISTINCT FROM n.month AND o.superseded_by IS NULL OFFSET 0) s ON true"""
"""Subject by subject through the index: of a fact that comes for the first time the planner expects a single row."""
OWN = """UPDATE feeds_sourcestanding s SET amount = CASE WHEN %(adds)s THEN s.amount + c.amount ELSE c.amount END,
  code = c.code, grade = c.grade, detail = c.detail, starts_on = c.starts_on, ends_on = c.ends_on
FROM compared c WHERE s.id = c.old_id AND c.act = 'own'"""
AGAIN = """UPDATE feeds_sourcestanding s SET as_of = %(as_of)s, root_id = %(root)s, seen_by = %(batch)s
FROM compared c WHERE s.id = c.old_id AND c.act = 'again'"""
GIVE_WAY = """UPDATE feeds_sourcestanding s SET superseded_by = %(batch)s
FROM compared c WHERE s.id = c.old_id AND c.act = 'changed'"""
APPEND = """INSERT INTO feeds_sourcestanding (division_code, contract, fact, subject_id, month, code, grade, amount,
  detail, starts_on, ends_on, as_of, root_id, batch_id, seen_by)
SELECT %(place)s, %(contract)s, %(fact)s, subject_id, month, code, grade, amount + before, detail, starts_on, ends_on,
  %(as_of)s, %(root)s, %(batch)s, %(batch)s FROM compared WHERE act IN ('new', 'changed')"""
GONE = """s.division_code = %(place)s AND s.contract = %(contract)s AND s.fact = %(fact)s AND s.superseded_by IS NULL
  AND s.root_id <> %(root)s AND s.seen_by <> %(batch)s AND s.as_of <= %(as_of)s"""


def _given(batch: Batch, fact: str, as_of: date, adds: bool = False) -> dict[str, Any]:
    return {
        "place": batch.division_code, "contract": batch.contract, "fact": fact, "as_of": as_of, "adds": adds,
        "root": batch.root, "batch": batch.pk,
    }  # fmt: skip


def take_in(cursor: Any, batch: Batch, fact: str, how: str, rows: pl.DataFrame) -> None:
    """Hold one kind of fact of some rows against what stands."""
    if not rows.height:
        return
    given = _given(batch, fact, batch.as_of, how in ADDITIVE)
    cursor.execute("DROP TABLE IF EXISTS now_said, compared")
    cursor.execute(TEMP)
    copy_in(cursor, "now_said", rows)
    cursor.execute("ANALYZE now_said")
    for statement in (COMPARE, "ANALYZE compared", OWN, AGAIN, GIVE_WAY, APPEND):
        cursor.execute(statement, given)


def leave(cursor: Any, batch: Batch, fact: str, gone: str) -> int:
    """Who is no longer on a whole list: what was said of them gives way, to zero where the contract says so."""
    if gone == "keep":
        return 0
    given = _given(batch, fact, batch.as_of)
    if gone == "end":
        cursor.execute(f"UPDATE feeds_sourcestanding s SET superseded_by = %(batch)s WHERE {GONE}", given)
        return int(cursor.rowcount)
    # Two statements: the index that allows one live row would refuse the new one beside the old.
    cursor.execute("DROP TABLE IF EXISTS left_list")
    cursor.execute(
        f"""CREATE TEMP TABLE left_list ON COMMIT DROP AS SELECT s.id, s.subject_id, s.month FROM feeds_sourcestanding s
        WHERE {GONE} AND s.amount <> 0""",
        given,
    )
    cursor.execute(
        "UPDATE feeds_sourcestanding s SET superseded_by = %(batch)s FROM left_list l WHERE s.id = l.id", given
    )
    cursor.execute(
        """INSERT INTO feeds_sourcestanding (division_code, contract, fact, subject_id, month, code, amount, as_of,
          root_id, batch_id, seen_by)
        SELECT %(place)s, %(contract)s, %(fact)s, subject_id, month, '', 0, %(as_of)s, %(root)s, %(batch)s, %(batch)s
        FROM left_list""",
        given,
    )
    return int(cursor.rowcount)


def take_back(cursor: Any, batch: Batch) -> None:
    """As if the batch had never come: what it said is marked as its own victim, what gave way to it stands again."""
    given = {"batch": batch.pk}
    cursor.execute(
        "UPDATE feeds_sourcestanding SET superseded_by = batch_id WHERE batch_id = %(batch)s AND superseded_by IS NULL",
        given,
    )
    cursor.execute(
        """UPDATE feeds_sourcestanding SET superseded_by = NULL
        WHERE superseded_by = %(batch)s AND batch_id <> %(batch)s""",
        given,
    )


def on_the_list(cursor: Any, batch: Batch, fact: str, present: list[int]) -> tuple[int, int]:
    """Of those the source's earlier files say something of: how many are not on this list, and how many there are."""
    cursor.execute(
        """SELECT count(*) FILTER (WHERE p.id IS NULL), count(*) FROM feeds_sourcestanding s
        LEFT JOIN (SELECT DISTINCT id FROM unnest(%(present)s::bigint[]) AS id) p ON p.id = s.subject_id
        WHERE s.division_code = %(place)s AND s.contract = %(contract)s AND s.fact = %(fact)s
          AND s.superseded_by IS NULL AND s.root_id <> %(root)s AND s.as_of <= %(as_of)s
          AND s.amount IS DISTINCT FROM 0""",
        _given(batch, fact, batch.as_of) | {"present": present},
    )
    leaving, standing = cursor.fetchone()
    return int(leaving), int(standing)
