# ruff: noqa: S608, E501  (statements of SQL read better whole; what is put in are names of ours)
"""Who counts for an index month, where, in which group, and what is still owed: one statement, township by township.

A person counts where an award covers them in the index month, in the children's scheme, or as a member near the
threshold, as far as the rulebook counts these groups in that month. Who was no longer there on the first of the month
does not count: dead; of a household's award also no longer in the household, in prison, in detoxification, missing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connections

from .subsidy_amounts import Terms
from .subsidy_proof import GROUPS

SCHEME = "child_support"


def on_day(row: str, day: str = "%(month)s") -> str:
    """Known now and true on a day."""
    return (
        f"{row}.superseded_at IS NULL AND {row}.starts_on <= {day} AND ({row}.ends_on IS NULL OR {row}.ends_on > {day})"
    )


AWARDS = f"""awards_award a JOIN awards_awardmember m ON m.award_id = a.id AND {on_day("m")}
  WHERE a.starts_on <= %(month)s AND (a.ends_on IS NULL OR a.ends_on > %(month)s)
    AND NOT EXISTS (SELECT FROM awards_suspension s WHERE s.award_id = a.id AND {on_day("s")})
    AND EXISTS (SELECT FROM awards_awardline l WHERE l.award_id = a.id AND {on_day("l")})"""
# Everybody who may count here, and with `paid_too` everybody who was paid: looked at wherever else they may count.
WHO = f"""said AS MATERIALIZED (SELECT * FROM doudi_subsidy_facts(%(county)s, %(month)s)),
who AS MATERIALIZED (
  SELECT m.person_id FROM {AWARDS} AND a.division_code >= %(low)s AND a.division_code < %(high)s
  UNION
  SELECT w.person_id FROM registry_household h JOIN registry_membership w ON w.household_id = h.id AND {on_day("w")}
  JOIN said ON said.person_id = w.person_id AND said.scheme
  WHERE '{SCHEME}' = ANY (%(groups)s) AND h.division_code >= %(low)s AND h.division_code < %(high)s
  UNION
  SELECT w.person_id FROM registry_lowincomestatus s JOIN registry_household h ON h.id = s.household_id
  JOIN registry_membership w ON w.household_id = h.id AND {on_day("w")}
  WHERE 'near_threshold' = ANY (%(groups)s) AND h.division_code >= %(low)s AND h.division_code < %(high)s
    AND s.category = 'near_threshold' AND s.person_id IS NULL AND {on_day("s")}
  UNION
  SELECT lp.person_id FROM payments_lineperson lp
  WHERE %(paid_too)s AND lp.month = %(month)s AND lp.what <> 'base' AND lp.counts
    AND lp.division_code >= %(low)s AND lp.division_code < %(high)s)"""
FACTS = f"""home AS MATERIALIZED (
  SELECT w.person_id, w.household_id, w.co_resident, h.division_code AS code
  FROM registry_membership w JOIN registry_household h ON h.id = w.household_id
  WHERE w.person_id IN (SELECT person_id FROM who) AND {on_day("w")})"""
COUNTED = "home.co_resident IS NOT FALSE AND home.person_id NOT IN (SELECT person_id FROM said WHERE away)"
CANDIDATES = f"""candidate AS (
  SELECT m.person_id, a.programme AS grp, a.id AS award_id, a.household_id, a.division_code AS code
  FROM {AWARDS} AND m.person_id IN (SELECT person_id FROM who)
    AND (a.programme <> 'dibao' OR EXISTS (SELECT FROM home WHERE home.person_id = m.person_id AND home.household_id = a.household_id AND {COUNTED}))
  UNION ALL
  SELECT home.person_id, '{SCHEME}', NULL, home.household_id, home.code FROM home
  JOIN said ON said.person_id = home.person_id AND said.scheme
  UNION ALL
  SELECT home.person_id, 'near_threshold', NULL, home.household_id, home.code FROM home
  JOIN registry_lowincomestatus s ON s.household_id = home.household_id AND s.person_id IS NULL
    AND s.category = 'near_threshold' AND {on_day("s")}
  WHERE {COUNTED} AND home.person_id NOT IN (
    SELECT t.person_id FROM registry_lowincomestatus t WHERE t.category = 'tekun' AND t.person_id IS NOT NULL AND {on_day("t")})),
rate AS (SELECT * FROM jsonb_to_recordset(%(rates)s::jsonb) AS r (code text, residence text, fen bigint)),
best AS (
  SELECT DISTINCT ON (c.person_id) c.*, rate.residence, rate.fen FROM candidate c
  JOIN registry_person p ON p.id = c.person_id AND (p.death_date IS NULL OR p.death_date >= %(month)s)
  LEFT JOIN rate ON rate.code = c.code
  WHERE c.grp = ANY (%(groups)s) AND c.code >= %(county)s AND c.code < %(county)s || ':'
  ORDER BY c.person_id, rate.fen DESC NULLS LAST, array_position(%(groups)s, c.grp), c.household_id),
paid AS (
  SELECT lp.person_id, sum((part ->> 'fen')::bigint) AS fen, bool_or(lp.what = 'topup') AS added_to
  FROM payments_lineperson lp JOIN payments_paymentline l ON l.id = lp.line_id
  CROSS JOIN LATERAL jsonb_array_elements(l.parts) part
  WHERE lp.person_id IN (SELECT person_id FROM who) AND lp.month = %(month)s AND lp.what <> 'base' AND lp.counts
    AND l.run_id <> %(run)s AND (part ->> 'person')::bigint = lp.person_id
  GROUP BY lp.person_id)"""
# What a person still has to get: everything, or what a corrected index adds, once. Who was left out for good, or in
# this very run, is left out.
OWED = """owed AS (
  SELECT b.*, b.fen - coalesce(paid.fen, 0) AS due, coalesce(paid.fen, 0) AS before,
         CASE WHEN paid.fen IS NULL THEN 'subsidy' ELSE 'topup' END AS what
  FROM best b LEFT JOIN paid ON paid.person_id = b.person_id
  WHERE b.code >= %(low)s AND b.code < %(high)s AND b.fen > coalesce(paid.fen, 0) AND paid.added_to IS NOT TRUE
    AND NOT EXISTS (
      SELECT FROM payments_lineperson lp JOIN payments_paymentline l ON l.id = lp.line_id
      WHERE lp.person_id = b.person_id AND lp.month = %(month)s AND lp.what <> 'base' AND NOT lp.counts
        AND (l.afterwards = 'never' OR (l.run_id = %(run)s AND l.state = 'dropped' AND l.afterwards = 'later'))))"""
STANDING = f"WITH {WHO},\n{FACTS},\n{CANDIDATES}"
DUE = f"{STANDING},\n{OWED}"


def arguments(terms: Terms, place: str, *, run: int = 0, paid_too: bool = False) -> dict[str, Any]:
    """What the statements take, for a place: a county or a township by its digits. Lines of `run` are as if not there."""
    rates = [{"code": code, "residence": r.residence, "fen": r.fen} for code, r in terms.rates.items()]
    groups = [group for group in GROUPS if group in terms.groups]
    return {
        "month": terms.release.month, "on": terms.on, "county": terms.county, "low": place, "high": place + ":",
        "groups": groups, "rates": json.dumps(rates), "run": run, "paid_too": paid_too,
    }  # fmt: skip


def rows(statement: str, values: dict[str, Any], using: str = "default") -> Sequence[tuple[Any, ...]]:
    """The answer of a statement."""
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
