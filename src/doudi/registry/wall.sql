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
      ('registry_move', 'person.read'),
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

-- The rural-revitalisation department says for itself who is on its list (actions/relapse.py), and nothing else here.
DROP POLICY IF EXISTS add_listing ON registry_circumstance;
CREATE POLICY add_listing ON registry_circumstance FOR INSERT TO doudi_web WITH CHECK (
  kind IN ('relapse_watch', 'lifted_from_poverty') AND source = 'revitalisation'
  AND division_code LIKE ANY ((SELECT doudi_scope('relapse.write'))::text[]));
DROP POLICY IF EXISTS change_listing ON registry_circumstance;
CREATE POLICY change_listing ON registry_circumstance FOR UPDATE TO doudi_web
  USING (kind IN ('relapse_watch', 'lifted_from_poverty') AND source = 'revitalisation'
    AND division_code LIKE ANY ((SELECT doudi_scope('relapse.write'))::text[]))
  WITH CHECK (kind IN ('relapse_watch', 'lifted_from_poverty') AND source = 'revitalisation'
    AND division_code LIKE ANY ((SELECT doudi_scope('relapse.write'))::text[]));

-- Certificates carry illness, disability, study and work: each kind has its own readers.
ALTER TABLE registry_certificate ENABLE ROW LEVEL SECURITY;
-- Whoever may read every kind wherever they read people at all is asked once a query, not once a row.
DROP POLICY IF EXISTS by_place_and_kind ON registry_certificate;
CREATE POLICY by_place_and_kind ON registry_certificate FOR SELECT TO doudi_web USING (
  division_code LIKE ANY ((SELECT doudi_scope('person.read'))::text[]) AND (
    (SELECT doudi_scope('health.read') @> people AND doudi_scope('study.read') @> people
        AND doudi_scope('work.read') @> people AND doudi_scope('economy.read') @> people
      FROM doudi_scope('person.read') AS people)
    OR CASE
      WHEN kind IN ('disability', 'severe_illness', 'self_care', 'no_civil_capacity') THEN division_code LIKE ANY ((SELECT doudi_scope('health.read'))::text[])
      WHEN kind = 'study' THEN division_code LIKE ANY ((SELECT doudi_scope('study.read'))::text[])
      WHEN kind IN ('employment', 'labour_capacity') THEN division_code LIKE ANY ((SELECT doudi_scope('work.read'))::text[])
      ELSE division_code LIKE ANY ((SELECT doudi_scope('economy.read'))::text[]) END));
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
  -- A change of keys rewrites ciphertext, not facts: the owner may, and only while rotating (privacy/rotation.py).
  IF current_setting('doudi.rotating', true) = 'on'
     AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    movable := movable || ARRAY(SELECT attname::text FROM pg_attribute
                                WHERE attrelid = TG_RELID AND atttypid = 'bytea'::regtype);
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
    PERFORM doudi_guard(t::regclass, 'supersede_only', 'doudi_supersede_only()',
                        ARRAY['superseded_at', 'person_id', 'household_id', 'relative_id']);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['registry_revision'] LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS append_only ON %I', t);
    EXECUTE format('CREATE TRIGGER append_only BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION doudi_append_only()', t);
  END LOOP;
END $$;

-- For an exact number only: which township keeps a file that the asker may not see. Nothing about the person is told,
-- and only to somebody who reads files somewhere.
CREATE OR REPLACE FUNCTION doudi_where_is(index bytea) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT left(division_code, 9) FROM registry_person
  WHERE resident_id_index = index AND merged_into_id IS NULL AND doudi_holds('person.read') ORDER BY id LIMIT 1
$$;
CREATE OR REPLACE FUNCTION doudi_where_is_household(wanted text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT left(division_code, 9) FROM registry_household
  WHERE number = wanted COLLATE "C" AND doudi_holds('person.read') ORDER BY id LIMIT 1
$$;

-- Household numbers run per township, also past those of households that were handed to another place and are out of
-- sight here. The lock lasts until the asking transaction ends, so no number is given twice.
CREATE OR REPLACE FUNCTION doudi_next_household_number(prefix text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  last text;
BEGIN
  IF prefix !~ '^[A-Z]{1,4}-[A-Z]{1,4}-$' THEN
    RAISE EXCEPTION 'not a prefix of household numbers: %', prefix USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('registry.household.number ' || prefix, 0));
  SELECT max(number) INTO last FROM registry_household
  WHERE number >= prefix COLLATE "C" AND number < (prefix || ':') COLLATE "C" AND length(number) = length(prefix) + 6;
  RETURN prefix || lpad((coalesce(substr(last, length(prefix) + 1)::int, 0) + 1)::text, 6, '0');
END $$;

-- A household goes to another village of its county with everything known about it and its people. The web role cannot
-- write a row for a place outside its scope, so this is the one door: the caller must answer for the old place.
CREATE OR REPLACE FUNCTION doudi_hand_over(household bigint, new_code text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  old_code text;
  people bigint[];
  t text;
BEGIN
  SELECT division_code INTO old_code FROM registry_household WHERE id = household AND closed_on IS NULL FOR UPDATE;
  IF old_code IS NULL OR NOT old_code LIKE ANY (doudi_scope('person.write')) THEN
    RAISE EXCEPTION 'household % is not yours to hand over', household USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF left(new_code, 6) <> left(old_code, 6)
     OR NOT EXISTS (SELECT FROM places_division WHERE code = new_code AND level = 'village' AND is_open) THEN
    RAISE EXCEPTION '% is not a village of the same county', new_code USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- Its people: whoever belonged to it last, the dead included.
  SELECT coalesce(array_agg(person_id), '{}') INTO people FROM (
    SELECT DISTINCT ON (m.person_id) m.person_id, m.household_id FROM registry_membership m
    WHERE m.superseded_at IS NULL
      AND m.person_id IN (SELECT person_id FROM registry_membership WHERE household_id = household)
    ORDER BY m.person_id, m.starts_on DESC) latest
  WHERE latest.household_id = household;
  UPDATE registry_household SET division_code = new_code WHERE id = household;
  UPDATE registry_person SET division_code = new_code WHERE id = ANY (people);
  FOREACH t IN ARRAY ARRAY['registry_membership', 'registry_circumstance', 'registry_move'] LOOP
    EXECUTE format('UPDATE %I SET division_code = $1 WHERE household_id = $2', t) USING new_code, household;
  END LOOP;
  FOREACH t IN ARRAY ARRAY['registry_statement', 'registry_lowincomestatus'] LOOP
    EXECUTE format('UPDATE %I SET division_code = $1 WHERE household_id = $2 OR person_id = ANY ($3)', t)
      USING new_code, household, people;
  END LOOP;
  FOREACH t IN ARRAY ARRAY['registry_certificate', 'registry_residence', 'registry_kintie', 'registry_revision'] LOOP
    EXECUTE format('UPDATE %I SET division_code = $1 WHERE person_id = ANY ($2)', t) USING new_code, people;
  END LOOP;
  UPDATE registry_merge SET division_code = new_code WHERE survivor_id = ANY (people);
END $$;
