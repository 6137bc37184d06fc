-- Documents are seen and added by place. They are taken out of use with a reason, never edited, never deleted by the web.
ALTER TABLE documents_document ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS by_place ON documents_document;
CREATE POLICY by_place ON documents_document FOR SELECT TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope('document.read'))::text[]));
-- Who checks payments compares the photo of a card with its account, and sees no other paper of the family.
DROP POLICY IF EXISTS cards_by_place ON documents_document;
CREATE POLICY cards_by_place ON documents_document FOR SELECT TO doudi_web USING (
  kind = 'bank_card' AND division_code LIKE ANY ((SELECT doudi_scope('payment.check'))::text[]));
DROP POLICY IF EXISTS add_by_place ON documents_document;
CREATE POLICY add_by_place ON documents_document FOR INSERT TO doudi_web WITH CHECK (
  division_code LIKE ANY ((SELECT doudi_scope('document.write'))::text[])
  AND uploaded_by_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint));
DROP POLICY IF EXISTS change_by_place ON documents_document;
-- A file may be handed to another place with its household: the row must be ours before, not after.
CREATE POLICY change_by_place ON documents_document FOR UPDATE TO doudi_web
  USING (division_code LIKE ANY ((SELECT doudi_scope('document.write'))::text[])) WITH CHECK (true);
REVOKE DELETE, TRUNCATE, UPDATE ON documents_document FROM doudi_web;
GRANT UPDATE (division_code, owner_id, discarded_at, discard_reason) ON documents_document TO doudi_web;
