# ruff: noqa: E501  (statements of SQL read better whole)
"""What is different from last month, what is gone from the list, and what was paid that is no longer due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

from ..kinds import LOCKED_STATES, RunKind
from ..models import PaymentRun

DROPPED = "dropped"

# Lines of last month that have no living line this month, with the reason. Named: run, kind, county, last, month, low, high.
GONE = """
WITH past AS (
  SELECT l.* FROM payments_paymentline l JOIN payments_paymentrun r ON r.id = l.run_id
  WHERE r.county = %(county)s AND r.kind = %(kind)s AND l.kind IN ('monthly', 'subsidy') AND l.month = %(last)s AND l.award_id IS NOT NULL
    AND l.state IN ('locked', 'paid', 'failed') AND l.division_code >= %(low)s AND l.division_code < %(high)s
    AND NOT EXISTS (SELECT FROM payments_paymentline n WHERE n.award_id = l.award_id AND n.month = %(month)s AND n.portion = l.portion AND n.kind = l.kind
                    AND n.state NOT IN ('dropped', 'closed'))
)
SELECT p.id, p.award_id, a.number, p.household_id, p.division_code, p.programme, p.portion, p.due_fen, coalesce(out.dropped_because, a.ended_because),
  CASE WHEN out.id IS NOT NULL THEN 'dropped'
       WHEN EXISTS (SELECT FROM awards_suspension s WHERE s.award_id = a.id AND s.superseded_at IS NULL AND s.starts_on <= %(month)s
                    AND (s.ends_on IS NULL OR s.ends_on > %(month)s)) THEN 'suspended'
       WHEN a.ended_because = 'death' OR EXISTS (SELECT FROM payments_lineperson o JOIN registry_person q ON q.id = o.person_id
                    WHERE o.line_id = p.id AND q.death_date IS NOT NULL) THEN 'death'
       ELSE 'ended' END AS code
FROM past p JOIN awards_award a ON a.id = p.award_id
LEFT JOIN LATERAL (SELECT n.id, n.dropped_because FROM payments_paymentline n WHERE n.run_id = %(run)s AND n.award_id = p.award_id AND n.month = %(month)s
                   AND n.portion = p.portion AND n.state = 'dropped' AND n.afterwards <> 'rebuilt' ORDER BY n.id DESC LIMIT 1) out ON true
ORDER BY p.division_code, p.id
"""
# Months that were paid with more than is due now, less what is being recovered already. Looked for where an award was
# reduced, ended, suspended or corrected for a month that had been lined.
OVERPAID = """
WITH suspect AS (
  SELECT DISTINCT c.award_id FROM awards_awardchange c
  WHERE c.act IN ('reduce', 'end', 'suspend', 'correct') AND c.division_code >= %(low)s AND c.division_code < %(high)s
), lined AS (
  SELECT l.award_id, l.household_id, l.portion, l.month, sum(l.due_fen)::bigint AS fen FROM payments_paymentline l JOIN suspect USING (award_id)
  WHERE l.kind IN ('monthly', 'arrears') AND l.state IN ('locked', 'paid', 'failed') GROUP BY 1, 2, 3, 4
), due AS (
  SELECT p.*, coalesce((SELECT sum(n.fen_month) FROM awards_awardline n WHERE n.award_id = p.award_id AND n.superseded_at IS NULL AND n.starts_on <= p.month
      AND (n.ends_on IS NULL OR n.ends_on > p.month) AND (n.kind = 'care') = (p.portion = 'care')
      AND NOT EXISTS (SELECT FROM awards_suspension s WHERE s.award_id = p.award_id AND s.superseded_at IS NULL AND s.starts_on <= p.month
                      AND (s.ends_on IS NULL OR s.ends_on > p.month))), 0)::bigint AS due_fen,
    coalesce((SELECT sum((r.months ->> p.month::text)::bigint) FROM payments_recovery r
              WHERE r.award_id = p.award_id OR (r.award_id IS NULL AND r.household_id = p.household_id)), 0)::bigint AS recovering
  FROM lined p
)
SELECT d.award_id, a.number, d.household_id, a.division_code, d.month, d.portion, d.fen, d.due_fen, d.fen - d.due_fen - d.recovering AS over
FROM due d JOIN awards_award a ON a.id = d.award_id WHERE d.fen - d.due_fen - d.recovering > 0 ORDER BY a.division_code, d.award_id, d.month
"""


@dataclass(frozen=True)
class Gone:
    """A line of last month that this month has none of, and why."""

    line: int
    award: int
    number: str
    household: int
    place: str
    programme: str
    portion: str
    fen: int
    because: str
    code: str


@dataclass(frozen=True)
class Overpaid:
    """A month that was paid with more than is due."""

    award: int
    number: str
    household: int
    place: str
    month: date
    portion: str
    paid_fen: int
    due_fen: int
    over_fen: int


def compared_month(run: PaymentRun, using: str = "default") -> date | None:
    """The last month before this that was locked; None where this is the first, or only adds to a month."""
    rows = PaymentRun.objects.using(using).filter(county=run.county, kind=run.kind, state__in=LOCKED_STATES)
    if rows.filter(month=run.month).exclude(pk=run.pk).exists():
        return None
    return rows.filter(month__lt=run.month).order_by("-month").values_list("month", flat=True).first()


def gone(run: PaymentRun, place: str = "", using: str = "default") -> Sequence[Gone]:
    """Who was in last month's list and is not in this: ended, suspended, died, left out; within a code prefix."""
    last = compared_month(run, using)
    if last is None:
        return []
    rows = _rows(GONE, _within(run, place) | {"last": last, "kind": run.kind}, using)
    return [Gone(*row) for row in rows]


def overpaid(run: PaymentRun, place: str = "", using: str = "default") -> Sequence[Overpaid]:
    """Months paid too high and not being recovered: for somebody to decide, never deducted by themselves."""
    if run.kind != RunKind.MONTHLY:
        return []
    return [Overpaid(*row) for row in _rows(OVERPAID, _within(run, place), using)]


def _within(run: PaymentRun, place: str) -> dict[str, Any]:
    low = place or run.county
    return {
        "run": run.pk, "county": run.county, "month": run.month,
        "low": low, "high": low[:-1] + chr(ord(low[-1]) + 1),
    }  # fmt: skip


def _rows(statement: str, said: Mapping[str, Any], using: str) -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(statement, said)
        return list(cursor.fetchall())
