-- The exchange is county business: rows carry the county, and only roles that exchange see them.
DO $$
DECLARE
  t text; adds boolean; cols text;
BEGIN
  FOR t, adds, cols IN SELECT * FROM (VALUES
    -- Numbers of the feed are given by the owner's job alone.
    ('outgoing', false, ''), ('acknowledgement', true, ''), ('peer', true, 'revoked_at, revoked_by_id'),
    ('handle', true, 'digest, of_index'),
    ('incoming', true, 'household_id, state, note, settled_at, settled_by_id'),
    ('comparison', true, 'confirmed_at, confirmed_by_id')) AS declared (t, a, c)
  LOOP
    t := 'exchange_' || t;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('DROP POLICY IF EXISTS by_county ON %I', t);
    EXECUTE format('CREATE POLICY by_county ON %I FOR SELECT TO doudi_web USING (county LIKE ANY ((SELECT doudi_scope(''exchange.read''))::text[]))', t);
    EXECUTE format('DROP POLICY IF EXISTS add_by_county ON %I', t);
    EXECUTE format('DROP POLICY IF EXISTS change_by_county ON %I', t);
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %I FROM doudi_web', t);
    IF adds THEN
      EXECUTE format('GRANT INSERT ON %I TO doudi_web', t);
      EXECUTE format('CREATE POLICY add_by_county ON %I FOR INSERT TO doudi_web WITH CHECK (county LIKE ANY ((SELECT doudi_scope(''exchange.write''))::text[]))', t);
    END IF;
    IF cols <> '' THEN
      EXECUTE format('GRANT UPDATE (%s) ON %I TO doudi_web', cols, t);
      EXECUTE format('CREATE POLICY change_by_county ON %I FOR UPDATE TO doudi_web USING (county LIKE ANY ((SELECT doudi_scope(''exchange.write''))::text[]))', t);
    END IF;
    EXECUTE format('DROP TRIGGER IF EXISTS only_these_change ON %I', t);
    EXECUTE format('CREATE TRIGGER only_these_change BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION doudi_only_these_change(%s)',
                   t, (SELECT coalesce(string_agg(quote_literal(trim(c)), ', '), '') FROM unnest(string_to_array(cols, ',')) c WHERE trim(c) <> ''));
  END LOOP;
END $$;

-- How far the log has been numbered is the job's own business.
ALTER TABLE exchange_position ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON exchange_position FROM doudi_web;

-- Before anybody is known: which live key a token is, and in whose name it acts. Exact token only.
CREATE OR REPLACE FUNCTION doudi_exchange_peer(wanted bytea) RETURNS TABLE (peer bigint, staff bigint, code text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.id, p.staff_id, p.county FROM exchange_peer p JOIN accounts_staff s ON s.id = p.staff_id AND s.is_active
  WHERE p.token_index = wanted AND p.revoked_at IS NULL
$$;
REVOKE EXECUTE ON FUNCTION doudi_exchange_peer FROM PUBLIC;
GRANT EXECUTE ON FUNCTION doudi_exchange_peer TO doudi_web;

-- A report that was confirmed says so for good.
CREATE OR REPLACE FUNCTION doudi_confirmed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at, NEW.confirmed_by_id) IS DISTINCT FROM (OLD.confirmed_at, OLD.confirmed_by_id) THEN
    RAISE EXCEPTION 'a confirmed comparison stays confirmed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS confirmed_stays ON exchange_comparison;
CREATE TRIGGER confirmed_stays BEFORE UPDATE ON exchange_comparison FOR EACH ROW EXECUTE FUNCTION doudi_confirmed_stays();
