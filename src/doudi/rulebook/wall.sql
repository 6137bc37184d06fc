-- What the county has set is public inside the office. Proposals are written by those who draft, decided by those who
-- publish; a published value is never changed or removed by the web, only marked as replaced or withdrawn.
-- Checks of several policies are joined by OR: each names the right that it is about.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['rulebook_parameterdraft', 'rulebook_parameterblock'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('DROP POLICY IF EXISTS read_all ON %I', t);
    EXECUTE format('CREATE POLICY read_all ON %I FOR SELECT TO doudi_web USING (true)', t);
    EXECUTE format('DROP POLICY IF EXISTS draft ON %I', t);
    EXECUTE format('DROP POLICY IF EXISTS decide ON %I', t);
    EXECUTE format('DROP POLICY IF EXISTS withdraw ON %I', t);
  END LOOP;
END $$;
-- The drafter works on what is open and can withdraw it; publishing takes somebody else, who holds that right.
CREATE POLICY draft ON rulebook_parameterdraft FOR INSERT TO doudi_web WITH CHECK (
  (SELECT doudi_holds('policy.draft')) AND state = 'draft'
  AND proposer_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint));
CREATE POLICY withdraw ON rulebook_parameterdraft FOR UPDATE TO doudi_web
  USING ((SELECT doudi_holds('policy.draft')) AND state IN ('draft', 'trial')) WITH CHECK (state <> 'published');
CREATE POLICY decide ON rulebook_parameterdraft FOR UPDATE TO doudi_web
  USING ((SELECT doudi_holds('policy.publish')) AND state IN ('draft', 'trial'))
  WITH CHECK ((SELECT doudi_holds('policy.publish'))
    AND decided_by_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint));
CREATE POLICY draft ON rulebook_parameterblock FOR ALL TO doudi_web
  USING ((SELECT doudi_holds('policy.draft')) AND published_at IS NULL)
  WITH CHECK ((SELECT doudi_holds('policy.draft')) AND published_at IS NULL AND EXISTS (
    SELECT FROM rulebook_parameterdraft d WHERE d.id = draft_id AND d.state IN ('draft', 'trial')));
CREATE POLICY decide ON rulebook_parameterblock FOR UPDATE TO doudi_web
  USING ((SELECT doudi_holds('policy.publish')) AND withdrawn_at IS NULL)
  WITH CHECK ((SELECT doudi_holds('policy.publish')) AND published_at IS NOT NULL AND (withdrawn_at IS NULL OR EXISTS (
    SELECT FROM rulebook_withdrawal w WHERE w.block_id = rulebook_parameterblock.id AND w.state = 'confirmed')));
REVOKE DELETE, TRUNCATE ON rulebook_parameterdraft FROM doudi_web;
REVOKE UPDATE, TRUNCATE ON rulebook_parameterblock FROM doudi_web;
GRANT UPDATE (published_at, replaced_at, withdrawn_at) ON rulebook_parameterblock TO doudi_web;

-- A wrong value is taken back by two: asked for by a drafter, confirmed by a publisher; a constraint knows they differ.
ALTER TABLE rulebook_withdrawal ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS read_all ON rulebook_withdrawal;
CREATE POLICY read_all ON rulebook_withdrawal FOR SELECT TO doudi_web USING (true);
DROP POLICY IF EXISTS ask ON rulebook_withdrawal;
CREATE POLICY ask ON rulebook_withdrawal FOR INSERT TO doudi_web WITH CHECK (
  (SELECT doudi_holds('policy.draft')) AND state = 'open'
  AND asked_by_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint));
DROP POLICY IF EXISTS take_back ON rulebook_withdrawal;
CREATE POLICY take_back ON rulebook_withdrawal FOR UPDATE TO doudi_web
  USING ((SELECT doudi_holds('policy.draft')) AND state = 'open')
  WITH CHECK (state = 'refused' AND decided_by_id = asked_by_id
    AND decided_by_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint));
DROP POLICY IF EXISTS decide ON rulebook_withdrawal;
CREATE POLICY decide ON rulebook_withdrawal FOR UPDATE TO doudi_web
  USING ((SELECT doudi_holds('policy.publish')) AND state = 'open')
  WITH CHECK ((SELECT doudi_holds('policy.publish'))
    AND decided_by_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint));
REVOKE UPDATE, DELETE, TRUNCATE ON rulebook_withdrawal FROM doudi_web;
GRANT UPDATE (state, decided_by_id, decided_at, decided_note) ON rulebook_withdrawal TO doudi_web;

-- Who would change class: by place, like the files themselves.
ALTER TABLE rulebook_trialchange ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS by_place ON rulebook_trialchange;
CREATE POLICY by_place ON rulebook_trialchange FOR SELECT TO doudi_web
  USING (division_code LIKE ANY ((SELECT doudi_scope('person.read'))::text[]));
DROP POLICY IF EXISTS try_out ON rulebook_trialchange;
CREATE POLICY try_out ON rulebook_trialchange FOR INSERT TO doudi_web
  WITH CHECK (division_code LIKE ANY ((SELECT doudi_scope('policy.draft'))::text[]));
DROP POLICY IF EXISTS try_again ON rulebook_trialchange;
CREATE POLICY try_again ON rulebook_trialchange FOR DELETE TO doudi_web USING ((SELECT doudi_holds('policy.draft')));
REVOKE UPDATE, TRUNCATE ON rulebook_trialchange FROM doudi_web;
