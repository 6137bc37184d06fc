-- Where consents and reports may be read: those who take signatures need to see who has signed.
CREATE OR REPLACE FUNCTION doudi_signing_places() RETURNS text[]
LANGUAGE sql STABLE AS $$ SELECT doudi_scope('consent.write') || doudi_scope('verification.read') $$;
CREATE OR REPLACE FUNCTION doudi_verifying_places() RETURNS text[]
LANGUAGE sql STABLE AS $$ SELECT doudi_scope('verification.request') || doudi_scope('verification.run') $$;

-- Only the columns named in the trigger may ever change. A change of keys rewrites ciphertext, not facts: the owner
-- may, and only while rotating (privacy/rotation.py).
CREATE OR REPLACE FUNCTION doudi_only_these_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  movable text[] := ARRAY['division_code']::text[] || TG_ARGV::text[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '% is never deleted from', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF current_setting('doudi.rotating', true) = 'on'
     AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    movable := movable || ARRAY(SELECT attname::text FROM pg_attribute
                                WHERE attrelid = TG_RELID AND atttypid = 'bytea'::regtype);
  END IF;
  IF (to_jsonb(OLD) - movable) <> (to_jsonb(NEW) - movable) THEN
    RAISE EXCEPTION '% is appended, never edited', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

-- table, who reads, who adds, who changes ('' nobody), which columns may change
DO $$
DECLARE
  t text; reads text; adds text; alters text; cols text;
BEGIN
  FOR t, reads, adds, alters, cols IN SELECT * FROM (VALUES
    ('signature', 'doudi_signing_places()', 'doudi_scope(''consent.write'')', '', ''),
    ('verificationconsent', 'doudi_signing_places()', 'doudi_scope(''consent.write'')', 'doudi_scope(''consent.write'')',
     'withdrawn_at, withdrawn_by_id, withdrawn_because'),
    ('pledge', 'doudi_signing_places()', 'doudi_scope(''consent.write'')', '', ''),
    -- A draw is about nobody: month, share, seed. Whoever sees a drawn pledge sees by which draw.
    ('pledgedraw', 'CASE WHEN doudi_holds(''verification.read'') THEN ARRAY[''%'']::text[] ELSE ''{}''::text[] END',
     'doudi_scope(''verification.run'')', '', ''),
    ('drawnpledge', 'doudi_scope(''verification.read'')', 'doudi_scope(''verification.run'')',
     'doudi_scope(''verification.request'')', 'outcome, note, checked_at, checked_by_id'),
    ('request', 'doudi_scope(''verification.read'')', 'doudi_scope(''verification.request'')', 'doudi_verifying_places()',
     'run_by_id, started_on, job_id, closed_at'),
    ('query', 'doudi_scope(''verification.read'')', 'doudi_scope(''verification.request'')', 'doudi_verifying_places()',
     'state, code, sendings, due_on, consent_id'),
    ('unasked', 'doudi_scope(''verification.read'')', 'doudi_scope(''verification.request'')', '', ''),
    ('ticket', 'doudi_scope(''verification.read'')', 'doudi_scope(''verification.run'')', '', ''),
    ('answer', 'doudi_scope(''verification.read'')', 'doudi_scope(''verification.run'')', '', ''),
    ('stray', 'doudi_scope(''verification.read'')', 'doudi_scope(''verification.run'')', '', ''),
    ('report', 'doudi_scope(''verification.read'')', 'doudi_verifying_places()', '', ''),
    ('reportitem', 'doudi_scope(''verification.read'')', 'doudi_verifying_places()', '', ''),
    ('reason', 'doudi_scope(''verification.read'')', 'doudi_scope(''verification.request'')', '', ''),
    ('objection', 'doudi_scope(''verification.read'')', 'doudi_scope(''verification.request'')', '', ''),
    ('correctionrequest', 'doudi_scope(''verification.read'')', 'doudi_scope(''verification.request'')',
     'doudi_scope(''verification.request'')', 'state, answer, answered_on, answered_by_id')
  ) AS declared (t, r, a, c, f)
  LOOP
    cols := trim(cols);
    t := 'verification_' || t;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('DROP POLICY IF EXISTS by_place ON %I', t);
    EXECUTE format('CREATE POLICY by_place ON %I FOR SELECT TO doudi_web USING (division_code LIKE ANY ((SELECT %s)::text[]))', t, reads);
    EXECUTE format('DROP POLICY IF EXISTS add_by_place ON %I', t);
    EXECUTE format('CREATE POLICY add_by_place ON %I FOR INSERT TO doudi_web WITH CHECK (division_code LIKE ANY ((SELECT %s)::text[]))', t, adds);
    EXECUTE format('DROP POLICY IF EXISTS change_by_place ON %I', t);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM doudi_web', t);
    IF alters <> '' THEN
      EXECUTE format('CREATE POLICY change_by_place ON %I FOR UPDATE TO doudi_web USING (division_code LIKE ANY ((SELECT %s)::text[]))', t, alters);
      EXECUTE format('GRANT UPDATE (%s) ON %I TO doudi_web', cols, t);
    END IF;
    EXECUTE format('DROP TRIGGER IF EXISTS only_these_change ON %I', t);
    EXECUTE format('CREATE TRIGGER only_these_change BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION doudi_only_these_change(%s)',
                   t, (SELECT coalesce(string_agg(quote_literal(trim(c)), ', '), '') FROM unnest(string_to_array(cols, ',')) c WHERE trim(c) <> ''));
  END LOOP;
END $$;

-- A withdrawal is final: nobody makes a withdrawn consent live again, the owner of the tables included.
CREATE OR REPLACE FUNCTION doudi_withdrawn_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at THEN
    RAISE EXCEPTION 'a withdrawn consent stays withdrawn' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS withdrawn_stays ON verification_verificationconsent;
CREATE TRIGGER withdrawn_stays BEFORE UPDATE ON verification_verificationconsent
  FOR EACH ROW EXECUTE FUNCTION doudi_withdrawn_stays();

-- The last wall before a source is asked: no ticket without a consent that was live when it was written, whatever the
-- code above believed. The day is that of the county; withdrawal is a moment and counts at once.
CREATE OR REPLACE FUNCTION doudi_no_consent_no_ticket() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  day date := (NEW.sent_at AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
  PERFORM 1 FROM verification_verificationconsent c JOIN verification_query q ON q.consent_id = c.id
  WHERE q.id = NEW.query_id AND c.person_id = q.person_id AND q.source = ANY (c.sources)
    AND c.withdrawn_at IS NULL AND c.starts_on <= day AND c.ends_on > day
  FOR SHARE OF c;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no live consent for query %', NEW.query_id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS no_consent_no_ticket ON verification_ticket;
CREATE TRIGGER no_consent_no_ticket BEFORE INSERT ON verification_ticket
  FOR EACH ROW EXECUTE FUNCTION doudi_no_consent_no_ticket();

-- What belongs to a household follows it to another village: the registry hands the household over, these rows go along.
CREATE OR REPLACE FUNCTION doudi_verification_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['signature', 'verificationconsent', 'pledge', 'request', 'report'] LOOP
    EXECUTE format('UPDATE verification_%s SET division_code = $1 WHERE household_id = $2', t) USING NEW.division_code, NEW.id;
  END LOOP;
  UPDATE verification_drawnpledge d SET division_code = NEW.division_code FROM verification_pledge p
    WHERE p.id = d.pledge_id AND p.household_id = NEW.id;
  FOREACH t IN ARRAY ARRAY['query', 'unasked'] LOOP
    EXECUTE format('UPDATE verification_%s x SET division_code = $1 FROM verification_request r WHERE r.id = x.request_id AND r.household_id = $2', t)
      USING NEW.division_code, NEW.id;
  END LOOP;
  FOREACH t IN ARRAY ARRAY['ticket', 'answer', 'stray'] LOOP
    EXECUTE format('UPDATE verification_%s x SET division_code = $1 FROM verification_query q JOIN verification_request r ON r.id = q.request_id WHERE q.id = x.query_id AND r.household_id = $2', t)
      USING NEW.division_code, NEW.id;
  END LOOP;
  FOREACH t IN ARRAY ARRAY['reportitem', 'objection'] LOOP
    EXECUTE format('UPDATE verification_%s x SET division_code = $1 FROM verification_report r WHERE r.id = x.report_id AND r.household_id = $2', t)
      USING NEW.division_code, NEW.id;
  END LOOP;
  FOREACH t IN ARRAY ARRAY['reason', 'correctionrequest'] LOOP
    EXECUTE format('UPDATE verification_%s x SET division_code = $1 FROM verification_reportitem i JOIN verification_report r ON r.id = i.report_id WHERE i.id = x.item_id AND r.household_id = $2', t)
      USING NEW.division_code, NEW.id;
  END LOOP;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS verification_follows ON registry_household;
CREATE TRIGGER verification_follows AFTER UPDATE OF division_code ON registry_household
  FOR EACH ROW WHEN (OLD.division_code IS DISTINCT FROM NEW.division_code) EXECUTE FUNCTION doudi_verification_follows();
