-- What was noticed comes from the owner's job; who oversees sees it, and says once what it was, never about themselves.
ALTER TABLE oversight_unusualreading ENABLE ROW LEVEL SECURITY;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON oversight_unusualreading FROM doudi_web;
GRANT UPDATE (outcome, settled_at, settled_by_id, settled_note) ON oversight_unusualreading TO doudi_web;
DROP POLICY IF EXISTS read_by_place ON oversight_unusualreading;
CREATE POLICY read_by_place ON oversight_unusualreading FOR SELECT TO doudi_web USING (
  division_code LIKE ANY ((SELECT doudi_scope('oversight.read'))::text[]));
DROP POLICY IF EXISTS settle_once ON oversight_unusualreading;
CREATE POLICY settle_once ON oversight_unusualreading FOR UPDATE TO doudi_web
  USING (settled_at IS NULL AND staff_id <> (SELECT nullif(current_setting('doudi.staff', true), '')::bigint)
         AND division_code LIKE ANY ((SELECT doudi_scope('oversight.settle'))::text[]))
  WITH CHECK (settled_by_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint));
