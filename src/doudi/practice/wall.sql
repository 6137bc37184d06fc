-- Practice is one's own: rows are seen and added by the trainee alone, and never change.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['practice_practicerun', 'practice_practiceanswer'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('DROP POLICY IF EXISTS own ON %I', t);
    EXECUTE format('CREATE POLICY own ON %I FOR SELECT TO doudi_web USING (staff_id = (SELECT nullif(current_setting(''doudi.staff'', true), '''')::bigint))', t);
    EXECUTE format('DROP POLICY IF EXISTS add_own ON %I', t);
    EXECUTE format('CREATE POLICY add_own ON %I FOR INSERT TO doudi_web WITH CHECK (
      staff_id = (SELECT nullif(current_setting(''doudi.staff'', true), '''')::bigint)
      AND division_code LIKE ANY ((SELECT doudi_scope(''self''))::text[]))', t);
    EXECUTE format('DROP TRIGGER IF EXISTS append_only ON %I', t);
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION doudi_append_only()', t);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM doudi_web', t);
  END LOOP;
END $$;

-- An answer belongs to a run of the same trainee.
DROP POLICY IF EXISTS add_own ON practice_practiceanswer;
CREATE POLICY add_own ON practice_practiceanswer FOR INSERT TO doudi_web WITH CHECK (
  staff_id = (SELECT nullif(current_setting('doudi.staff', true), '')::bigint)
  AND EXISTS (SELECT FROM practice_practicerun r WHERE r.id = run_id AND r.staff_id = practice_practiceanswer.staff_id
              AND r.division_code = practice_practiceanswer.division_code));

-- Superiors see counts of their own place and nothing else: no answer, no case.
CREATE OR REPLACE FUNCTION doudi_practice_counts(wanted text)
RETURNS TABLE (staff_id bigint, topic text, answered bigint, right_first bigint, last_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.staff_id, a.topic, count(*) FILTER (WHERE a.first), count(*) FILTER (WHERE a.first AND a.outcome = 'right'),
         max(a.at)
  FROM practice_practiceanswer a
  WHERE wanted IN ('case.approve', 'case.check') AND a.division_code LIKE ANY (doudi_scope(wanted))
  GROUP BY a.staff_id, a.topic
$$;
