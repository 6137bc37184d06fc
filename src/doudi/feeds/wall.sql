-- Purpose limits are part of the wall: a source is for the county office and the one role whose source it is.
CREATE OR REPLACE FUNCTION doudi_feed_roles() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT a.role::text), '{}') FROM accounts_assignment a
  JOIN accounts_grant g ON g.role = a.role AND g.permission = 'feed.read'
  JOIN accounts_staff s ON s.id = a.staff_id AND s.is_active
  WHERE a.staff_id = nullif(current_setting('doudi.staff', true), '')::bigint
    AND a.starts_at <= now() AND (a.ends_at IS NULL OR a.ends_at > now())
$$;

-- table, who adds, who changes ('' nobody), which columns may change
DO $$
DECLARE
  t text; adds text; alters text; cols text;
BEGIN
  FOR t, adds, alters, cols IN SELECT * FROM (VALUES
    ('batch', 'feed.write', 'feed.write',
     'state, mapping, mapped_by_hand, lands_by_itself, said, job_id, missing, unused'),
    ('doubtfulpair', '', 'feed.write', 'decision, reason, decided_by_id, decided_at'),
    ('rememberedmapping', 'feed.write', 'feed.write', 'mapping, confirmed_at, confirmed_by_id'),
    ('feedkey', 'feed.write', 'feed.write', 'revoked_at, revoked_by_id')
  ) AS declared (t, a, c, f)
  LOOP
    t := 'feeds_' || t;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %I FROM doudi_web', t);
    EXECUTE format('DROP POLICY IF EXISTS by_source ON %I', t);
    EXECUTE format('DROP POLICY IF EXISTS add_by_source ON %I', t);
    EXECUTE format('DROP POLICY IF EXISTS change_by_source ON %I', t);
    EXECUTE format('CREATE POLICY by_source ON %I FOR SELECT TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope(''feed.read''))::text[]) AND (SELECT doudi_feed_roles()) && ARRAY[liaison, ''county_clerk'', ''county_reviewer'']::text[])', t);
    IF adds <> '' THEN
      EXECUTE format('CREATE POLICY add_by_source ON %I FOR INSERT TO doudi_web WITH CHECK (division_code LIKE ANY ((SELECT doudi_scope(%L))::text[]) AND (SELECT doudi_feed_roles()) && ARRAY[liaison, ''county_clerk'', ''county_reviewer'']::text[])', t, adds);
      EXECUTE format('GRANT INSERT ON %I TO doudi_web', t);
    END IF;
    IF alters <> '' THEN
      EXECUTE format('CREATE POLICY change_by_source ON %I FOR UPDATE TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope(%L))::text[]) AND (SELECT doudi_feed_roles()) && ARRAY[liaison, ''county_clerk'', ''county_reviewer'']::text[])', t, alters);
      EXECUTE format('GRANT UPDATE (%s) ON %I TO doudi_web', cols, t);
    END IF;
  END LOOP;
  -- What hangs on a batch is seen and added with it.
  FOREACH t IN ARRAY ARRAY['feeds_batchfile', 'feeds_changedhousehold'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %I FROM doudi_web', t);
    EXECUTE format('DROP POLICY IF EXISTS with_batch ON %I', t);
    EXECUTE format('CREATE POLICY with_batch ON %I FOR SELECT TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope(''feed.read''))::text[]) AND EXISTS (SELECT FROM feeds_batch b WHERE b.id = batch_id))', t);
  END LOOP;
END $$;
-- The web keeps a file as it came; every other file of a batch is the landing job's.
GRANT INSERT ON feeds_batchfile TO doudi_web;
DROP POLICY IF EXISTS add_raw ON feeds_batchfile;
CREATE POLICY add_raw ON feeds_batchfile FOR INSERT TO doudi_web WITH CHECK (
  role = 'raw' AND division_code LIKE ANY ((SELECT doudi_scope('feed.write'))::text[])
  AND EXISTS (SELECT FROM feeds_batch b WHERE b.id = batch_id));

ALTER TABLE feeds_feedcall ENABLE ROW LEVEL SECURITY;
REVOKE UPDATE, DELETE, TRUNCATE ON feeds_feedcall FROM doudi_web;
DROP POLICY IF EXISTS of_key ON feeds_feedcall;
CREATE POLICY of_key ON feeds_feedcall FOR SELECT TO doudi_web USING (EXISTS (SELECT FROM feeds_feedkey k WHERE k.id = key_id));
DROP POLICY IF EXISTS add_call ON feeds_feedcall;
CREATE POLICY add_call ON feeds_feedcall FOR INSERT TO doudi_web WITH CHECK (EXISTS (SELECT FROM feeds_feedkey k WHERE k.id = key_id));

-- What a source last said of whom is the landing job's own memory: the web sees nothing of it.
ALTER TABLE feeds_sourcestanding ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON feeds_sourcestanding FROM doudi_web;
-- Most rows are only said again, month after month: their mark finds room beside them, and no index is written.
ALTER TABLE feeds_sourcestanding SET (fillfactor = 60);

-- A machine shows a key before anybody is signed in: only in whose name it speaks is told, and only for a live key.
CREATE OR REPLACE FUNCTION doudi_feed_key(shown bytea, today date) RETURNS TABLE (key_id bigint, staff_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT k.id, k.made_by_id FROM feeds_feedkey k JOIN accounts_staff s ON s.id = k.made_by_id AND s.is_active
  WHERE k.index = shown AND k.revoked_at IS NULL AND k.ends_on > today
$$;

-- Reading and landing run as the owner of the tables, whoever pressed the button: a department sees its own file, never
-- the registry. The job asks the batch what it may do, so a forged start does nothing that was not asked for.
DROP POLICY IF EXISTS start_feed ON jobs_job;
CREATE POLICY start_feed ON jobs_job FOR INSERT TO doudi_web WITH CHECK (
  started_by_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint)
  AND is_system AND NOT is_scheduled AND kind IN ('feeds.read', 'feeds.land', 'feeds.undo', 'feeds.pairs')
  AND (SELECT doudi_holds('feed.write')));

-- A batch is never deleted, and what it was when it came stays.
SELECT doudi_guard('feeds_batch', 'batch_is_kept', 'doudi_append_only()', ARRAY[
  'state', 'as_of', 'mapping', 'headings', 'months', 'notes', 'stopped', 'unused', 'missing', 'signature', 'mapped_by_hand', 'lands_by_itself', 'awaits_turn', 'rows', 'good',
  'rejected', 'matched', 'doubtful', 'unmatched', 'changed', 'leaving', 'staying', 'said', 'job_id', 'landed_at',
  'undone_at', 'purged_at', 'corrects_id']);
SELECT doudi_guard('feeds_feedkey', 'key_is_kept', 'doudi_append_only()', ARRAY['revoked_at', 'revoked_by_id']);
