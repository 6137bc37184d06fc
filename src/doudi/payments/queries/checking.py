# ruff: noqa: E501  (statements of SQL read better whole)
"""`doudi ledger check`: every invariant of money, looked for in the database itself. An empty answer is a clean one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connections


@dataclass(frozen=True)
class Broken:
    """An invariant that does not hold, and where."""

    invariant: str
    where: str


SUMS = """
SELECT 'entry ' || entry_id FROM payments_posting GROUP BY entry_id HAVING sum(fen) <> 0
UNION ALL SELECT 'entry ' || e.id FROM payments_entry e LEFT JOIN payments_posting p ON p.entry_id = e.id
  GROUP BY e.id HAVING count(p.id) <> e.postings_count
"""
BALANCES = """
SELECT 'account ' || a.id || ' ' || a.book FROM payments_account a
LEFT JOIN (SELECT account_id, sum(fen) AS fen FROM payments_posting GROUP BY account_id) p ON p.account_id = a.id
WHERE a.balance_fen <> coalesce(p.fen, 0)
   OR (a.balance_fen < 0 AND a.book NOT IN ('source', 'authorised', 'paid', 'spent'))
"""
# A locked run: its lines, its control total, the first file for the bank, and the ledger say the same.
RUNS = """
SELECT 'run ' || r.number FROM payments_paymentrun r
LEFT JOIN LATERAL (SELECT count(*) AS n, coalesce(sum(fen), 0) AS fen FROM payments_paymentline l
                   WHERE l.run_id = r.id AND l.state <> 'dropped') lines ON true
LEFT JOIN LATERAL (SELECT b.transfers_count AS n, b.total_fen AS fen, b.id FROM payments_bankbatch b
                   WHERE b.run_id = r.id AND b.attempt = 1) batch ON true
LEFT JOIN LATERAL (SELECT count(*) AS n, coalesce(sum(t.fen), 0) AS fen FROM payments_transfer t WHERE t.batch_id = batch.id) sent ON true
LEFT JOIN LATERAL (SELECT count(*) AS n FROM payments_paymentline l WHERE l.run_id = r.id AND l.state <> 'dropped' AND l.fen > 0) payable ON true
LEFT JOIN LATERAL (SELECT coalesce(sum(p.fen), 0) AS fen FROM payments_posting p JOIN payments_entry e ON e.id = p.entry_id
                   JOIN payments_account a ON a.id = p.account_id
                   WHERE e.about = 'run' AND e.about_id = r.id::text AND e.kind = 'commit' AND a.book = 'committed') booked ON true
WHERE r.state IN ('locked', 'sent', 'done') AND (
  (r.lines_count, r.total_fen) IS DISTINCT FROM (lines.n::int, lines.fen)
  OR booked.fen <> r.total_fen
  OR (r.state IN ('sent', 'done') AND r.total_fen > 0
      AND (batch.fen IS DISTINCT FROM r.total_fen OR sent.fen <> batch.fen OR sent.n <> batch.n OR sent.n <> payable.n)))
"""
# Money sent and not answered stands in transit; what failed and is not closed stands as returned; what arrived is paid.
STATES = """
SELECT 'county ' || c.county || ' ' || c.what FROM (
  SELECT r.county, 'transit' AS what, coalesce(sum(t.fen) FILTER (WHERE t.state = 'sent'), 0) AS want,
         (SELECT coalesce(sum(balance_fen), 0) FROM payments_account a WHERE a.county = r.county AND a.book = 'transit') AS have
  FROM payments_transfer t JOIN payments_bankbatch b ON b.id = t.batch_id JOIN payments_paymentrun r ON r.id = b.run_id GROUP BY r.county
  UNION ALL
  SELECT r.county, 'returned', coalesce(sum(l.fen) FILTER (WHERE l.state = 'failed'
           AND NOT EXISTS (SELECT FROM payments_transfer t WHERE t.line_id = l.id AND t.state = 'sent')), 0),
         (SELECT coalesce(sum(balance_fen), 0) FROM payments_account a WHERE a.county = r.county AND a.book = 'returned')
  FROM payments_paymentline l JOIN payments_paymentrun r ON r.id = l.run_id GROUP BY r.county) c
WHERE c.want <> c.have
"""
ONCE = """
SELECT 'person ' || p.person_id || ' ' || p.month || ' ' || p.what FROM payments_lineperson p
JOIN payments_paymentline l ON l.id = p.line_id AND l.state NOT IN ('dropped', 'closed')
GROUP BY p.person_id, p.month, p.what HAVING count(*) > 1
UNION ALL SELECT 'line ' || line_id FROM payments_transfer WHERE state IN ('sent', 'paid') GROUP BY line_id HAVING count(*) > 1
UNION ALL SELECT 'line ' || l.id || ' has nobody' FROM payments_paymentline l
  WHERE l.kind = 'monthly' AND l.portion = 'main' AND NOT EXISTS (SELECT FROM payments_lineperson p WHERE p.line_id = l.id)
"""
GROUNDS = """
SELECT 'line ' || l.id FROM payments_paymentline l LEFT JOIN payments_paymentrun r ON r.id = l.run_id
WHERE (l.kind IN ('monthly', 'arrears') AND l.award_id IS NULL)
   OR (l.kind = 'once' AND l.relief_id IS NULL) OR (l.kind = 'subsidy' AND r.release_id IS NULL)
UNION ALL
SELECT 'relief payment ' || p.id FROM payments_reliefpayment p JOIN payments_reliefplan g ON g.id = p.plan_id
GROUP BY p.id, g.id, g.approved_fen
HAVING (SELECT sum(o.fen) FROM payments_reliefpayment o WHERE o.plan_id = g.id) > g.approved_fen
"""
# Every payable month of an award since the county began, up to the last locked monthly run, has exactly one line or a
# recorded reason (a dropped or closed line of that month says why).
MONTHS = """
WITH last AS (SELECT r.county, max(r.month) AS month FROM payments_paymentrun r
              WHERE r.kind = 'monthly' AND r.state IN ('locked', 'sent', 'done') GROUP BY r.county)
SELECT 'award ' || a.number || ' ' || m.month::date
FROM awards_award a JOIN payments_office o ON o.county = left(a.division_code, 6) JOIN last ON last.county = o.county
CROSS JOIN LATERAL generate_series(greatest(a.starts_on, o.first_month), last.month, interval '1 month') AS m (month)
WHERE (a.ends_on IS NULL OR a.ends_on > m.month)
  AND EXISTS (SELECT FROM awards_awardline l WHERE l.award_id = a.id AND l.superseded_at IS NULL AND l.starts_on <= m.month
              AND (l.ends_on IS NULL OR l.ends_on > m.month))
  AND NOT EXISTS (SELECT FROM awards_suspension s WHERE s.award_id = a.id AND s.superseded_at IS NULL AND s.starts_on <= m.month
                  AND (s.ends_on IS NULL OR s.ends_on > m.month))
  AND a.granted_at <= (SELECT max(r.made_at) FROM payments_paymentrun r WHERE r.county = o.county AND r.kind = 'monthly'
                       AND r.month = last.month AND r.state IN ('locked', 'sent', 'done'))
  AND NOT EXISTS (SELECT FROM payments_paymentline l WHERE l.award_id = a.id AND l.month = m.month AND l.kind = 'monthly')
"""
ANSWERS = """
SELECT 'answer ' || a.id FROM payments_bankanswer a LEFT JOIN payments_transfer t ON t.id = a.transfer_id
WHERE a.state = 'matched' AND (t.id IS NULL OR t.fen <> a.fen)
UNION ALL SELECT 'transfer ' || t.id FROM payments_transfer t
WHERE t.state <> 'sent' AND NOT EXISTS (SELECT FROM payments_bankanswer a WHERE a.transfer_id = t.id AND a.state = 'matched')
UNION ALL SELECT 'transfer ' || transfer_id || ' ' || result FROM payments_bankanswer
WHERE state = 'matched' GROUP BY transfer_id, result HAVING count(*) > 1
"""
RESERVES = """
SELECT 'reserve fund ' || f.division_code FROM payments_reservefund f JOIN payments_account a ON a.id = f.account_id
WHERE a.balance_fen < 0
UNION ALL SELECT 'relief payment ' || p.id FROM payments_reliefpayment p
LEFT JOIN payments_posting s ON s.entry_id = p.entry_id
LEFT JOIN payments_account a ON a.id = s.account_id AND a.book = 'float'
WHERE p.fund_id IS NOT NULL GROUP BY p.id HAVING coalesce(-sum(s.fen) FILTER (WHERE a.id IS NOT NULL), 0) <> p.fen
"""

CHECKS: dict[str, tuple[str, ...]] = {
    "I1": (SUMS,),
    "I2": (BALANCES, RESERVES),
    "I3": (RUNS, STATES),
    "I4": (ONCE,),
    "I5": (GROUNDS, MONTHS),
    "I6": (ANSWERS,),
}
LABELS = {
    "I1": "every entry sums to zero",
    "I2": "balances follow their postings and none is below zero where that is forbidden",
    "I3": "lines, control totals, bank files and ledger agree",
    "I4": "nobody is paid twice",
    "I5": "every line has its ground, every payable month its line or its reason",
    "I6": "every answer of the bank is matched once",
}


def check(using: str = "default", told: Callable[[str, int], object] | None = None) -> Sequence[Broken]:
    """What does not hold. Reads everything: run it as the owner, not behind somebody's place."""
    found: list[Broken] = []
    with connections[using].cursor() as cursor:
        for name, statements in CHECKS.items():
            before = len(found)
            for statement in statements:
                cursor.execute(statement)
                found += [Broken(name, str(row[0])) for row in cursor.fetchall()]
            if told is not None:
                told(name, len(found) - before)
    return found
