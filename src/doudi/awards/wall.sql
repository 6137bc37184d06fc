-- Awards are seen where the role reads awards and changed where it may write them; nothing is ever deleted.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['award', 'awardmember', 'awardline', 'suspension', 'awardchange'] LOOP
    t := 'awards_' || t;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('DROP POLICY IF EXISTS by_place ON %I', t);
    EXECUTE format('CREATE POLICY by_place ON %I FOR SELECT TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope(''award.read''))::text[]))', t);
    EXECUTE format('DROP POLICY IF EXISTS add_by_place ON %I', t);
    EXECUTE format('CREATE POLICY add_by_place ON %I FOR INSERT TO doudi_web WITH CHECK (division_code LIKE ANY ((SELECT doudi_scope(''award.write''))::text[]))', t);
    EXECUTE format('DROP POLICY IF EXISTS change_by_place ON %I', t);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM doudi_web', t);
    EXECUTE format('DROP TRIGGER IF EXISTS supersede_only ON %I', t);
    EXECUTE format('DROP TRIGGER IF EXISTS only_these_change ON %I', t);
    IF t = 'awards_awardchange' THEN CONTINUE; END IF;
    EXECUTE format('CREATE POLICY change_by_place ON %I FOR UPDATE TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope(''award.write''))::text[]))', t);
  END LOOP;
  -- Lines, members and suspensions stop being believed and are followed by others; what they said stays.
  FOREACH t IN ARRAY ARRAY['awards_awardmember', 'awards_awardline', 'awards_suspension'] LOOP
    EXECUTE format('GRANT UPDATE (superseded_at) ON %I TO doudi_web', t);
    EXECUTE format('CREATE TRIGGER supersede_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION doudi_supersede_only()', t);
  END LOOP;
END $$;
-- Of an award only its end, its phase-out and its next review change; the history says how each came about.
GRANT UPDATE (ends_on, ended_because, phase_out_from, review_by, version) ON awards_award TO doudi_web;
CREATE TRIGGER only_these_change BEFORE UPDATE OR DELETE ON awards_award FOR EACH ROW
  EXECUTE FUNCTION doudi_only_these_change('ends_on', 'ended_because', 'phase_out_from', 'review_by', 'version');
CREATE TRIGGER only_these_change BEFORE UPDATE OR DELETE ON awards_awardchange FOR EACH ROW
  EXECUTE FUNCTION doudi_only_these_change();

-- Award numbers run per county, programme and month, also past awards out of the asker's sight. The lock lasts until
-- the asking transaction ends, so no number is given twice.
CREATE OR REPLACE FUNCTION doudi_next_award_number(county text, prefix text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  last text;
BEGIN
  IF county !~ '^[0-9]{6}$' OR prefix !~ '^[A-Z]{2}DY-[0-9]{6}-$' THEN
    RAISE EXCEPTION 'not a county and prefix of award numbers: % %', county, prefix USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('awards.number ' || county || prefix, 0));
  SELECT max(number) INTO last FROM awards_award
  WHERE left(division_code, 6) = county AND number >= prefix COLLATE "C" AND number < (prefix || ':') COLLATE "C";
  RETURN prefix || lpad((coalesce(substr(last, length(prefix) + 1)::int, 0) + 1)::text, 5, '0');
END $$;

-- What belongs to a household follows it to another village: the registry hands the household over, its awards go
-- along. A person's own award follows the person, also into another household's village.
CREATE OR REPLACE FUNCTION doudi_awards_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  t text;
  moved bigint[];
BEGIN
  IF TG_TABLE_NAME = 'registry_household' THEN
    SELECT coalesce(array_agg(id), '{}') INTO moved FROM awards_award WHERE household_id = NEW.id AND person_id IS NULL;
  ELSE
    SELECT coalesce(array_agg(id), '{}') INTO moved FROM awards_award WHERE person_id = NEW.id;
  END IF;
  UPDATE awards_award SET division_code = NEW.division_code WHERE id = ANY (moved);
  FOREACH t IN ARRAY ARRAY['awardmember', 'awardline', 'suspension', 'awardchange'] LOOP
    EXECUTE format('UPDATE awards_%s SET division_code = $1 WHERE award_id = ANY ($2)', t) USING NEW.division_code, moved;
  END LOOP;
  RETURN NULL;
END $$;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['registry_household', 'registry_person'] LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS awards_follow ON %I', t);
    EXECUTE format('CREATE TRIGGER awards_follow AFTER UPDATE OF division_code ON %I FOR EACH ROW
      WHEN (OLD.division_code IS DISTINCT FROM NEW.division_code) EXECUTE FUNCTION doudi_awards_follow()', t);
  END LOOP;
END $$;
