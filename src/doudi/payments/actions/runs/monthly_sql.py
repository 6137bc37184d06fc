# ruff: noqa: E501  (statements of SQL read better whole)
"""The statements behind the monthly list: what is due, what is already paid, and the lines that follow from both."""

from __future__ import annotations

# Everything the run should hold for a slice, as if it held nothing yet. Named parameters: run, month, first, on, seen,
# last, low, high.
#
# Earlier months are looked at where something may be missing: awards that changed since `seen`, awards with fewer living
# monthly lines than months, and awards with arrears that were left out. For all others this month is enough.
CHOSEN = """
CREATE TEMPORARY TABLE chosen_line ON COMMIT DROP AS
WITH awards AS (
  SELECT a.id, a.division_code, a.programme, a.household_id, a.person_id, greatest(a.starts_on, %(first)s) AS since,
         CASE WHEN a.ends_on IS NULL OR a.ends_on > %(month)s THEN %(month)s ELSE (a.ends_on - interval '1 month')::date END AS until
  FROM awards_award a
  WHERE a.division_code >= %(low)s AND a.division_code < %(high)s AND a.starts_on <= %(month)s
    AND (a.ends_on IS NULL OR a.ends_on > greatest(a.starts_on, %(first)s))
), lined AS MATERIALIZED (
  SELECT l.award_id, l.month, l.portion, sum(l.due_fen) AS fen, bool_or(l.kind = 'monthly') AS has
  FROM payments_paymentline l JOIN awards w ON w.id = l.award_id
  WHERE l.kind IN ('monthly', 'arrears') AND l.state NOT IN ('dropped', 'closed') AND l.run_id <> %(run)s
  GROUP BY 1, 2, 3
), looked AS (
  SELECT w.*, CASE
      WHEN w.id IN (SELECT c.award_id FROM awards_awardchange c WHERE c.id > %(seen)s AND c.division_code >= %(low)s AND c.division_code < %(high)s)
        OR w.id IN (SELECT l.award_id FROM payments_paymentline l WHERE l.kind = 'arrears' AND l.state IN ('dropped', 'closed') AND l.afterwards <> 'never')
        OR coalesce(c.months, 0) < (extract(year FROM w.until) - extract(year FROM w.since)) * 12 + extract(month FROM w.until) - extract(month FROM w.since)
           + (w.until < %(month)s)::int
      THEN w.since ELSE greatest(w.since, %(month)s) END AS start
  FROM awards w LEFT JOIN (SELECT award_id, count(*) AS months FROM lined WHERE has AND portion = 'main' AND month < %(month)s GROUP BY 1) c ON c.award_id = w.id
), due AS (
  SELECT w.id AS award_id, m.month::date AS month, CASE WHEN l.kind = 'care' THEN 'care' ELSE 'main' END AS portion, sum(l.fen_month)::bigint AS fen
  FROM looked w CROSS JOIN LATERAL generate_series(w.start, w.until, interval '1 month') AS m (month)
  JOIN awards_awardline l ON l.award_id = w.id AND l.superseded_at IS NULL AND l.starts_on <= m.month AND (l.ends_on IS NULL OR l.ends_on > m.month)
  WHERE NOT EXISTS (SELECT FROM awards_suspension s WHERE s.award_id = w.id AND s.superseded_at IS NULL
                    AND s.starts_on <= m.month AND (s.ends_on IS NULL OR s.ends_on > m.month))
  GROUP BY 1, 2, 3
)
SELECT d.award_id, w.division_code, w.programme, w.household_id, w.person_id, d.month, d.portion, d.fen AS whole, coalesce(l.fen, 0)::bigint AS lined, d.fen - coalesce(l.fen, 0)::bigint AS due_fen,
         CASE WHEN coalesce(l.has, false) THEN 'arrears' ELSE 'monthly' END AS kind
FROM due d JOIN awards w ON w.id = d.award_id LEFT JOIN lined l USING (award_id, month, portion)
WHERE d.fen > coalesce(l.fen, 0)
    AND NOT EXISTS (SELECT FROM payments_paymentline n WHERE n.award_id = d.award_id AND n.month = d.month AND n.portion = d.portion
                    AND n.state IN ('dropped', 'closed') AND (n.afterwards = 'never' OR (n.run_id = %(run)s AND n.afterwards = 'later')))
"""

# The lines themselves: whom they cover, why so much, to which account, and what is different from last month.
WANTED = """
CREATE TEMPORARY TABLE wanted_line ON COMMIT DROP AS
WITH people AS MATERIALIZED (
  SELECT c.award_id, c.month, array_agg(m.person_id ORDER BY m.person_id) AS people
  FROM (SELECT DISTINCT award_id, month FROM chosen_line) c JOIN awards_awardmember m ON m.award_id = c.award_id AND m.superseded_at IS NULL
    AND m.starts_on <= c.month AND (m.ends_on IS NULL OR m.ends_on > c.month)
  GROUP BY 1, 2
), parts AS MATERIALIZED (
  SELECT c.award_id, c.month, c.portion, jsonb_agg(jsonb_build_object('kind', l.kind, 'person', l.person_id, 'fen', l.fen_month, 'reason', l.reason,
           'clauses', l.clauses, 'parameters', l.parameters) ORDER BY l.kind <> 'base', l.person_id, l.kind) AS parts
  FROM chosen_line c JOIN awards_awardline l ON l.award_id = c.award_id AND l.superseded_at IS NULL AND l.starts_on <= c.month
    AND (l.ends_on IS NULL OR l.ends_on > c.month) AND (l.kind = 'care') = (c.portion = 'care')
  GROUP BY 1, 2, 3
), cards AS MATERIALIZED (
  SELECT b.id, b.person_id, b.institution_id FROM payments_benefitaccount b
  WHERE b.superseded_at IS NULL AND b.starts_on <= %(on)s AND (b.ends_on IS NULL OR b.ends_on > %(on)s)
), payees AS MATERIALIZED (
  SELECT p.award_id, p.portion, p.person_id, p.institution_id FROM payments_payee p
  WHERE p.superseded_at IS NULL AND p.starts_on <= %(on)s AND (p.ends_on IS NULL OR p.ends_on > %(on)s)
), keeping AS (
  SELECT DISTINCT ON (r.household_id) r.household_id, r.id,
         least(r.keep_fen_month, r.fen - coalesce((SELECT sum(i.fen) FROM payments_instalment i WHERE i.recovery_id = r.id), 0)) AS fen
  FROM payments_recovery r
  WHERE r.approved_at IS NOT NULL AND r.closed_on IS NULL AND r.keep_fen_month > 0
    AND r.fen > coalesce((SELECT sum(i.fen) FROM payments_instalment i WHERE i.recovery_id = r.id), 0)
  ORDER BY r.household_id, r.id
), before AS MATERIALIZED (
  SELECT l.award_id, l.portion, l.id, l.due_fen, l.account_id, l.division_code FROM payments_paymentline l JOIN payments_paymentrun r ON r.id = l.run_id
  WHERE l.kind = 'monthly' AND l.month = %(last)s AND l.state NOT IN ('dropped', 'closed') AND l.run_id <> %(run)s
), whole AS (
  SELECT c.division_code, c.kind, c.programme, coalesce(d.residence_class, '') AS residence, c.award_id, c.portion, c.household_id, c.month, c.due_fen,
         c.whole, c.lined, coalesce(ppl.people, CASE WHEN c.person_id IS NULL THEN ARRAY[h.head_id] ELSE ARRAY[c.person_id] END) AS people, parts.parts,
         CASE WHEN c.portion = 'care' AND care.award_id IS NOT NULL THEN coalesce(care_card.id, care_home.id)
              WHEN main.award_id IS NOT NULL THEN main_card.id
              ELSE coalesce(own.id, head.id, (SELECT any_card.id FROM cards any_card WHERE any_card.person_id = ANY (ppl.people) ORDER BY any_card.person_id LIMIT 1)) END AS account_id,
         keeping.fen AS keep, before.id AS before_line, before.due_fen AS before_fen, before.account_id AS before_account, before.division_code AS before_place,
         c.portion = 'main' AND c.kind = 'monthly' AND c.month = %(month)s AS is_main
  FROM chosen_line c JOIN registry_household h ON h.id = c.household_id
  JOIN parts USING (award_id, month, portion) LEFT JOIN people ppl USING (award_id, month)
  LEFT JOIN places_division d ON d.code = c.division_code
  LEFT JOIN payees care ON care.award_id = c.award_id AND care.portion = 'care'
  LEFT JOIN cards care_card ON care_card.person_id = care.person_id LEFT JOIN cards care_home ON care_home.institution_id = care.institution_id
  LEFT JOIN payees main ON main.award_id = c.award_id AND main.portion = 'main'
  LEFT JOIN cards main_card ON main_card.person_id = main.person_id
  LEFT JOIN cards own ON own.person_id = c.person_id LEFT JOIN cards head ON head.person_id = h.head_id
  LEFT JOIN keeping ON keeping.household_id = c.household_id
  LEFT JOIN before ON before.award_id = c.award_id AND before.portion = c.portion
), kept AS (
  SELECT *, CASE WHEN is_main AND keep IS NOT NULL
                      AND award_id = min(award_id) FILTER (WHERE is_main) OVER (PARTITION BY household_id)
                 THEN least(keep, due_fen) ELSE 0 END AS kept_fen
  FROM whole
)
SELECT division_code, kind, programme, residence, award_id, portion, household_id, month, due_fen, kept_fen, due_fen - kept_fen AS fen, people, parts, account_id,
  CASE WHEN kind = 'arrears' THEN jsonb_build_object('due', whole, 'before', lined)
       WHEN month < %(month)s THEN jsonb_strip_nulls(jsonb_build_object('missed', coalesce((SELECT m.dropped_because FROM payments_paymentline m
         WHERE m.award_id = k.award_id AND m.month = k.month AND m.portion = k.portion AND m.state IN ('dropped', 'closed') AND m.afterwards <> 'rebuilt' ORDER BY m.id DESC LIMIT 1), '')))
       ELSE '{}'::jsonb END AS why,
  CASE WHEN month = %(month)s AND kind = 'monthly' THEN before_fen END AS before_fen,
  CASE
    WHEN kind = 'arrears' OR month < %(month)s THEN 'arrears'
    WHEN %(last)s::date IS NULL THEN 'same'
    WHEN before_line IS NULL THEN CASE WHEN EXISTS (SELECT FROM payments_paymentline o WHERE o.award_id = k.award_id AND o.portion = k.portion
           AND o.month < %(month)s AND o.kind = 'monthly' AND o.state NOT IN ('ready', 'held', 'dropped')) THEN 'restarted' ELSE 'new' END
    WHEN EXISTS (SELECT FROM payments_lineperson o JOIN registry_person p ON p.id = o.person_id
                 WHERE o.line_id = k.before_line AND p.death_date IS NOT NULL AND NOT o.person_id = ANY (k.people)) THEN 'death'
    WHEN before_place <> division_code THEN 'moved'
    WHEN due_fen > before_fen THEN 'raised'
    WHEN due_fen < before_fen THEN 'lowered'
    WHEN account_id IS DISTINCT FROM before_account THEN 'account'
    ELSE 'same' END AS change,
  portion = 'main' AND kind = 'monthly' AS is_base,
  -- Somebody in it has this month's support from another award already: nobody is paid twice (I4), and the line says so.
  portion = 'main' AND kind = 'monthly' AND EXISTS (
    SELECT FROM payments_lineperson o JOIN payments_paymentline ol ON ol.id = o.line_id
    WHERE o.person_id = ANY (k.people) AND o.month = k.month AND o.what = 'base' AND o.counts
      AND (ol.run_id, ol.award_id) IS DISTINCT FROM (%(run)s, k.award_id)) AS clashes
FROM kept k
"""

# What stands in the draft and should not, or should read otherwise, gives way to a new line.
REPLACE = """
UPDATE payments_paymentline l SET state = 'dropped', afterwards = 'rebuilt', dropped_because = %(because)s
WHERE l.run_id = %(run)s AND l.state IN ('ready', 'held') AND l.division_code >= %(low)s AND l.division_code < %(high)s
  AND NOT EXISTS (SELECT FROM wanted_line w WHERE w.award_id = l.award_id AND w.month = l.month AND w.portion = l.portion AND w.kind = l.kind
    AND NOT w.clashes AND w.due_fen = l.due_fen AND w.parts = l.parts AND w.division_code = l.division_code
    AND (NOT w.is_base OR w.people = (SELECT array_agg(p.person_id ORDER BY p.person_id) FROM payments_lineperson p WHERE p.line_id = l.id)))
"""
# What may change without another line: the account of the day, what is kept back, the comparison.
REFRESH = """
UPDATE payments_paymentline l SET account_id = w.account_id, kept_fen = w.kept_fen, fen = w.fen, change = w.change, before_fen = w.before_fen
FROM wanted_line w
WHERE l.run_id = %(run)s AND l.state IN ('ready', 'held') AND w.award_id = l.award_id AND w.month = l.month AND w.portion = l.portion AND w.kind = l.kind
  AND (l.account_id, l.kept_fen, l.change, l.before_fen) IS DISTINCT FROM (w.account_id, w.kept_fen, w.change, w.before_fen)
"""
WRITE = """
WITH written AS (
  INSERT INTO payments_paymentline (run_id, division_code, kind, programme, residence, award_id, portion, household_id, month, due_fen, kept_fen, fen,
    parts, why, people_count, change, before_fen, account_id, state, dropped_because, afterwards)
  SELECT %(run)s, w.division_code, w.kind, w.programme, w.residence, w.award_id, w.portion, w.household_id, w.month, w.due_fen, w.kept_fen, w.fen,
    w.parts, w.why, CASE WHEN w.portion = 'main' THEN cardinality(w.people) ELSE 1 END, w.change, w.before_fen, w.account_id,
    CASE WHEN w.clashes THEN 'dropped' ELSE 'ready' END, CASE WHEN w.clashes THEN %(clash)s ELSE '' END, CASE WHEN w.clashes THEN 'later' ELSE '' END
  FROM wanted_line w
  WHERE NOT EXISTS (SELECT FROM payments_paymentline l WHERE l.run_id = %(run)s AND l.award_id = w.award_id AND l.month = w.month
                    AND l.portion = w.portion AND l.kind = w.kind AND l.state NOT IN ('dropped', 'closed'))
  ORDER BY w.division_code, w.household_id, w.award_id, w.month, w.portion
  RETURNING id, division_code, award_id, month, portion, kind, state
), told AS (
  INSERT INTO payments_lineperson (line_id, division_code, person_id, month, what, counts)
  SELECT n.id, n.division_code, p.person_id, n.month, 'base', n.state <> 'dropped'
  FROM written n JOIN wanted_line w ON w.award_id = n.award_id AND w.month = n.month AND w.portion = n.portion AND w.kind = n.kind AND w.is_base
  CROSS JOIN LATERAL unnest(w.people) AS p (person_id)
)
SELECT count(*) FROM written
"""
