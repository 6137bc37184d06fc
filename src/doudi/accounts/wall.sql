-- Who is signed in is set per request in doudi.staff; what that person may do is read here, from tables the web role
-- cannot change for itself. An unset or unknown id holds nothing, so a forgotten setting shows nothing.
-- plpgsql, because it keeps the plan of its query for the length of the connection: it is asked many times a page.
-- Parallel safe: parallel workers see the same setting, and without it no query behind the wall uses a second core.
CREATE OR REPLACE FUNCTION doudi_scope(wanted text) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN (
    SELECT coalesce(array_agg(DISTINCT a.division_code || '%'), '{}'::text[])
    FROM accounts_assignment a
    JOIN accounts_grant g ON g.role = a.role AND g.permission = wanted
    JOIN accounts_staff s ON s.id = a.staff_id AND s.is_active
    WHERE a.staff_id = nullif(current_setting('doudi.staff', true), '')::bigint
      AND a.starts_at <= now() AND (a.ends_at IS NULL OR a.ends_at > now()));
END $$;

CREATE OR REPLACE FUNCTION doudi_holds(wanted text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT cardinality(doudi_scope(wanted)) > 0 $$;

-- The permission table is written by the owner at migration, never by the web.
REVOKE INSERT, UPDATE, DELETE ON accounts_grant FROM doudi_web;
-- Attempts to sign in are a record: appended, never edited or removed.
REVOKE UPDATE, DELETE ON accounts_signin FROM doudi_web;
-- Before anybody is known every attempt counts (accounts/lockout.py); whoever is signed in sees their own, and who
-- oversees staff sees all. Signing in is always done as nobody (actions/sign_in.py).
ALTER TABLE accounts_signin ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS read_own_or_nobody ON accounts_signin;
CREATE POLICY read_own_or_nobody ON accounts_signin FOR SELECT TO doudi_web USING (
  nullif(current_setting('doudi.staff', true), '') IS NULL
  OR staff_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint)
  OR (SELECT doudi_holds('staff.read')));
DROP POLICY IF EXISTS attempt ON accounts_signin;
CREATE POLICY attempt ON accounts_signin FOR INSERT TO doudi_web WITH CHECK (true);
REVOKE DELETE ON accounts_staff, accounts_assignment, accounts_accessrequest FROM doudi_web;

-- Assignments decide what everybody may see, so only a security administrator writes them (and whoever may grant
-- a temporary look, within their own place).
ALTER TABLE accounts_assignment ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS read_all ON accounts_assignment;
CREATE POLICY read_all ON accounts_assignment FOR SELECT TO doudi_web USING (true);
DROP POLICY IF EXISTS write_admin ON accounts_assignment;
CREATE POLICY write_admin ON accounts_assignment FOR INSERT TO doudi_web WITH CHECK (
  staff_id <> nullif(current_setting('doudi.staff', true), '')::bigint AND (
    doudi_holds('staff.write')
    OR (ends_at IS NOT NULL AND ends_at <= starts_at + interval '24 hours'
        AND role = 'visitor' AND length(division_code) = 12
        AND division_code LIKE ANY ((SELECT doudi_scope('access.grant'))::text[]))));
DROP POLICY IF EXISTS end_admin ON accounts_assignment;
CREATE POLICY end_admin ON accounts_assignment FOR UPDATE TO doudi_web
  USING (doudi_holds('staff.write')) WITH CHECK (doudi_holds('staff.write'));

-- Everybody is found at sign-in; only the person themselves and a security administrator change an account.
ALTER TABLE accounts_staff ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS read_all ON accounts_staff;
CREATE POLICY read_all ON accounts_staff FOR SELECT TO doudi_web USING (true);
DROP POLICY IF EXISTS hire ON accounts_staff;
CREATE POLICY hire ON accounts_staff FOR INSERT TO doudi_web WITH CHECK (doudi_holds('staff.write'));
DROP POLICY IF EXISTS change_self_or_admin ON accounts_staff;
CREATE POLICY change_self_or_admin ON accounts_staff FOR UPDATE TO doudi_web
  USING (id = nullif(current_setting('doudi.staff', true), '')::bigint OR doudi_holds('staff.write'));

ALTER TABLE accounts_rolepolicy ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS read_all ON accounts_rolepolicy;
CREATE POLICY read_all ON accounts_rolepolicy FOR SELECT TO doudi_web USING (true);
DROP POLICY IF EXISTS write_admin ON accounts_rolepolicy;
CREATE POLICY write_admin ON accounts_rolepolicy FOR ALL TO doudi_web
  USING (doudi_holds('staff.write')) WITH CHECK (doudi_holds('staff.write'));

-- A request for a look is asked by its asker and answered by somebody else, within their own place.
ALTER TABLE accounts_accessrequest ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS read_own_or_answer ON accounts_accessrequest;
CREATE POLICY read_own_or_answer ON accounts_accessrequest FOR SELECT TO doudi_web USING (
  staff_id = nullif(current_setting('doudi.staff', true), '')::bigint
  OR division_code LIKE ANY ((SELECT doudi_scope('access.grant'))::text[]));
DROP POLICY IF EXISTS ask ON accounts_accessrequest;
CREATE POLICY ask ON accounts_accessrequest FOR INSERT TO doudi_web WITH CHECK (
  staff_id = nullif(current_setting('doudi.staff', true), '')::bigint AND state = 'open');
DROP POLICY IF EXISTS answer ON accounts_accessrequest;
CREATE POLICY answer ON accounts_accessrequest FOR UPDATE TO doudi_web USING (
  staff_id <> nullif(current_setting('doudi.staff', true), '')::bigint
  AND division_code LIKE ANY ((SELECT doudi_scope('access.grant'))::text[]));
