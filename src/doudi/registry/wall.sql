-- Every table that concerns a person: seen and changed only where the place and the role allow it.
DO $$
DECLARE
  t text;
  sees text;
BEGIN
  FOR t, sees IN
    SELECT * FROM (VALUES
      ('registry_person', 'person.read'), ('registry_household', 'person.read'), ('registry_membership', 'person.read'),
      ('registry_residence', 'person.read'), ('registry_circumstance', 'person.read'),
      ('registry_lowincomestatus', 'person.read'), ('registry_kintie', 'person.read'),
      ('registry_revision', 'person.read'), ('registry_merge', 'person.read'),
      ('registry_statement', 'economy.read')) AS declared (name, permission)
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('DROP POLICY IF EXISTS by_place ON %I', t);
    EXECUTE format('CREATE POLICY by_place ON %I FOR SELECT TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope(%L))::text[]))', t, sees);
    EXECUTE format('DROP POLICY IF EXISTS add_by_place ON %I', t);
    EXECUTE format('DROP POLICY IF EXISTS change_by_place ON %I', t);
    IF t = 'registry_lowincomestatus' THEN
      EXECUTE format('CREATE POLICY add_by_place ON %I FOR INSERT TO doudi_web WITH CHECK (division_code LIKE ANY ((SELECT doudi_scope(''person.write'') || doudi_scope(''status.write'') || doudi_scope(''relapse.write''))::text[]))', t);
      EXECUTE format('CREATE POLICY change_by_place ON %I FOR UPDATE TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope(''person.write'') || doudi_scope(''status.write'') || doudi_scope(''relapse.write''))::text[])) WITH CHECK (true)', t);
    ELSE
      EXECUTE format('CREATE POLICY add_by_place ON %I FOR INSERT TO doudi_web WITH CHECK (division_code LIKE ANY ((SELECT doudi_scope(''person.write''))::text[]))', t);
      -- A file may be handed to another place: the row must be ours before, not after.
      EXECUTE format('CREATE POLICY change_by_place ON %I FOR UPDATE TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope(''person.write''))::text[])) WITH CHECK (true)', t);
    END IF;
    EXECUTE format('REVOKE DELETE, TRUNCATE ON %I FROM doudi_web', t);
  END LOOP;
END $$;

-- Certificates carry illness, disability, study and work: each kind has its own readers.
ALTER TABLE registry_certificate ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS by_place_and_kind ON registry_certificate;
CREATE POLICY by_place_and_kind ON registry_certificate FOR SELECT TO doudi_web USING (
  division_code LIKE ANY ((SELECT doudi_scope('person.read'))::text[]) AND CASE
    WHEN kind IN ('disability', 'severe_illness', 'self_care', 'no_civil_capacity') THEN division_code LIKE ANY ((SELECT doudi_scope('health.read'))::text[])
    WHEN kind = 'study' THEN division_code LIKE ANY ((SELECT doudi_scope('study.read'))::text[])
    WHEN kind IN ('employment', 'labour_capacity') THEN division_code LIKE ANY ((SELECT doudi_scope('work.read'))::text[])
    ELSE division_code LIKE ANY ((SELECT doudi_scope('economy.read'))::text[]) END);
DROP POLICY IF EXISTS add_by_place ON registry_certificate;
CREATE POLICY add_by_place ON registry_certificate FOR INSERT TO doudi_web WITH CHECK (division_code LIKE ANY ((SELECT doudi_scope('person.write'))::text[]));
DROP POLICY IF EXISTS change_by_place ON registry_certificate;
CREATE POLICY change_by_place ON registry_certificate FOR UPDATE TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope('person.write'))::text[])) WITH CHECK (true);
REVOKE DELETE, TRUNCATE ON registry_certificate FROM doudi_web;

-- Facts are appended and superseded. The only columns that may change are who the row belongs to after a merge, the
-- place responsible after a move, the moment it stopped being believed, and an end date that was open.
CREATE OR REPLACE FUNCTION doudi_supersede_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  movable text[] := ARRAY['division_code', 'superseded_at', 'person_id', 'household_id', 'relative_id'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '% is never deleted from', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (to_jsonb(OLD) - movable) <> (to_jsonb(NEW) - movable) THEN
    RAISE EXCEPTION '% is superseded, never edited', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['registry_statement', 'registry_certificate', 'registry_circumstance', 'registry_lowincomestatus',
                           'registry_membership', 'registry_residence', 'registry_kintie'] LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS supersede_only ON %I', t);
    EXECUTE format('CREATE TRIGGER supersede_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION doudi_supersede_only()', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['registry_revision'] LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS append_only ON %I', t);
    EXECUTE format('CREATE TRIGGER append_only BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION doudi_append_only()', t);
  END LOOP;
END $$;
