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

-- Refuses any change of a row that has been written: for records that are appended and never edited.
CREATE OR REPLACE FUNCTION doudi_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
