-- A job belongs to whoever started it. The system administrator sees all of them; only they may start system jobs.
ALTER TABLE jobs_job ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_or_system ON jobs_job;
CREATE POLICY own_or_system ON jobs_job FOR SELECT TO doudi_web USING (
  started_by_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint)
  OR (SELECT doudi_holds('system.run')));
DROP POLICY IF EXISTS start_own ON jobs_job;
CREATE POLICY start_own ON jobs_job FOR INSERT TO doudi_web WITH CHECK (
  started_by_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint)
  AND NOT is_scheduled AND (NOT is_system OR (SELECT doudi_holds('system.run'))));
DROP POLICY IF EXISTS change_own ON jobs_job;
CREATE POLICY change_own ON jobs_job FOR UPDATE TO doudi_web USING (
  started_by_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint)
  OR (SELECT doudi_holds('system.run')));
REVOKE DELETE, TRUNCATE ON jobs_job FROM doudi_web;
-- What a job is and for whom it runs is settled when it starts.
REVOKE UPDATE ON jobs_job FROM doudi_web;
GRANT UPDATE (state, version, attempts, total, done, cursor, result, errors, error_count, message, run_after,
              started_at, heartbeat_at, finished_at) ON jobs_job TO doudi_web;

-- The files of a job are for the person who started it, not for the administrator: they hold names and numbers.
ALTER TABLE jobs_jobfile ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS of_own_job ON jobs_jobfile;
CREATE POLICY of_own_job ON jobs_jobfile FOR ALL TO doudi_web USING (EXISTS (
  SELECT FROM jobs_job j WHERE j.id = job_id
  AND j.started_by_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint)));
REVOKE UPDATE, TRUNCATE ON jobs_jobfile FROM doudi_web;
