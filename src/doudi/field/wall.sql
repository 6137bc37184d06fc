-- Records of phones lie where the visit was; whoever reads visits reads them. A device belongs to its owner, and to the
-- security administrator. Nothing is deleted but the pieces of an attachment that has become a document.
CREATE OR REPLACE FUNCTION doudi_field_places() RETURNS text[]
LANGUAGE sql STABLE AS $$ SELECT doudi_scope('monitoring.visit') || doudi_scope('monitoring.read') $$;

DO $$
DECLARE
  t text; alters boolean; cols text;
BEGIN
  FOR t, alters, cols IN SELECT * FROM (VALUES
    ('syncrecord', true, 'outcome, answer, answered_at'),
    ('fieldconflict', true, 'decision, decided_by_record_id, decided_at'),
    ('attachment', true, 'state, problem, document_id, ended_at'),
    ('attachmentpart', false, '')
  ) AS declared (t, a, f)
  LOOP
    t := 'field_' || t;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('DROP POLICY IF EXISTS by_place ON %I', t);
    EXECUTE format('CREATE POLICY by_place ON %I FOR SELECT TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_field_places())::text[]))', t);
    EXECUTE format('DROP POLICY IF EXISTS add_by_place ON %I', t);
    EXECUTE format('CREATE POLICY add_by_place ON %I FOR INSERT TO doudi_web WITH CHECK (division_code LIKE ANY ((SELECT doudi_scope(''monitoring.visit''))::text[]))', t);
    EXECUTE format('DROP POLICY IF EXISTS change_by_place ON %I', t);
    EXECUTE format('DROP POLICY IF EXISTS forget_by_place ON %I', t);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM doudi_web', t);
    IF alters THEN
      EXECUTE format('CREATE POLICY change_by_place ON %I FOR UPDATE TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope(''monitoring.visit''))::text[]))', t);
      EXECUTE format('GRANT UPDATE (%s) ON %I TO doudi_web', cols, t);
      EXECUTE format('DROP TRIGGER IF EXISTS only_these_change ON %I', t);
      EXECUTE format('CREATE TRIGGER only_these_change BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION doudi_only_these_change(%s)',
                     t, (SELECT string_agg(quote_literal(trim(c)), ', ') FROM unnest(string_to_array(cols, ',')) c));
    ELSE
      EXECUTE format('CREATE POLICY forget_by_place ON %I FOR DELETE TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope(''monitoring.visit''))::text[]))', t);
      EXECUTE format('GRANT DELETE ON %I TO doudi_web', t);
    END IF;
  END LOOP;
END $$;

-- What was applied or found in conflict stays so; only a refused record may be answered anew.
CREATE OR REPLACE FUNCTION doudi_field_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.outcome <> 'refused' AND (NEW.outcome, NEW.answered_at) IS DISTINCT FROM (OLD.outcome, OLD.answered_at) THEN
    RAISE EXCEPTION 'an answered record stays answered' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS final ON field_syncrecord;
CREATE TRIGGER final BEFORE UPDATE ON field_syncrecord FOR EACH ROW EXECUTE FUNCTION doudi_field_final();

ALTER TABLE field_device ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_or_admin ON field_device;
CREATE POLICY own_or_admin ON field_device FOR SELECT TO doudi_web USING (
  staff_id = nullif(current_setting('doudi.staff', true), '')::bigint OR doudi_holds('staff.write'));
DROP POLICY IF EXISTS add_own ON field_device;
CREATE POLICY add_own ON field_device FOR INSERT TO doudi_web WITH CHECK (
  staff_id = nullif(current_setting('doudi.staff', true), '')::bigint
  AND division_code LIKE ANY ((SELECT doudi_scope('monitoring.visit'))::text[]));
DROP POLICY IF EXISTS change_own_or_admin ON field_device;
CREATE POLICY change_own_or_admin ON field_device FOR UPDATE TO doudi_web USING (
  staff_id = nullif(current_setting('doudi.staff', true), '')::bigint OR doudi_holds('staff.write'));
REVOKE UPDATE, DELETE, TRUNCATE ON field_device FROM doudi_web;
GRANT UPDATE (seen_at, share, wiped_at, wiped_by_id, wiped_because) ON field_device TO doudi_web;

-- A wiped device stays wiped: no share comes back, whoever asks.
CREATE OR REPLACE FUNCTION doudi_field_wiped_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.wiped_at IS NOT NULL AND (NEW.wiped_at IS DISTINCT FROM OLD.wiped_at OR NEW.share IS NOT NULL) THEN
    RAISE EXCEPTION 'a wiped device stays wiped' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS wiped_stays ON field_device;
CREATE TRIGGER wiped_stays BEFORE UPDATE ON field_device FOR EACH ROW EXECUTE FUNCTION doudi_field_wiped_stays();

-- Two questions of a phone that nobody is signed in to. Its key is 122 random bits; the answers say nothing else.
CREATE OR REPLACE FUNCTION doudi_field_must_erase(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM field_device WHERE key = wanted AND wiped_at IS NOT NULL) $$;
CREATE OR REPLACE FUNCTION doudi_field_erased(wanted uuid, unsent integer, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE field_device SET erased_at = moment, erased_unsent = greatest(unsent, 0)
    WHERE key = wanted AND wiped_at IS NOT NULL AND erased_at IS NULL;
  RETURN FOUND;
END $$;

-- What belongs to a household follows it to another village.
CREATE OR REPLACE FUNCTION doudi_field_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE field_syncrecord SET division_code = NEW.division_code WHERE household_id = NEW.id;
  UPDATE field_fieldconflict c SET division_code = NEW.division_code FROM field_syncrecord r
    WHERE r.id = c.record_id AND r.household_id = NEW.id;
  UPDATE field_attachment a SET division_code = NEW.division_code FROM field_syncrecord r
    WHERE r.id = a.record_id AND r.household_id = NEW.id;
  UPDATE field_attachmentpart p SET division_code = NEW.division_code FROM field_attachment a, field_syncrecord r
    WHERE a.id = p.attachment_id AND r.id = a.record_id AND r.household_id = NEW.id;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS field_follows ON registry_household;
CREATE TRIGGER field_follows AFTER UPDATE OF division_code ON registry_household
  FOR EACH ROW WHEN (OLD.division_code IS DISTINCT FROM NEW.division_code) EXECUTE FUNCTION doudi_field_follows();
