-- Who sees a referral: civil affairs by place; a department only what was put to it, where its role reaches. A role
-- that may answer is a department's, whatever else it may read: it never sees what another department was asked.
CREATE OR REPLACE FUNCTION doudi_referral_reach() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN (
    SELECT coalesce(array_agg(DISTINCT CASE WHEN answers.role IS NULL THEN '%' ELSE a.role END || ':' || a.division_code || '%'), '{}'::text[])
    FROM accounts_assignment a
    JOIN accounts_grant g ON g.role = a.role AND g.permission = 'referral.read'
    JOIN accounts_staff s ON s.id = a.staff_id AND s.is_active
    LEFT JOIN accounts_grant answers ON answers.role = a.role AND answers.permission = 'referral.answer'
    WHERE a.staff_id = nullif(current_setting('doudi.staff', true), '')::bigint
      AND a.starts_at <= now() AND (a.ends_at IS NULL OR a.ends_at > now()));
END $$;

ALTER TABLE services_referral ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS by_place_and_department ON services_referral;
CREATE POLICY by_place_and_department ON services_referral FOR SELECT TO doudi_web
  USING (department || ':' || division_code LIKE ANY ((SELECT doudi_referral_reach())::text[]));
DROP POLICY IF EXISTS send ON services_referral;
CREATE POLICY send ON services_referral FOR INSERT TO doudi_web
  WITH CHECK (division_code LIKE ANY ((SELECT doudi_scope('referral.send'))::text[]));
DROP POLICY IF EXISTS move ON services_referral;
CREATE POLICY move ON services_referral FOR UPDATE TO doudi_web
  USING (department || ':' || division_code LIKE ANY ((SELECT doudi_referral_reach())::text[])
    AND (division_code LIKE ANY ((SELECT doudi_scope('referral.send'))::text[])
      OR division_code LIKE ANY ((SELECT doudi_scope('referral.answer'))::text[])));
REVOKE UPDATE, DELETE, TRUNCATE ON services_referral FROM doudi_web;
GRANT UPDATE (state, due_on, escalated_on, closed_on, reason, answer, given_what, given_fen, given_on, version)
  ON services_referral TO doudi_web;
DROP TRIGGER IF EXISTS only_these_change ON services_referral;
CREATE TRIGGER only_these_change BEFORE UPDATE OR DELETE ON services_referral FOR EACH ROW EXECUTE FUNCTION
  doudi_only_these_change('state', 'due_on', 'escalated_on', 'closed_on', 'reason', 'answer', 'given_what', 'given_fen', 'given_on', 'version');

-- What was answered is final: a closed referral stays as it was closed.
CREATE OR REPLACE FUNCTION doudi_closed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.closed_on IS NOT NULL AND (NEW.closed_on, NEW.state) IS DISTINCT FROM (OLD.closed_on, OLD.state) THEN
    RAISE EXCEPTION 'a closed referral stays closed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS closed_stays ON services_referral;
CREATE TRIGGER closed_stays BEFORE UPDATE ON services_referral FOR EACH ROW EXECUTE FUNCTION doudi_closed_stays();

ALTER TABLE services_referralstep ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS by_place_and_department ON services_referralstep;
CREATE POLICY by_place_and_department ON services_referralstep FOR SELECT TO doudi_web
  USING (department || ':' || division_code LIKE ANY ((SELECT doudi_referral_reach())::text[]));
DROP POLICY IF EXISTS append ON services_referralstep;
CREATE POLICY append ON services_referralstep FOR INSERT TO doudi_web
  WITH CHECK (department || ':' || division_code LIKE ANY ((SELECT doudi_referral_reach())::text[])
    AND (division_code LIKE ANY ((SELECT doudi_scope('referral.send'))::text[])
      OR division_code LIKE ANY ((SELECT doudi_scope('referral.answer'))::text[])));
REVOKE UPDATE, DELETE, TRUNCATE ON services_referralstep FROM doudi_web;
DROP TRIGGER IF EXISTS only_these_change ON services_referralstep;
CREATE TRIGGER only_these_change BEFORE UPDATE OR DELETE ON services_referralstep
  FOR EACH ROW EXECUTE FUNCTION doudi_only_these_change();

-- Referrals go along with a household that is handed to another village.
CREATE OR REPLACE FUNCTION doudi_services_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE services_referral SET division_code = NEW.division_code WHERE household_id = NEW.id;
  UPDATE services_referralstep s SET division_code = NEW.division_code FROM services_referral r
    WHERE r.id = s.referral_id AND r.household_id = NEW.id;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS services_follow ON registry_household;
CREATE TRIGGER services_follow AFTER UPDATE OF division_code ON registry_household
  FOR EACH ROW WHEN (OLD.division_code IS DISTINCT FROM NEW.division_code) EXECUTE FUNCTION doudi_services_follow();
