-- Where somebody may work on tasks: handling them at a desk or going there.
CREATE OR REPLACE FUNCTION doudi_monitoring_places() RETURNS text[]
LANGUAGE sql STABLE AS $$ SELECT doudi_scope('monitoring.handle') || doudi_scope('monitoring.visit') $$;

-- table, who adds, who changes ('' nobody), which columns may change ('' any)
DO $$
DECLARE
  t text; adds text; alters text; cols text;
BEGIN
  FOR t, adds, alters, cols IN SELECT * FROM (VALUES
    ('earlywarning', 'doudi_monitoring_places()', 'doudi_monitoring_places()',
     'state, outcome, closed_on, task_id, last_seen_on, evidence, evidence_digest, sentence, thresholds'),
    ('visittask', 'doudi_monitoring_places()', 'doudi_monitoring_places()',
     'coordinator_id, version, due_on, questions, signals, state, assigned_at, visited_on, proposed, disposition, outcome, note, led_to, helped_on, closed_on, closed_by_id'),
    ('visitreport', 'doudi_monitoring_places()', 'doudi_monitoring_places()', 'entered_at, entered_by_id'),
    ('escalation', '''{}''::text[]', '', '')
  ) AS declared (t, a, c, f)
  LOOP
    t := 'monitoring_' || t;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('DROP POLICY IF EXISTS by_place ON %I', t);
    EXECUTE format('CREATE POLICY by_place ON %I FOR SELECT TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope(''monitoring.read''))::text[]))', t);
    EXECUTE format('DROP POLICY IF EXISTS add_by_place ON %I', t);
    EXECUTE format('CREATE POLICY add_by_place ON %I FOR INSERT TO doudi_web WITH CHECK (division_code LIKE ANY ((SELECT %s)::text[]))', t, adds);
    EXECUTE format('DROP POLICY IF EXISTS change_by_place ON %I', t);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM doudi_web', t);
    IF alters <> '' THEN
      EXECUTE format('CREATE POLICY change_by_place ON %I FOR UPDATE TO doudi_web USING (division_code LIKE ANY ((SELECT %s)::text[]))', t, alters);
      EXECUTE format('GRANT UPDATE (%s) ON %I TO doudi_web', cols, t);
    END IF;
  END LOOP;
END $$;

-- A warning about illness or school is for those who may read illness or school there, whatever page asks.
DROP POLICY IF EXISTS by_place ON monitoring_earlywarning;
CREATE POLICY by_place ON monitoring_earlywarning FOR SELECT TO doudi_web USING (
  division_code LIKE ANY ((SELECT doudi_scope('monitoring.read'))::text[]) AND CASE needs
    WHEN '' THEN true
    WHEN 'health.read' THEN division_code LIKE ANY ((SELECT doudi_scope('health.read'))::text[])
    WHEN 'study.read' THEN division_code LIKE ANY ((SELECT doudi_scope('study.read'))::text[])
    WHEN 'work.read' THEN division_code LIKE ANY ((SELECT doudi_scope('work.read'))::text[])
    ELSE division_code LIKE ANY ((SELECT doudi_scope('economy.read'))::text[]) END);

-- What a visit brought stays as it was reported.
DO $$
DECLARE t text; cols text;
BEGIN
  FOR t, cols IN SELECT * FROM (VALUES
    ('visitreport', '''entered_at'', ''entered_by_id'''), ('escalation', ''), ('leadanswer', ''), ('indicatorstate', ''),
    ('thresholdchange', '''state'', ''decided_on'', ''decided_at'', ''decided_by_id'', ''answer''')) AS declared (t, f)
  LOOP
    t := 'monitoring_' || t;
    EXECUTE format('DROP TRIGGER IF EXISTS only_these_change ON %I', t);
    EXECUTE format('CREATE TRIGGER only_these_change BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION doudi_only_these_change(%s)', t, cols);
  END LOOP;
END $$;

-- Decisions about indicators concern nobody: whoever reads warnings may know why one is watched only.
DO $$
DECLARE t text; adds text;
BEGIN
  FOR t, adds IN SELECT * FROM (VALUES ('indicatorstate', 'indicator.decide'), ('thresholdchange', 'indicator.draft')) AS d (t, a)
  LOOP
    t := 'monitoring_' || t;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('DROP POLICY IF EXISTS read_all ON %I', t);
    EXECUTE format('CREATE POLICY read_all ON %I FOR SELECT TO doudi_web USING ((SELECT doudi_holds(''monitoring.read'')))', t);
    EXECUTE format('DROP POLICY IF EXISTS add_by_place ON %I', t);
    EXECUTE format('CREATE POLICY add_by_place ON %I FOR INSERT TO doudi_web WITH CHECK (division_code LIKE ANY ((SELECT doudi_scope(%L))::text[]))', t, adds);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM doudi_web', t);
  END LOOP;
END $$;
GRANT UPDATE (state, decided_on, decided_at, decided_by_id, answer) ON monitoring_thresholdchange TO doudi_web;
DROP POLICY IF EXISTS decide ON monitoring_thresholdchange;
CREATE POLICY decide ON monitoring_thresholdchange FOR UPDATE TO doudi_web
  USING (division_code LIKE ANY ((SELECT doudi_scope('indicator.decide'))::text[])
    AND drafted_by_id <> (SELECT nullif(current_setting('doudi.staff', true), '')::bigint));

-- Leads: read where warnings are read, and by whoever took them down. The public adds one without reading any.
ALTER TABLE monitoring_lead ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS by_place ON monitoring_lead;
CREATE POLICY by_place ON monitoring_lead FOR SELECT TO doudi_web USING (
  division_code LIKE ANY ((SELECT doudi_scope('monitoring.read'))::text[])
  OR by_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint));
DROP POLICY IF EXISTS add_by_place ON monitoring_lead;
CREATE POLICY add_by_place ON monitoring_lead FOR INSERT TO doudi_web WITH CHECK (
  (by_id IS NULL AND reporter = 'public' AND state = 'received' AND household_id IS NULL AND task_id IS NULL)
  OR (by_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint)
      AND division_code LIKE ANY ((SELECT doudi_scope('lead.write'))::text[])));
DROP POLICY IF EXISTS change_by_place ON monitoring_lead;
CREATE POLICY change_by_place ON monitoring_lead FOR UPDATE TO doudi_web
  USING (division_code LIKE ANY ((SELECT doudi_monitoring_places())::text[])) WITH CHECK (true);
REVOKE UPDATE, DELETE, TRUNCATE ON monitoring_lead FROM doudi_web;
GRANT UPDATE (state, household_id, task_id, merged_into_id, division_code) ON monitoring_lead TO doudi_web;

ALTER TABLE monitoring_leadanswer ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS by_place ON monitoring_leadanswer;
CREATE POLICY by_place ON monitoring_leadanswer FOR SELECT TO doudi_web USING (
  division_code LIKE ANY ((SELECT doudi_scope('monitoring.read'))::text[])
  OR lead_id IN (SELECT id FROM monitoring_lead WHERE by_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint)));
DROP POLICY IF EXISTS add_by_place ON monitoring_leadanswer;
CREATE POLICY add_by_place ON monitoring_leadanswer FOR INSERT TO doudi_web
  WITH CHECK (division_code LIKE ANY ((SELECT doudi_monitoring_places())::text[]));
REVOKE UPDATE, DELETE, TRUNCATE ON monitoring_leadanswer FROM doudi_web;

-- Ids only, written by whoever lands a department's file, read by the system's own round.
ALTER TABLE monitoring_changedhousehold ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS note_changes ON monitoring_changedhousehold;
CREATE POLICY note_changes ON monitoring_changedhousehold FOR INSERT TO doudi_web WITH CHECK ((SELECT doudi_holds('feed.write')));
DROP POLICY IF EXISTS read_changes ON monitoring_changedhousehold;
CREATE POLICY read_changes ON monitoring_changedhousehold FOR SELECT TO doudi_web USING ((SELECT doudi_holds('feed.write')));
REVOKE UPDATE, DELETE, TRUNCATE ON monitoring_changedhousehold FROM doudi_web;

-- Numbers run per county and day, also past rows out of the asker's sight; the lock lasts until the asker's end.
CREATE OR REPLACE FUNCTION doudi_next_monitoring_number(prefix text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  last text;
BEGIN
  IF prefix !~ '^(RW|XS)-[0-9]{4}-[0-9]{4}-$' THEN
    RAISE EXCEPTION 'not a prefix of monitoring numbers: %', prefix USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('monitoring.number ' || prefix, 0));
  SELECT n INTO last FROM (
    SELECT number AS n FROM monitoring_visittask WHERE number >= prefix COLLATE "C" AND number < (prefix || ':') COLLATE "C"
    UNION ALL
    SELECT number FROM monitoring_lead WHERE number >= prefix COLLATE "C" AND number < (prefix || ':') COLLATE "C"
  ) AS used ORDER BY length(n) DESC, n DESC LIMIT 1;
  -- lpad would cut a longer number off: the next after 9999 would be one that is taken.
  last := (coalesce(substr(last, length(prefix) + 1)::int, 0) + 1)::text;
  RETURN prefix || lpad(last, greatest(4, length(last)), '0');
END $$;

-- How many leads came from one origin lately: a count, nothing else.
CREATE OR REPLACE FUNCTION doudi_leads_lately(wanted text, since timestamptz) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(*) FROM monitoring_lead WHERE origin = wanted AND origin <> '' AND received_at >= since
$$;

-- What the holder of a reply code may know: days and codes. No name, no place, no household.
CREATE OR REPLACE FUNCTION doudi_told(code text)
RETURNS TABLE (number text, received_on date, state text, visited_on date, outcome text, answered_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH asked AS (SELECT * FROM monitoring_lead WHERE reply_code = code),
  heir AS (SELECT coalesce(m.id, a.id) AS id, a.number, a.received_on, coalesce(m.state, a.state) AS state, coalesce(m.task_id, a.task_id) AS task_id
           FROM asked a LEFT JOIN monitoring_lead m ON m.id = a.merged_into_id)
  SELECT h.number, h.received_on, h.state, t.visited_on, n.outcome, n."on"
  FROM heir h LEFT JOIN monitoring_visittask t ON t.id = h.task_id
  LEFT JOIN LATERAL (SELECT outcome, "on" FROM monitoring_leadanswer WHERE lead_id = h.id ORDER BY id DESC LIMIT 1) n ON true
$$;

-- What is known of a household's tasks follows it to another village, where somebody else goes.
CREATE OR REPLACE FUNCTION doudi_monitoring_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE t text;
BEGIN
  UPDATE monitoring_earlywarning SET division_code = NEW.division_code WHERE household_id = NEW.id;
  FOREACH t IN ARRAY ARRAY['visitreport', 'escalation'] LOOP
    EXECUTE format('UPDATE monitoring_%s x SET division_code = $1 FROM monitoring_visittask k WHERE k.id = x.task_id AND k.household_id = $2', t)
      USING NEW.division_code, NEW.id;
  END LOOP;
  UPDATE monitoring_leadanswer a SET division_code = NEW.division_code FROM monitoring_lead l WHERE l.id = a.lead_id AND l.household_id = NEW.id;
  UPDATE monitoring_lead SET division_code = NEW.division_code WHERE household_id = NEW.id;
  UPDATE monitoring_visittask SET division_code = NEW.division_code, version = version + 1,
    state = CASE WHEN state = 'assigned' THEN 'open' ELSE state END,
    coordinator_id = CASE WHEN state = 'assigned' THEN NULL ELSE coordinator_id END,
    assigned_at = CASE WHEN state = 'assigned' THEN NULL ELSE assigned_at END
  WHERE household_id = NEW.id;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS monitoring_follows ON registry_household;
CREATE TRIGGER monitoring_follows AFTER UPDATE OF division_code ON registry_household
  FOR EACH ROW WHEN (OLD.division_code IS DISTINCT FROM NEW.division_code) EXECUTE FUNCTION doudi_monitoring_follows();
