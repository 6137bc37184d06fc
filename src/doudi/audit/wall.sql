-- audit_epoch (see audit/sql.py) holds one row: added to the cluster's transaction numbers, raised by `doudi restore`, so that numbers never run backwards.
REVOKE INSERT, UPDATE, DELETE ON audit_epoch FROM doudi_web;

REVOKE UPDATE, DELETE, TRUNCATE ON audit_auditevent, audit_auditseal FROM doudi_web;
REVOKE INSERT ON audit_auditseal FROM doudi_web;
DROP TRIGGER IF EXISTS append_only ON audit_auditevent;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_auditevent FOR EACH ROW EXECUTE FUNCTION doudi_append_only();
DROP TRIGGER IF EXISTS append_only_truncate ON audit_auditevent;
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit_auditevent EXECUTE FUNCTION doudi_append_only();
DROP TRIGGER IF EXISTS append_only ON audit_auditseal;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_auditseal FOR EACH ROW EXECUTE FUNCTION doudi_append_only();

-- The audit administrator sees the log; everyone else only the events about files they may read themselves.
ALTER TABLE audit_auditevent ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS append ON audit_auditevent;
CREATE POLICY append ON audit_auditevent FOR INSERT TO doudi_web WITH CHECK (true);
DROP POLICY IF EXISTS read_own_place ON audit_auditevent;
CREATE POLICY read_own_place ON audit_auditevent FOR SELECT TO doudi_web USING (
  (SELECT doudi_holds('audit.read'))
  OR actor_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint)
  OR (subject_place <> '' AND subject_place LIKE ANY ((SELECT doudi_scope('person.read'))::text[])));

-- Alerts about the log come from the owner; the audit administrator may only say what they were.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_auditalert FROM doudi_web;
GRANT UPDATE (settled_at, settled_by_id, settled_note) ON audit_auditalert TO doudi_web;
ALTER TABLE audit_auditalert ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS read_admin ON audit_auditalert;
CREATE POLICY read_admin ON audit_auditalert FOR SELECT TO doudi_web USING ((SELECT doudi_holds('audit.read')));
DROP POLICY IF EXISTS settle_once ON audit_auditalert;
CREATE POLICY settle_once ON audit_auditalert FOR UPDATE TO doudi_web
  USING (settled_at IS NULL AND (SELECT doudi_holds('audit.read'))) WITH CHECK (settled_at IS NOT NULL);
