"""SQL that must exist before the log's table, because the table's default calls it."""

TX_NUMBER = """
CREATE TABLE IF NOT EXISTS audit_epoch (base bigint NOT NULL, one boolean PRIMARY KEY DEFAULT true CHECK (one));
INSERT INTO audit_epoch (base) VALUES (0) ON CONFLICT DO NOTHING;
CREATE OR REPLACE FUNCTION doudi_audit_tx() RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT base + pg_current_xact_id()::text::bigint FROM audit_epoch $$;
"""
