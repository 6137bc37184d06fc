-- The web role owns nothing. It may use tables; what it may see in them is decided by the policies of each context.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'doudi_web') THEN
    CREATE ROLE doudi_web NOLOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
EXCEPTION
  -- Roles belong to the whole server: another database may be set up at the same moment.
  WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT USAGE ON SCHEMA public TO doudi_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO doudi_web;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO doudi_web;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM doudi_web;

-- Puts a guard before deletions and before changes of anything but the given columns: the server compares columns many
-- times faster than a guard compares rows. `act` is the guard with its arguments. A migration that changes the type of a
-- column has to drop the trigger first; it is put back with the wall.
CREATE OR REPLACE FUNCTION doudi_guard(guarded regclass, named text, act text, movable text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  differs text;
BEGIN
  SELECT string_agg(format('OLD.%1$I IS DISTINCT FROM NEW.%1$I', attname), ' OR ') INTO differs FROM pg_attribute
  WHERE attrelid = guarded AND attnum > 0 AND NOT attisdropped AND attname <> ALL (movable || 'division_code'::text);
  EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', named, guarded);
  EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', named || '_deleted', guarded);
  EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON %s FOR EACH ROW WHEN (%s) EXECUTE FUNCTION %s',
                 named, guarded, differs, act);
  EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON %s FOR EACH ROW EXECUTE FUNCTION %s', named || '_deleted', guarded, act);
END $$;
REVOKE EXECUTE ON FUNCTION doudi_guard FROM PUBLIC;

-- Refuses any change of a row that has been written: for records that are appended and never edited.
CREATE OR REPLACE FUNCTION doudi_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
