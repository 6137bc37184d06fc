-- Divisions and days off are public knowledge, and every deadline is counted from them, by the worker too, which is
-- nobody: so everyone reads them. They are changed with the right to change them only.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['places_division', 'places_divisionversion', 'places_localholiday', 'places_holidayyear'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('DROP POLICY IF EXISTS read_all ON %I', t);
    EXECUTE format('CREATE POLICY read_all ON %I FOR SELECT TO doudi_web USING (true)', t);
    EXECUTE format('DROP POLICY IF EXISTS write_own ON %I', t);
  END LOOP;
END $$;
CREATE POLICY write_own ON places_division FOR ALL TO doudi_web
  USING (doudi_holds('place.write')) WITH CHECK (code LIKE ANY ((SELECT doudi_scope('place.write'))::text[]));
CREATE POLICY write_own ON places_divisionversion FOR ALL TO doudi_web
  USING (doudi_holds('place.write')) WITH CHECK (division_id LIKE ANY ((SELECT doudi_scope('place.write'))::text[]));
CREATE POLICY write_own ON places_localholiday FOR ALL TO doudi_web
  USING (doudi_holds('calendar.write')) WITH CHECK (area_code LIKE ANY ((SELECT doudi_scope('calendar.write'))::text[]));
CREATE POLICY write_own ON places_holidayyear FOR ALL TO doudi_web
  USING (doudi_holds('calendar.write')) WITH CHECK (doudi_holds('calendar.write'));
-- Divisions are closed, never removed: people's files still name them.
REVOKE DELETE ON places_division, places_divisionversion FROM doudi_web;
