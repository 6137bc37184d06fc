-- Where somebody may write about cases: with any of the rights to take a step.
CREATE OR REPLACE FUNCTION doudi_case_places() RETURNS text[]
LANGUAGE sql STABLE AS $$
  SELECT doudi_scope('case.intake') || doudi_scope('case.handle') || doudi_scope('case.approve')
      || doudi_scope('case.check') || doudi_scope('case.confirm') || doudi_scope('case.department')
$$;

-- Cases are seen where the role reads cases, and written where it may take a step; a step is appended, never edited.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['casework_application', 'casework_applicationperson', 'casework_step', 'casework_pause',
                           'casework_factsnapshot', 'casework_opinion', 'casework_determination',
                           'casework_declaration', 'casework_gapnotice', 'casework_publicnotice', 'casework_objection',
                           'casework_publication', 'casework_homevisit', 'casework_enquiry',
                           'casework_clockresult', 'casework_openclock', 'casework_escalation',
                           'casework_escalationanswer', 'casework_changereport', 'casework_joboffer',
                           'casework_periodicreview', 'casework_reviewstep', 'casework_reviewproposal',
                           'casework_reviewdecision', 'casework_endingnotice', 'casework_hearing',
                           'casework_caseconference', 'casework_transfer'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('DROP POLICY IF EXISTS by_place ON %I', t);
    EXECUTE format('CREATE POLICY by_place ON %I FOR SELECT TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope(''case.read''))::text[]))', t);
    EXECUTE format('DROP POLICY IF EXISTS add_by_place ON %I', t);
    EXECUTE format('CREATE POLICY add_by_place ON %I FOR INSERT TO doudi_web WITH CHECK (division_code LIKE ANY ((SELECT doudi_case_places())::text[]))', t);
    EXECUTE format('DROP POLICY IF EXISTS change_by_place ON %I', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['casework_application', 'casework_applicationperson', 'casework_pause', 'casework_opinion',
                           'casework_declaration', 'casework_publicnotice', 'casework_objection', 'casework_publication',
                           'casework_periodicreview', 'casework_endingnotice', 'casework_transfer'] LOOP
    EXECUTE format('CREATE POLICY change_by_place ON %I FOR UPDATE TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_case_places())::text[])) WITH CHECK (true)', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['casework_step', 'casework_factsnapshot', 'casework_determination', 'casework_gapnotice',
                           'casework_homevisit', 'casework_enquiry', 'casework_checkdraw', 'casework_clockresult',
                           'casework_escalation', 'casework_escalationanswer', 'casework_changereport', 'casework_joboffer',
                           'casework_reviewstep', 'casework_reviewproposal',
                           'casework_reviewdecision', 'casework_hearing', 'casework_caseconference'] LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS append_only ON %I', t);
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION doudi_only_these_change()', t);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM doudi_web', t);
  END LOOP;
END $$;
REVOKE DELETE, TRUNCATE ON casework_application, casework_pause, casework_opinion FROM doudi_web;

-- Case numbers run per county and day, also past cases out of the asker's sight. The lock lasts until the asking
-- transaction ends, so no number is given twice.
CREATE OR REPLACE FUNCTION doudi_next_case_number(prefix text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  last text;
BEGIN
  IF prefix !~ '^[A-Z]{2,4}-[0-9]{4}-[0-9]{4}-$' THEN
    RAISE EXCEPTION 'not a prefix of case numbers: %', prefix USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('casework.number ' || prefix, 0));
  SELECT n INTO last FROM (
    SELECT number AS n FROM casework_application WHERE number >= prefix COLLATE "C" AND number < (prefix || ':') COLLATE "C"
    UNION ALL
    SELECT number FROM casework_determination WHERE number >= prefix COLLATE "C" AND number < (prefix || ':') COLLATE "C"
  ) AS used ORDER BY length(n) DESC, n DESC LIMIT 1;
  -- lpad would cut a longer number off: the next after 9999 would be one that is taken.
  last := (coalesce(substr(last, length(prefix) + 1)::int, 0) + 1)::text;
  RETURN prefix || lpad(last, greatest(4, length(last)), '0');
END $$;

-- Which case holds a person already, whatever township it is in: told by its number alone.
CREATE OR REPLACE FUNCTION doudi_open_case_of(wanted bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.number FROM casework_applicationperson p JOIN casework_application a ON a.id = p.application_id
  WHERE p.person_id = wanted AND p.is_open AND doudi_holds('case.intake') LIMIT 1
$$;

-- Switches and disclosures: read where cases are read; written by the county, and by each for themselves.
ALTER TABLE casework_townshipswitch ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS read_all ON casework_townshipswitch;
CREATE POLICY read_all ON casework_townshipswitch FOR SELECT TO doudi_web USING (true);
DROP POLICY IF EXISTS set_by_county ON casework_townshipswitch;
CREATE POLICY set_by_county ON casework_townshipswitch FOR ALL TO doudi_web
  USING (division_code LIKE ANY ((SELECT doudi_scope('case.confirm'))::text[]))
  WITH CHECK (division_code LIKE ANY ((SELECT doudi_scope('case.confirm'))::text[]));

-- Whether somebody handling a case is involved must be known to the one who checks, whatever place they work in; the
-- rows hold no readable name, and pages show them to those with the right alone.
ALTER TABLE casework_relativedisclosure ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS read_for_cases ON casework_relativedisclosure;
CREATE POLICY read_for_cases ON casework_relativedisclosure FOR SELECT TO doudi_web USING (
  (SELECT doudi_holds('case.read')) OR staff_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint));
DROP POLICY IF EXISTS disclose_own ON casework_relativedisclosure;
CREATE POLICY disclose_own ON casework_relativedisclosure FOR INSERT TO doudi_web WITH CHECK (
  staff_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint));
DROP POLICY IF EXISTS end_own ON casework_relativedisclosure;
CREATE POLICY end_own ON casework_relativedisclosure FOR UPDATE TO doudi_web
  USING (staff_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint)) WITH CHECK (true);
REVOKE DELETE, TRUNCATE ON casework_relativedisclosure FROM doudi_web;

-- A half-filled form belongs to its writer.
ALTER TABLE casework_intakedraft ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own ON casework_intakedraft;
CREATE POLICY own ON casework_intakedraft FOR ALL TO doudi_web
  USING (staff_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint))
  WITH CHECK (staff_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint)
    AND division_code LIKE ANY ((SELECT doudi_scope('case.intake'))::text[]));

-- A draw holds numbers of cases only; whoever reads cases can check it.
ALTER TABLE casework_checkdraw ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS read_for_cases ON casework_checkdraw;
CREATE POLICY read_for_cases ON casework_checkdraw FOR SELECT TO doudi_web USING ((SELECT doudi_holds('case.read')));
DROP POLICY IF EXISTS draw ON casework_checkdraw;
CREATE POLICY draw ON casework_checkdraw FOR INSERT TO doudi_web
  WITH CHECK (place LIKE ANY ((SELECT doudi_scope('case.check'))::text[]));

-- A pause that is over stays as it was; of an open one only the end can be written, once.
CREATE OR REPLACE FUNCTION doudi_pause_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A case that goes to another village takes its pauses along.
  IF (OLD.ends_on IS NOT NULL AND OLD.ends_on IS DISTINCT FROM NEW.ends_on)
     OR (to_jsonb(NEW) - '{ends_on,division_code}'::text[]) IS DISTINCT FROM (to_jsonb(OLD) - '{ends_on,division_code}'::text[]) THEN
    RAISE EXCEPTION 'a pause is never edited, only ended once' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS ends_once ON casework_pause;
CREATE TRIGGER ends_once BEFORE UPDATE ON casework_pause FOR EACH ROW EXECUTE FUNCTION doudi_pause_ends_once();

-- Open clocks are written again at every step. Only the morning job, which is the owner, tells anybody of a late one.
DROP POLICY IF EXISTS remove_by_place ON casework_openclock;
CREATE POLICY remove_by_place ON casework_openclock FOR DELETE TO doudi_web
  USING (division_code LIKE ANY ((SELECT doudi_case_places())::text[]));
REVOKE INSERT ON casework_escalation FROM doudi_web;

-- The report on the clocks: sums only, for whoever may read figures, within their own place. Whoever reads figures
-- need not be able to open a single case. Counted by the days a family waited, so that medians are exact in one pass.
DROP FUNCTION IF EXISTS doudi_clock_figures(text, date, date, date, text[], text, text);
CREATE FUNCTION doudi_clock_figures(by_what text, since date, until date, today date, of_keys text[],
                                    of_programme text, of_place text)
RETURNS TABLE (label text, state text, waited_days int, clocks bigint, with_pause bigint, paused_days bigint,
               extended bigint, assumed boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH reach AS (SELECT doudi_scope('figures.read') AS places),
  told AS (
    SELECT c.programme, c.key, c.division_code, c.started_on, c.outcome AS state, c.waited_days, c.paused_days,
           c.extended, c.assumed
    FROM casework_clockresult c
    UNION ALL
    SELECT o.programme, o.key, o.division_code, o.started_on,
           CASE WHEN o.paused_on IS NOT NULL AND (o.due_on IS NULL OR o.due_on >= o.paused_on) THEN 'paused'
                WHEN o.due_on IS NULL THEN 'unknown' WHEN o.due_on < today THEN 'late' ELSE 'running' END,
           NULL, o.paused_days, o.extended, o.assumed
    FROM casework_openclock o
  )
  SELECT CASE by_what WHEN 'programme' THEN t.programme WHEN 'step' THEN t.key
                      WHEN 'township' THEN left(t.division_code, 9)
                      WHEN 'month' THEN to_char(t.started_on, 'YYYY-MM') END,
         t.state, t.waited_days, count(*), count(*) FILTER (WHERE t.paused_days > 0 OR t.state = 'paused'),
         sum(t.paused_days)::bigint, count(*) FILTER (WHERE t.extended), bool_or(t.assumed)
  FROM told t
  WHERE t.division_code LIKE ANY ((SELECT places FROM reach)::text[])
    AND t.started_on >= since AND t.started_on < until
    AND (cardinality(of_keys) = 0 OR t.key = ANY (of_keys)) AND (of_programme = '' OR t.programme = of_programme)
    AND (of_place = '' OR t.division_code LIKE of_place || '%')
  GROUP BY 1, 2, 3
$$;

-- Reviews, transfers and notices of an end are changed step by step, never deleted.
REVOKE DELETE, TRUNCATE ON casework_periodicreview, casework_endingnotice, casework_transfer FROM doudi_web;

-- What is known of a household's cases follows it to another village: the registry hands the household over, these rows
-- go along, so that the next step, the next review and the next notice belong to the new place. A case that another
-- place handles (an emergency that happened there) stays where it is. Nobody of the old township handles it any longer.
-- Results of clocks that have ended stay beside the case so that none is written twice.
CREATE OR REPLACE FUNCTION doudi_cases_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  t text;
  moved bigint[];
  looked bigint[];
  people bigint[];
BEGIN
  SELECT coalesce(array_agg(id), '{}') INTO moved FROM casework_application
    WHERE household_id = NEW.id AND division_code = OLD.division_code;
  SELECT coalesce(array_agg(id), '{}') INTO looked FROM casework_periodicreview WHERE household_id = NEW.id;
  SELECT coalesce(array_agg(DISTINCT person_id), '{}') INTO people FROM registry_membership
    WHERE household_id = NEW.id AND superseded_at IS NULL;
  UPDATE casework_application SET division_code = NEW.division_code,
    handler_id = CASE WHEN left(OLD.division_code, 9) = left(NEW.division_code, 9) THEN handler_id END WHERE id = ANY (moved);
  FOREACH t IN ARRAY ARRAY['applicationperson', 'step', 'pause', 'factsnapshot', 'opinion', 'determination', 'declaration',
                           'gapnotice', 'publicnotice', 'objection', 'homevisit', 'enquiry', 'clockresult', 'openclock',
                           'escalation', 'caseconference'] LOOP
    EXECUTE format('UPDATE casework_%s SET division_code = $1 WHERE application_id = ANY ($2)', t) USING NEW.division_code, moved;
  END LOOP;
  UPDATE casework_escalationanswer a SET division_code = NEW.division_code FROM casework_escalation e
    WHERE e.id = a.escalation_id AND e.application_id = ANY (moved);
  UPDATE casework_publication p SET division_code = NEW.division_code FROM casework_determination d
    WHERE d.id = p.determination_id AND d.application_id = ANY (moved);
  FOREACH t IN ARRAY ARRAY['periodicreview', 'changereport', 'transfer'] LOOP
    EXECUTE format('UPDATE casework_%s SET division_code = $1 WHERE household_id = $2', t) USING NEW.division_code, NEW.id;
  END LOOP;
  FOREACH t IN ARRAY ARRAY['reviewstep', 'reviewproposal', 'reviewdecision', 'endingnotice', 'hearing', 'caseconference'] LOOP
    EXECUTE format('UPDATE casework_%s SET division_code = $1 WHERE review_id = ANY ($2)', t) USING NEW.division_code, looked;
  END LOOP;
  UPDATE casework_joboffer SET division_code = NEW.division_code WHERE person_id = ANY (people);
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS cases_follow ON registry_household;
CREATE TRIGGER cases_follow AFTER UPDATE OF division_code ON registry_household
  FOR EACH ROW WHEN (OLD.division_code IS DISTINCT FROM NEW.division_code) EXECUTE FUNCTION doudi_cases_follow();
