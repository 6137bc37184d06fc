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
    EXECUTE format('DROP TRIGGER IF EXISTS only_these_change ON %I', t);
    IF t = 'awards_awardchange' THEN CONTINUE; END IF;
    EXECUTE format('CREATE POLICY change_by_place ON %I FOR UPDATE TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope(''award.write''))::text[]))', t);
  END LOOP;
  -- Lines, members and suspensions stop being believed and are followed by others; what they said stays.
  FOREACH t IN ARRAY ARRAY['awards_awardmember', 'awards_awardline', 'awards_suspension'] LOOP
    EXECUTE format('GRANT UPDATE (superseded_at) ON %I TO doudi_web', t);
    PERFORM doudi_guard(t::regclass, 'supersede_only', 'doudi_supersede_only()', ARRAY['superseded_at']);
  END LOOP;
END $$;
-- A standard moves every award a version on in one go: with room on its page a row is written there and no index with it.
ALTER TABLE awards_award SET (fillfactor = 50);
-- Of an award only its end, its phase-out and its next review change; the history says how each came about.
GRANT UPDATE (ends_on, ended_because, phase_out_from, review_by, version) ON awards_award TO doudi_web;
SELECT doudi_guard('awards_award', 'only_these_change',
  'doudi_only_these_change(''ends_on'', ''ended_because'', ''phase_out_from'', ''review_by'', ''version'')',
  ARRAY['ends_on', 'ended_because', 'phase_out_from', 'review_by', 'version']);
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
  FOREACH t IN ARRAY ARRAY['awardmember', 'awardline', 'suspension', 'awardchange', 'adjustmentline', 'recalculationfinding'] LOOP
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

-- An adjustment holds sums and no person: read by whoever reads awards or policy, started by who drafts or publishes.
ALTER TABLE awards_adjustment ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS read_sums ON awards_adjustment;
CREATE POLICY read_sums ON awards_adjustment FOR SELECT TO doudi_web
  USING ((SELECT doudi_holds('award.read')) OR (SELECT doudi_holds('policy.simulate')));
DROP POLICY IF EXISTS estimate ON awards_adjustment;
CREATE POLICY estimate ON awards_adjustment FOR INSERT TO doudi_web
  WITH CHECK (state = 'computing' AND ((SELECT doudi_holds('policy.draft')) OR (SELECT doudi_holds('policy.publish'))));
DROP POLICY IF EXISTS estimate_again ON awards_adjustment;
CREATE POLICY estimate_again ON awards_adjustment FOR UPDATE TO doudi_web
  USING ((SELECT doudi_holds('policy.draft')) AND state IN ('computing', 'computed'))
  WITH CHECK (state IN ('computing', 'computed'));
DROP POLICY IF EXISTS carry_out ON awards_adjustment;
CREATE POLICY carry_out ON awards_adjustment FOR UPDATE TO doudi_web
  USING ((SELECT doudi_holds('policy.publish'))) WITH CHECK ((SELECT doudi_holds('policy.publish')));
REVOKE DELETE, TRUNCATE ON awards_adjustment FROM doudi_web;
-- It never turns into that of another proposal.
DROP TRIGGER IF EXISTS only_these_change ON awards_adjustment;
CREATE TRIGGER only_these_change BEFORE UPDATE OR DELETE ON awards_adjustment FOR EACH ROW
  EXECUTE FUNCTION doudi_only_these_change('draft_version', 'effective_from', 'state', 'figures', 'progress',
    'computed_at', 'computed_by_id', 'applied_at', 'applied_by_id', 'undone_at', 'undone_by_id', 'undone_note', 'job_id');

-- Which awards: by place, like the awards. What was raised stays for good; an estimate may be made again.
ALTER TABLE awards_adjustmentline ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS by_place ON awards_adjustmentline;
CREATE POLICY by_place ON awards_adjustmentline FOR SELECT TO doudi_web
  USING (division_code LIKE ANY ((SELECT doudi_scope('award.read'))::text[]));
DROP POLICY IF EXISTS estimate ON awards_adjustmentline;
CREATE POLICY estimate ON awards_adjustmentline FOR INSERT TO doudi_web WITH CHECK (outcome <> 'raised'
  AND division_code LIKE ANY ((SELECT doudi_scope('policy.draft'))::text[]));
DROP POLICY IF EXISTS carry_out ON awards_adjustmentline;
CREATE POLICY carry_out ON awards_adjustmentline FOR INSERT TO doudi_web
  WITH CHECK (division_code LIKE ANY ((SELECT doudi_scope('award.write'))::text[]));
DROP POLICY IF EXISTS again ON awards_adjustmentline;
CREATE POLICY again ON awards_adjustmentline FOR DELETE TO doudi_web USING (outcome <> 'raised' AND
  (division_code LIKE ANY ((SELECT doudi_scope('policy.draft'))::text[])
   OR division_code LIKE ANY ((SELECT doudi_scope('award.write'))::text[])));
DROP POLICY IF EXISTS undo ON awards_adjustmentline;
CREATE POLICY undo ON awards_adjustmentline FOR UPDATE TO doudi_web
  USING (division_code LIKE ANY ((SELECT doudi_scope('award.write'))::text[]));
REVOKE UPDATE, TRUNCATE ON awards_adjustmentline FROM doudi_web;
GRANT UPDATE (undone_at) ON awards_adjustmentline TO doudi_web;

-- Recalculations are written by a job, in the name of whoever decides awards there or by the clock; what was found is
-- settled by a person and never edited.
ALTER TABLE awards_recalculation ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS read_sums ON awards_recalculation;
CREATE POLICY read_sums ON awards_recalculation FOR SELECT TO doudi_web
  USING (place LIKE ANY ((SELECT doudi_scope('award.read'))::text[]));
DROP POLICY IF EXISTS open_run ON awards_recalculation;
CREATE POLICY open_run ON awards_recalculation FOR INSERT TO doudi_web
  WITH CHECK (place LIKE ANY ((SELECT doudi_scope('award.write'))::text[]) AND finished_at IS NULL);
DROP POLICY IF EXISTS finish ON awards_recalculation;
CREATE POLICY finish ON awards_recalculation FOR UPDATE TO doudi_web
  USING (place LIKE ANY ((SELECT doudi_scope('award.write'))::text[]) AND finished_at IS NULL) WITH CHECK (true);
REVOKE UPDATE, DELETE, TRUNCATE ON awards_recalculation FROM doudi_web;
GRANT UPDATE (figures, finished_at) ON awards_recalculation TO doudi_web;
ALTER TABLE awards_recalculationfinding ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS by_place ON awards_recalculationfinding;
CREATE POLICY by_place ON awards_recalculationfinding FOR SELECT TO doudi_web
  USING (division_code LIKE ANY ((SELECT doudi_scope('award.read'))::text[]));
DROP POLICY IF EXISTS find ON awards_recalculationfinding;
CREATE POLICY find ON awards_recalculationfinding FOR INSERT TO doudi_web WITH CHECK (settled_at IS NULL
  AND division_code LIKE ANY ((SELECT doudi_scope('award.write'))::text[]));
DROP POLICY IF EXISTS settle ON awards_recalculationfinding;
CREATE POLICY settle ON awards_recalculationfinding FOR UPDATE TO doudi_web USING (settled_at IS NULL AND
  (division_code LIKE ANY ((SELECT doudi_scope('case.handle'))::text[])
   OR division_code LIKE ANY ((SELECT doudi_scope('award.write'))::text[])))
  WITH CHECK (settled_by_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint));
REVOKE UPDATE, DELETE, TRUNCATE ON awards_recalculationfinding FROM doudi_web;
GRANT UPDATE (settled_at, settled_by_id, settled_note) ON awards_recalculationfinding TO doudi_web;
