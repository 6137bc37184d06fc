# ruff: noqa: E501, S608  (statements of SQL read better whole)
"""What the gate before payment looks for, each as (line, place, reason, seen, facts). Named: run, month, on, last."""

from __future__ import annotations

# What is looked at stands in tables of its own, counted, so that it is joined well whatever is known of the others.
LINES = """
CREATE TEMPORARY TABLE gate_line ON COMMIT DROP AS
  SELECT l.id, l.division_code, l.kind, l.portion, l.award_id, l.household_id, l.month, l.due_fen, l.fen, l.before_fen, l.account_id
  FROM payments_paymentline l WHERE l.run_id = %(run)s AND l.state IN ('ready', 'held')
"""
DEAD = "dead AS MATERIALIZED (SELECT id, death_date FROM registry_person WHERE death_date IS NOT NULL)"
DEATH = """
SELECT line_id, division_code, 'death', jsonb_build_object('on', max(death_date), 'people', count(*)), md5(string_agg(person_id || ':' || death_date, ',' ORDER BY person_id))
FROM (
  SELECT l.id AS line_id, l.division_code, d.id AS person_id, d.death_date FROM gate_line l JOIN payments_lineperson p ON p.line_id = l.id JOIN dead d ON d.id = p.person_id
  UNION SELECT l.id, l.division_code, d.id, d.death_date FROM gate_line l JOIN awards_awardmember m ON m.award_id = l.award_id AND m.superseded_at IS NULL
    AND m.starts_on <= l.month AND (m.ends_on IS NULL OR m.ends_on > l.month) JOIN dead d ON d.id = m.person_id
  UNION SELECT l.id, l.division_code, d.id, d.death_date FROM gate_line l JOIN payments_benefitaccount b ON b.id = l.account_id JOIN dead d ON d.id = b.person_id
) covered GROUP BY 1, 2
"""
# Either way is a join of its own: "this OR that" over subqueries is looked up line by line, and once they are estimated
# to be larger than the memory of a hash, read through for every line. Nor is everybody grouped to find the few that meet:
# groups of a large county do not fit into that memory and go over the disk.
# One person in two records: the same number of the identity card, or one record merged into the other.
DUPLICATE_PERSON = """
SELECT k.line_id, l.division_code, 'duplicate_person', jsonb_build_object('people', count(DISTINCT k.person_id)), md5(string_agg(k.person_id::text, ',' ORDER BY k.person_id))
FROM (
  SELECT k.line_id, k.person_id, k.month, k.what FROM gate_person k
  WHERE EXISTS (SELECT FROM gate_person t WHERE t.number = k.number AND t.month = k.month AND t.what = k.what AND t.person_id <> k.person_id)
  UNION SELECT k.line_id, k.person_id, k.month, k.what FROM gate_person k
  WHERE k.survivor IN (SELECT survivor FROM gate_person WHERE merged)
    AND EXISTS (SELECT FROM gate_person t WHERE t.survivor = k.survivor AND t.month = k.month AND t.what = k.what AND t.person_id <> k.person_id)
) k JOIN gate_line l ON l.id = k.line_id
GROUP BY 1, 2
"""
KEYED = """
CREATE TEMPORARY TABLE gate_person ON COMMIT DROP AS
  SELECT o.line_id, o.person_id, o.month, o.what, p.resident_id_index AS number, coalesce(p.merged_into_id, p.id) AS survivor, p.merged_into_id IS NOT NULL AS merged
  FROM payments_lineperson o JOIN registry_person p ON p.id = o.person_id
  WHERE o.counts AND o.month IN (SELECT DISTINCT month FROM gate_line)
"""
# Nearly every number belongs to one household: lists are made only of those that do not.
DUPLICATE_ACCOUNT = """
WITH owned AS MATERIALIZED (
  SELECT l.id, l.division_code, l.household_id, b.number_index FROM gate_line l JOIN payments_benefitaccount b ON b.id = l.account_id AND b.institution_id IS NULL
  WHERE l.portion = 'main'
), shared AS MATERIALIZED (
  SELECT o.* FROM owned o WHERE EXISTS (SELECT FROM owned t WHERE t.number_index = o.number_index AND t.household_id <> o.household_id)
)
SELECT s.id, s.division_code, 'duplicate_account', jsonb_build_object('households', a.households), a.facts
FROM shared s JOIN (SELECT number_index, count(DISTINCT household_id) AS households, md5(string_agg(DISTINCT household_id::text, ',')) AS facts FROM shared GROUP BY 1) a USING (number_index)
"""
NO_ACCOUNT = """
SELECT l.id, l.division_code, 'no_account', '{}'::jsonb, '' FROM gate_line l WHERE l.account_id IS NULL AND l.fen > 0
"""
ACCOUNT_CHANGED = """
SELECT l.id, l.division_code, 'account_changed', jsonb_build_object('on', b.recorded_at::date, 'replaced', b.superseded_at IS NOT NULL), b.id || CASE WHEN b.superseded_at IS NULL THEN '' ELSE ' replaced' END
FROM gate_line l JOIN payments_benefitaccount b ON b.id = l.account_id
WHERE b.superseded_at IS NOT NULL OR (b.must_be_checked AND b.checked_at IS NULL)
"""
AWARD_ENDED = """
SELECT l.id, l.division_code, 'award_ended', jsonb_strip_nulls(jsonb_build_object('on', a.ends_on, 'why', a.ended_because)), coalesce(a.ends_on::text, 'suspended')
FROM (
  SELECT l.id FROM gate_line l
  WHERE NOT EXISTS (SELECT FROM awards_awardline n WHERE n.award_id = l.award_id AND n.superseded_at IS NULL AND n.starts_on <= l.month
                    AND (n.ends_on IS NULL OR n.ends_on > l.month) AND (n.kind = 'care') = (l.portion = 'care'))
  UNION SELECT l.id FROM gate_line l JOIN awards_suspension s ON s.award_id = l.award_id AND s.superseded_at IS NULL AND s.starts_on <= l.month
    AND (s.ends_on IS NULL OR s.ends_on > l.month)
) ended JOIN gate_line l ON l.id = ended.id JOIN awards_award a ON a.id = l.award_id
"""
# More than half and more than 300 yuan apart from last month, and no change of the award in between that explains it.
AMOUNT_JUMP = """
SELECT l.id, l.division_code, 'amount_jump', jsonb_build_object('before', l.before_fen, 'now', l.due_fen), l.before_fen || '>' || l.due_fen
FROM gate_line l
WHERE l.kind = 'monthly' AND l.month = %(month)s AND l.before_fen IS NOT NULL
  AND abs(l.due_fen - l.before_fen) * 2 > l.before_fen AND abs(l.due_fen - l.before_fen) > 30000
  AND NOT EXISTS (SELECT FROM awards_awardchange c WHERE c.award_id = l.award_id AND c.before_fen <> c.after_fen
                  AND c.effective_from <= %(month)s AND c.effective_from > %(last)s
                  AND NOT EXISTS (SELECT FROM awards_awardchange t WHERE t.takes_back_id = c.id))
"""
NO_AGREEMENT = """
SELECT l.id, l.division_code, 'no_agreement', jsonb_build_object('setting', a.support_setting), ''
FROM gate_line l JOIN awards_award a ON a.id = l.award_id
WHERE l.portion = 'care' AND NOT EXISTS (SELECT FROM payments_payee p WHERE p.award_id = l.award_id AND p.portion = 'care' AND p.superseded_at IS NULL
  AND p.starts_on <= %(on)s AND (p.ends_on IS NULL OR p.ends_on > %(on)s) AND (p.institution_id IS NOT NULL OR p.agreement <> ''))
"""
CHECKS = (
    DEATH, DUPLICATE_PERSON, DUPLICATE_ACCOUNT, NO_ACCOUNT, ACCOUNT_CHANGED, AWARD_ENDED, AMOUNT_JUMP, NO_AGREEMENT,
)  # fmt: skip

FIND = f"""
CREATE TEMPORARY TABLE found_hold ON COMMIT DROP AS
WITH {DEAD}, found (line_id, division_code, reason, seen, facts) AS ({" UNION ALL ".join(f"({one})" for one in CHECKS)})
SELECT * FROM found
"""
TABLES = (("gate_line", LINES), ("gate_person", KEYED), ("found_hold", FIND))
# In the order in which money is given out: who is not held for another reason comes first, then by number.
ASKING = """
SELECT l.id, l.programme, l.fen FROM payments_paymentline l
WHERE l.run_id = %(run)s AND l.state IN ('ready', 'held')
  AND NOT EXISTS (SELECT FROM found_hold f WHERE f.line_id = l.id AND f.reason <> ALL (%(notices)s)
                  AND NOT EXISTS (SELECT FROM payments_hold h WHERE h.line_id = f.line_id AND h.reason = f.reason AND h.facts = f.facts AND h.released_at IS NOT NULL AND NOT h.is_gone))
  AND NOT EXISTS (SELECT FROM payments_hold h WHERE h.line_id = l.id AND h.reason = 'by_hand' AND h.released_at IS NULL)
ORDER BY l.id
"""
OVER = """
INSERT INTO found_hold (line_id, division_code, reason, seen, facts)
SELECT l.id, l.division_code, 'over_budget', '{}'::jsonb, '' FROM payments_paymentline l WHERE l.id = ANY (%(over)s)
"""
RAISE = """
INSERT INTO payments_hold (line_id, division_code, reason, seen, facts, is_gone, at, released_because)
SELECT line_id, division_code, reason, seen, facts, false, %(at)s, '' FROM found_hold
ON CONFLICT (line_id, reason, facts) DO UPDATE SET is_gone = false, released_because = '', released_by_id = NULL, released_at = NULL
WHERE payments_hold.is_gone
"""
CLOSE = """
UPDATE payments_hold h SET is_gone = true, released_because = %(gone)s, released_by_id = %(by)s, released_at = %(at)s
FROM payments_paymentline l
WHERE l.id = h.line_id AND l.run_id = %(run)s AND l.state IN ('ready', 'held') AND h.released_at IS NULL AND h.reason <> 'by_hand'
  AND NOT EXISTS (SELECT FROM found_hold f WHERE f.line_id = h.line_id AND f.reason = h.reason AND f.facts = h.facts)
"""
SETTLE = """
UPDATE payments_paymentline l SET state = s.state
FROM (SELECT l.id, CASE WHEN EXISTS (SELECT FROM payments_hold h WHERE h.line_id = l.id AND h.released_at IS NULL AND h.reason <> ALL (%(notices)s))
                        THEN 'held' ELSE 'ready' END AS state
      FROM payments_paymentline l WHERE l.run_id = %(run)s AND l.state IN ('ready', 'held')) s
WHERE s.id = l.id AND l.state <> s.state
"""
