# ruff: noqa: E501  (statements of SQL read better whole)
"""The list of temporary assistance paid through the bank: every approved part that no reserve fund has paid, once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connections
from django.utils.translation import gettext as _

from doudi.policy.law import SEED

from ..models import PaymentRun

# What waits: no line of it lives, and none was given up for good. A line dropped from this very list stays out of it.
WANTED = """
CREATE TEMPORARY TABLE wanted_relief ON COMMIT DROP AS
WITH cards AS (
  SELECT b.id, b.person_id FROM payments_benefitaccount b
  WHERE b.superseded_at IS NULL AND b.person_id IS NOT NULL AND b.starts_on <= %(on)s AND (b.ends_on IS NULL OR b.ends_on > %(on)s))
SELECT p.*, coalesce(v.residence_class, '') AS residence, coalesce(own.id, head.id) AS account_id
FROM doudi_relief_for_bank(%(low)s, %(high)s, %(on)s) p LEFT JOIN places_division v ON v.code = p.division_code
LEFT JOIN cards own ON own.person_id = p.person_id LEFT JOIN cards head ON head.person_id = p.head_id
WHERE NOT EXISTS (SELECT FROM payments_paymentline l WHERE l.relief_id = p.relief_id AND l.run_id <> %(run)s
                  AND (l.state NOT IN ('dropped', 'closed') OR l.afterwards = 'never'))
  AND NOT EXISTS (SELECT FROM payments_paymentline l WHERE l.relief_id = p.relief_id AND l.run_id = %(run)s AND l.state IN ('dropped', 'closed'))
"""
SLICES = "SELECT DISTINCT left(division_code, 9) FROM doudi_relief_for_bank(%s, %s, %s) ORDER BY 1"
REFRESH = """
UPDATE payments_paymentline l SET account_id = w.account_id FROM wanted_relief w
WHERE l.run_id = %(run)s AND l.relief_id = w.relief_id AND l.state IN ('ready', 'held') AND l.account_id IS DISTINCT FROM w.account_id
"""
WRITE = """
INSERT INTO payments_paymentline (run_id, division_code, kind, programme, residence, portion, relief_id, household_id, month, due_fen, kept_fen, fen,
  parts, why, people_count, change, account_id, state, dropped_because, afterwards)
SELECT %(run)s, w.division_code, 'once', 'temporary', w.residence, 'main', w.relief_id, w.household_id, %(month)s, w.fen, 0, w.fen,
  jsonb_build_array(jsonb_build_object('kind', 'once', 'person', w.person_id, 'fen', w.fen, 'reason', replace(%(reason)s, '{}', w.number), 'clauses', %(clauses)s::jsonb, 'parameters', '[]'::jsonb)),
  jsonb_build_object('part', w.part), w.people_count, 'new', w.account_id, 'ready', '', ''
FROM wanted_relief w
WHERE NOT EXISTS (SELECT FROM payments_paymentline l WHERE l.run_id = %(run)s AND l.relief_id = w.relief_id)
ORDER BY w.division_code, w.relief_id
"""


class Temporary:
    """Builds township by township. A slice done twice is the same as done once."""

    def slices(self, run: PaymentRun, using: str) -> Sequence[str]:
        """The townships where something was approved for the bank."""
        low, high = run.county, f"{run.county[:-1]}{chr(ord(run.county[-1]) + 1)}"
        with connections[using].cursor() as cursor:
            cursor.execute(SLICES, [low, high, run.figures["on"]])
            return [row[0] for row in cursor.fetchall()]

    def fill(self, run: PaymentRun, slice_: str, using: str) -> int:
        """Write the lines of a township; returns how many."""
        said = _said(run, slice_)
        with connections[using].cursor() as cursor:
            # Two lists of one county are never filled at once: each would miss what the other holds.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('payments.fill ' || %s, 0))", [run.county])
            cursor.execute("DROP TABLE IF EXISTS wanted_relief")
            cursor.execute(WANTED, said)
            cursor.execute(REFRESH, said)
            cursor.execute(WRITE, said)
            return int(cursor.rowcount)


def _said(run: PaymentRun, slice_: str) -> dict[str, Any]:
    return {
        "run": run.pk,
        "month": run.month,
        "on": run.figures["on"],
        "low": slice_,
        "high": slice_[:-1] + chr(ord(slice_[-1]) + 1),
        "reason": _("急难型临时救助，决定 {}"),
        "clauses": json.dumps([SEED.article("二(六)").citation], ensure_ascii=False),
    }
