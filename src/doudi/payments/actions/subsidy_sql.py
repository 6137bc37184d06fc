# ruff: noqa: S608, E501  (statements of SQL read better whole; what is put in are names of ours)
"""The statements that write the lines of a subsidy: one line for each account a household's money goes to."""

from __future__ import annotations

from ..queries.subsidy_people import DUE, on_day

CARD = on_day("b", "%(on)s")
# The account of a person's line: the payee of the award, else the person's own (of a household's award: the head's),
# else the head's, else that of any member.
ACCOUNT = f"""coalesce(
    (SELECT b.id FROM payments_payee y JOIN payments_benefitaccount b ON b.person_id = y.person_id AND {CARD}
     WHERE y.award_id = o.award_id AND y.portion = 'main' AND {on_day("y", "%(on)s")}),
    CASE WHEN o.grp NOT IN ('dibao', 'near_threshold') THEN (SELECT b.id FROM payments_benefitaccount b WHERE b.person_id = o.person_id AND {CARD}) END,
    (SELECT b.id FROM payments_benefitaccount b WHERE b.person_id = h.head_id AND {CARD}),
    (SELECT b.id FROM registry_membership w JOIN payments_benefitaccount b ON b.person_id = w.person_id AND {CARD}
     WHERE w.household_id = o.household_id AND {on_day("w", "%(on)s")} ORDER BY w.person_id LIMIT 1))"""
WANTED = f"""
CREATE TEMPORARY TABLE wanted_subsidy ON COMMIT DROP AS
{DUE},
told AS (SELECT * FROM jsonb_to_recordset(%(told)s::jsonb) AS t (code text, parameters jsonb, sums jsonb)),
clause AS (SELECT * FROM jsonb_to_recordset(%(clauses)s::jsonb) AS c (grp text, clauses jsonb)),
placed AS (SELECT o.*, {ACCOUNT} AS account_id FROM owed o JOIN registry_household h ON h.id = o.household_id),
earlier AS (
  SELECT l.household_id, sum(l.due_fen) AS fen FROM payments_paymentline l JOIN payments_paymentrun r ON r.id = l.run_id
  WHERE r.county = %(county)s AND r.kind = 'price_subsidy' AND l.month = %(last)s AND l.state NOT IN ('dropped', 'closed')
  GROUP BY l.household_id),
line AS (
  SELECT p.household_id, p.account_id, p.code, p.residence, p.what, sum(p.due)::bigint AS fen,
    CASE WHEN count(DISTINCT p.award_id) = 1 AND count(*) = count(p.award_id) THEN min(p.award_id) END AS award_id,
    array_agg(p.person_id ORDER BY p.person_id) AS people,
    jsonb_agg(jsonb_build_object('kind', 'subsidy', 'person', p.person_id, 'fen', p.due, 'reason', p.grp,
      'clauses', clause.clauses, 'parameters', told.parameters) ORDER BY p.person_id) AS parts,
    (array_agg(told.sums))[1] || %(index)s::jsonb
      || CASE WHEN p.what = 'topup' THEN jsonb_build_object('due', sum(p.fen), 'before', sum(p.before)) ELSE '{{}}'::jsonb END AS why
  FROM placed p JOIN told ON told.code = p.code JOIN clause ON clause.grp = p.grp
  GROUP BY p.household_id, p.account_id, p.code, p.residence, p.what)
SELECT line.*, earlier.fen AS before_fen,
  CASE WHEN %(further)s THEN 'arrears' WHEN %(last)s::date IS NULL THEN 'same' WHEN earlier.fen IS NULL THEN 'new'
       WHEN line.fen > earlier.fen THEN 'raised' WHEN line.fen < earlier.fen THEN 'lowered' ELSE 'same' END AS change
FROM line LEFT JOIN earlier ON earlier.household_id = line.household_id
"""
SAME = "l.household_id = w.household_id AND l.division_code = w.code AND l.parts = w.parts AND l.why = w.why AND l.state IN ('ready', 'held')"
# What stands in the draft and should not, or should read otherwise, gives way to a new line.
REPLACE = f"""
UPDATE payments_paymentline l SET state = 'dropped', afterwards = 'rebuilt', dropped_because = %(because)s
WHERE l.run_id = %(run)s AND l.state IN ('ready', 'held') AND l.division_code >= %(low)s AND l.division_code < %(high)s
  AND NOT EXISTS (SELECT FROM wanted_subsidy w WHERE {SAME})
"""
REFRESH = f"""
UPDATE payments_paymentline l SET account_id = w.account_id FROM wanted_subsidy w
WHERE l.run_id = %(run)s AND {SAME} AND l.account_id IS DISTINCT FROM w.account_id
"""
WRITE = f"""
WITH written AS (
  INSERT INTO payments_paymentline (run_id, division_code, kind, programme, residence, award_id, portion, household_id, month,
    due_fen, kept_fen, fen, parts, why, people_count, change, before_fen, account_id, state, dropped_because, afterwards)
  SELECT %(run)s, w.code, 'subsidy', 'price_subsidy', w.residence, w.award_id, 'main', w.household_id, %(month)s,
    w.fen, 0, w.fen, w.parts, w.why, cardinality(w.people), w.change, w.before_fen, w.account_id, 'ready', '', ''
  FROM wanted_subsidy w WHERE NOT EXISTS (SELECT FROM payments_paymentline l WHERE l.run_id = %(run)s AND {SAME})
  ORDER BY w.code, w.household_id, w.account_id
  RETURNING id, division_code, month, parts, why),
told AS (
  INSERT INTO payments_lineperson (line_id, division_code, person_id, month, what, counts)
  SELECT n.id, n.division_code, (part ->> 'person')::bigint, n.month, CASE WHEN n.why ? 'before' THEN 'topup' ELSE 'subsidy' END, true
  FROM written n CROSS JOIN LATERAL jsonb_array_elements(n.parts) part)
SELECT count(*) FROM written
"""
