-- The books. What may be seen and done by role and place; and what the database itself refuses, whoever asks.

-- A set of postings sums to zero in the very statement that writes it, is whole, and moves the balances with it.
-- Rows are locked in one order, so two writers wait for each other instead of dying.
CREATE OR REPLACE FUNCTION doudi_post() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  wrong bigint;
BEGIN
  SELECT entry_id INTO wrong FROM (
    SELECT n.entry_id, sum(n.fen) AS total,
           sum(n.fen) FILTER (WHERE a.book IN ('authorised', 'available', 'committed', 'spent')) AS budget
    FROM added n JOIN payments_account a ON a.id = n.account_id GROUP BY n.entry_id) sums
  WHERE total <> 0 OR coalesce(budget, 0) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'ledger: the postings of entry % do not sum to zero', wrong
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_sums_to_zero';
  END IF;
  SELECT e.id INTO wrong FROM payments_entry e
  WHERE e.id IN (SELECT entry_id FROM added)
    AND e.postings_count <> (SELECT count(*) FROM payments_posting p WHERE p.entry_id = e.id) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'ledger: entry % has other postings than it says', wrong
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_whole';
  END IF;
  PERFORM 1 FROM payments_account WHERE id IN (SELECT account_id FROM added) ORDER BY id FOR UPDATE;
  UPDATE payments_account a SET balance_fen = a.balance_fen + moved.fen
  FROM (SELECT account_id, sum(fen) AS fen FROM added GROUP BY account_id) moved WHERE a.id = moved.account_id;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS post ON payments_posting;
CREATE TRIGGER post AFTER INSERT ON payments_posting REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION doudi_post();

-- An entry without its postings is not an entry: looked at when the transaction ends.
CREATE OR REPLACE FUNCTION doudi_entry_whole() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.postings_count <> (SELECT count(*) FROM payments_posting WHERE entry_id = NEW.id) THEN
    RAISE EXCEPTION 'ledger: entry % has other postings than it says', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_whole';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS entry_whole ON payments_entry;
CREATE CONSTRAINT TRIGGER entry_whole AFTER INSERT ON payments_entry DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION doudi_entry_whole();

-- A balance is moved by postings and by nothing else: an update that did not come from the trigger is put right or refused.
CREATE OR REPLACE FUNCTION doudi_balance_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.balance_fen <> 0 THEN
      RAISE EXCEPTION 'ledger: an account opens at zero' USING ERRCODE = 'check_violation', CONSTRAINT = 'account_opens_at_zero';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - 'balance_fen') <> (to_jsonb(NEW) - 'balance_fen') OR pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'ledger: accounts change through postings only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS balance_follows ON payments_account;
CREATE TRIGGER balance_follows BEFORE INSERT OR UPDATE OR DELETE ON payments_account
  FOR EACH ROW EXECUTE FUNCTION doudi_balance_follows();

-- Who sees and who writes, table by table. Nothing of money is ever deleted; what is appended is never edited.
DO $$
DECLARE
  t text;
  sees text;
  adds text[];
  changes text[];
  columns text;
BEGIN
  FOR t, sees, adds, changes, columns IN
    SELECT * FROM (VALUES
      ('institution', 'payment.read', ARRAY['benefit_account.write'], ARRAY['benefit_account.write'], 'is_open'),
      ('benefitaccount', 'payment.read', ARRAY['benefit_account.write'], ARRAY['benefit_account.write', 'payment.check'], 'superseded_at, checked_by_id, checked_at'),
      ('payee', 'payment.read', ARRAY['benefit_account.write'], ARRAY['benefit_account.write'], 'superseded_at'),
      ('paymentrun', 'payment.read', ARRAY['payment.make'], ARRAY['payment.make', 'payment.check', 'payment.approve'],
        'state, version, job_id, submitted_at, checked_by_id, checked_at, approved_by_id, approved_at, sent_at, done_at, lines_count, total_fen, digest, figures, note'),
      ('paymentline', 'payment.read', ARRAY['payment.make'], ARRAY['payment.make', 'payment.approve'],
        'due_fen, kept_fen, fen, account_id, fund_id, state, dropped_because, afterwards, change, before_fen'),
      ('lineperson', 'payment.read', ARRAY['payment.make'], ARRAY['payment.make'], 'counts'),
      ('hold', 'payment.read', ARRAY['payment.make', 'payment.approve'], ARRAY['payment.make', 'payment.approve'],
        'released_because, released_by_id, released_at, is_gone'),
      ('bankbatch', 'payment.read', ARRAY['payment.make'], ARRAY['payment.make'], 'digest, finished_at'),
      ('transfer', 'payment.read', ARRAY['payment.make'], ARRAY['payment.make'], 'state, code, answered_on, decision, decided_because, decided_by_id, decided_at'),
      ('bankreturn', 'payment.read', ARRAY['payment.make'], ARRAY['payment.make'], 'job_id, finished_at'),
      ('bankanswer', 'payment.read', ARRAY['payment.make'], ARRAY['payment.make'], 'settled_because, settled_by_id'),
      ('recovery', 'payment.read', ARRAY['payment.make'], ARRAY['payment.make', 'payment.check', 'payment.approve'],
        'keep_fen_month, approved_by_id, approved_at, closed_on, refused_because, version'),
      ('instalment', 'payment.read', ARRAY['payment.make', 'payment.check', 'payment.approve'], ARRAY[]::text[], ''),
      ('reservefund', 'reserve.read', ARRAY['payment.approve'], ARRAY['payment.approve', 'reserve.pay', 'reserve.approve'],
        'target_fen, keeper_id, closed_on, version'),
      ('topup', 'reserve.read', ARRAY['reserve.pay'], ARRAY['reserve.approve', 'payment.approve'],
        'state, approved_fen, decided_by_id, decided_at, decided_note, paid_by_id, paid_at, entry_id'),
      ('cashcount', 'reserve.read', ARRAY['reserve.pay'], ARRAY['reserve.pay'], 'state, witnessed_by_id, witnessed_at, entry_id'),
      ('reliefask', 'case.read', ARRAY['case.handle'], ARRAY['case.confirm'], 'state, decided_by_id, decided_at'),
      ('reliefplan', 'case.read', ARRAY['case.handle', 'case.confirm', 'case.approve'], ARRAY['case.handle', 'case.intake', 'case.confirm', 'case.approve'], 'follow_up_by'),
      ('reliefpayment', 'case.read', ARRAY['reserve.pay', 'case.handle', 'case.confirm'], ARRAY[]::text[], ''),
      ('followup', 'case.read', ARRAY['case.handle', 'case.intake'], ARRAY[]::text[], ''),
      ('entry', 'ledger.read', ARRAY['ledger.post'], ARRAY[]::text[], ''),
      ('posting', 'ledger.read', ARRAY['ledger.post'], ARRAY[]::text[], '')
    ) AS declared (name, sees, adds, changes, columns)
  LOOP
    EXECUTE format('ALTER TABLE payments_%s ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('DROP POLICY IF EXISTS by_place ON payments_%s', t);
    EXECUTE format('CREATE POLICY by_place ON payments_%s FOR SELECT TO doudi_web USING (division_code LIKE ANY ((SELECT doudi_scope(%L))::text[]))', t, sees);
    EXECUTE format('DROP POLICY IF EXISTS add_by_place ON payments_%s', t);
    EXECUTE format('CREATE POLICY add_by_place ON payments_%s FOR INSERT TO doudi_web WITH CHECK (division_code LIKE ANY ((SELECT %s)::text[]))',
      t, (SELECT string_agg(format('doudi_scope(%L)', one), ' || ') FROM unnest(adds) one));
    EXECUTE format('DROP POLICY IF EXISTS change_by_place ON payments_%s', t);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON payments_%s FROM doudi_web', t);
    EXECUTE format('DROP TRIGGER IF EXISTS only_these_change ON payments_%s', t);
    IF columns = '' THEN
      EXECUTE format('CREATE TRIGGER only_these_change BEFORE UPDATE OR DELETE ON payments_%s FOR EACH ROW EXECUTE FUNCTION doudi_only_these_change()', t);
    ELSE
      EXECUTE format('CREATE TRIGGER only_these_change BEFORE UPDATE OR DELETE ON payments_%s FOR EACH ROW EXECUTE FUNCTION doudi_only_these_change(%s)',
        t, (SELECT string_agg(quote_literal(trim(one)), ', ') FROM unnest(string_to_array(columns, ',')) one));
      EXECUTE format('CREATE POLICY change_by_place ON payments_%s FOR UPDATE TO doudi_web USING (division_code LIKE ANY ((SELECT %s)::text[]))',
        t, (SELECT string_agg(format('doudi_scope(%L)', one), ' || ') FROM unnest(changes) one));
      EXECUTE format('GRANT UPDATE (%s) ON payments_%s TO doudi_web', columns, t);
    END IF;
  END LOOP;
END $$;

-- A return file or a run seen by its township: the lines are theirs, the head belongs to the county; everybody who
-- reads payments somewhere may read the head of a run (no person is in it).
DROP POLICY IF EXISTS by_place ON payments_paymentrun;
CREATE POLICY by_place ON payments_paymentrun FOR SELECT TO doudi_web USING ((SELECT doudi_holds('payment.read')));

-- Accounts and funds carry no person: whoever reads or keeps books anywhere may look an account up.
ALTER TABLE payments_account ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS for_books ON payments_account;
CREATE POLICY for_books ON payments_account FOR SELECT TO doudi_web USING ((SELECT doudi_holds('ledger.read')) OR (SELECT doudi_holds('ledger.post')));
DROP POLICY IF EXISTS open_one ON payments_account;
CREATE POLICY open_one ON payments_account FOR INSERT TO doudi_web WITH CHECK ((SELECT doudi_holds('ledger.post')));
REVOKE UPDATE, DELETE, TRUNCATE ON payments_account FROM doudi_web;

ALTER TABLE payments_fund ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS for_books ON payments_fund;
CREATE POLICY for_books ON payments_fund FOR SELECT TO doudi_web USING ((SELECT doudi_holds('ledger.read')) OR (SELECT doudi_holds('ledger.post')));
DROP POLICY IF EXISTS by_finance ON payments_fund;
CREATE POLICY by_finance ON payments_fund FOR INSERT TO doudi_web WITH CHECK ((SELECT doudi_holds('payment.approve')));
DROP POLICY IF EXISTS change_by_finance ON payments_fund;
CREATE POLICY change_by_finance ON payments_fund FOR UPDATE TO doudi_web USING ((SELECT doudi_holds('payment.approve')));
REVOKE DELETE, TRUNCATE ON payments_fund FROM doudi_web;

-- Who pays sees no certificates. Of those in force on a day the price subsidy needs two things and is told no more:
-- whether somebody is away (prison, detoxification, missing, years in the clergy) and whether in the children's scheme.
-- The order of trust is that of the registry (facts/choose.py); a test holds the two side by side.
CREATE OR REPLACE FUNCTION doudi_subsidy_facts(county text, day date) RETURNS TABLE (person_id bigint, away boolean, scheme boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF (session_user = 'doudi_web' OR current_setting('role') = 'doudi_web')
     AND NOT coalesce(county LIKE ANY (doudi_scope('payment.make') || doudi_scope('payment.check') || doudi_scope('payment.approve')
                      || doudi_scope('subsidy.write') || doudi_scope('subsidy.confirm')), false) THEN
    RAISE EXCEPTION 'not for whoever neither pays nor decides the subsidy of %', county USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY
  WITH held AS (
    SELECT r.* FROM registry_certificate r
    WHERE r.kind IN ('prison', 'detox', 'missing', 'clergy', 'child_support') AND r.superseded_at IS NULL
      AND r.division_code >= county AND r.division_code < county || ':' AND r.starts_on <= day AND (r.ends_on IS NULL OR r.ends_on > day)
  ), believed AS (
    SELECT DISTINCT ON (h.person_id, h.kind) h.person_id, h.kind, h.code, h.starts_on FROM held h
    WHERE h.person_id IN (SELECT y.person_id FROM held y WHERE y.code = 'yes')
    ORDER BY h.person_id, h.kind,
      CASE WHEN (h.kind, h.source) IN (('prison', 'justice'), ('prison', 'police'), ('detox', 'justice'), ('detox', 'police'),
             ('missing', 'justice'), ('missing', 'police'), ('clergy', 'civil_affairs'), ('child_support', 'civil_affairs')) THEN 0
           WHEN h.source = 'visit' THEN 1 WHEN h.source = 'declared' THEN 3 ELSE 2 END,
      h.recorded_at DESC, h.id DESC)
  SELECT b.person_id, bool_or(b.kind IN ('prison', 'detox', 'missing') OR (b.kind = 'clergy' AND b.starts_on <= (day - interval '3 years')::date)),
         bool_or(b.kind = 'child_support')
  FROM believed b WHERE b.code = 'yes' GROUP BY b.person_id;
END $$;

-- Indices of prices are public figures; they are entered by one and confirmed by another.
ALTER TABLE payments_indexrelease ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS read_all ON payments_indexrelease;
CREATE POLICY read_all ON payments_indexrelease FOR SELECT TO doudi_web USING (true);
DROP POLICY IF EXISTS enter ON payments_indexrelease;
CREATE POLICY enter ON payments_indexrelease FOR INSERT TO doudi_web WITH CHECK ((SELECT doudi_holds('subsidy.write')));
DROP POLICY IF EXISTS confirm ON payments_indexrelease;
CREATE POLICY confirm ON payments_indexrelease FOR UPDATE TO doudi_web USING ((SELECT doudi_holds('subsidy.write')) OR (SELECT doudi_holds('subsidy.confirm')));
REVOKE UPDATE, DELETE, TRUNCATE ON payments_indexrelease FROM doudi_web;
GRANT UPDATE (replaced_at, confirmed_by_id, confirmed_at) ON payments_indexrelease TO doudi_web;
DROP TRIGGER IF EXISTS only_these_change ON payments_indexrelease;
CREATE TRIGGER only_these_change BEFORE UPDATE OR DELETE ON payments_indexrelease
  FOR EACH ROW EXECUTE FUNCTION doudi_only_these_change('replaced_at', 'confirmed_by_id', 'confirmed_at');

-- A figure once confirmed or replaced stays so, and a run of the price subsidy rests on one that a second person confirmed.
CREATE OR REPLACE FUNCTION doudi_index_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.confirmed_by_id IS NOT NULL AND NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id)
     OR (OLD.replaced_at IS NOT NULL AND NEW.replaced_at IS DISTINCT FROM OLD.replaced_at) THEN
    RAISE EXCEPTION 'index release % stands' , OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'index_stands';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS index_stands ON payments_indexrelease;
CREATE TRIGGER index_stands BEFORE UPDATE ON payments_indexrelease FOR EACH ROW EXECUTE FUNCTION doudi_index_stands();
CREATE OR REPLACE FUNCTION doudi_subsidy_rests_on_index() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.release_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM payments_indexrelease i WHERE i.id = NEW.release_id AND i.county = NEW.county AND i.month = NEW.month
      AND i.area <> '0' AND i.confirmed_by_id IS NOT NULL AND i.replaced_at IS NULL) THEN
    RAISE EXCEPTION 'a subsidy rests on a confirmed index of its month' USING ERRCODE = 'check_violation', CONSTRAINT = 'subsidy_rests_on_index';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS subsidy_rests_on_index ON payments_paymentrun;
CREATE TRIGGER subsidy_rests_on_index BEFORE INSERT ON payments_paymentrun
  FOR EACH ROW EXECUTE FUNCTION doudi_subsidy_rests_on_index();

ALTER TABLE payments_office ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS read_all ON payments_office;
CREATE POLICY read_all ON payments_office FOR SELECT TO doudi_web USING (true);
DROP POLICY IF EXISTS by_finance ON payments_office;
CREATE POLICY by_finance ON payments_office FOR INSERT TO doudi_web WITH CHECK ((SELECT doudi_holds('payment.approve')));
REVOKE UPDATE, DELETE, TRUNCATE ON payments_office FROM doudi_web;

-- What is locked is locked: after finance has signed, a line's money, account and fund do not change, except that a
-- line that did not arrive may be sent to a corrected account; and a line never goes back to before the lock.
CREATE OR REPLACE FUNCTION doudi_line_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Column by column: rows become JSON in the guards of other tables, which is dear for sixty thousand lines at once.
  IF TG_OP = 'DELETE' OR
     (OLD.id, OLD.run_id, OLD.division_code, OLD.kind, OLD.programme, OLD.residence, OLD.award_id, OLD.portion, OLD.relief_id,
      OLD.household_id, OLD.month, OLD.parts, OLD.why, OLD.people_count) IS DISTINCT FROM
     (NEW.id, NEW.run_id, NEW.division_code, NEW.kind, NEW.programme, NEW.residence, NEW.award_id, NEW.portion, NEW.relief_id,
      NEW.household_id, NEW.month, NEW.parts, NEW.why, NEW.people_count) THEN
    RAISE EXCEPTION 'a payment line is never deleted, nor made into another' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF OLD.state IN ('locked', 'paid', 'failed', 'closed') THEN
    IF NEW.state IN ('ready', 'held', 'dropped') OR (OLD.state = 'closed' AND NEW.state <> 'closed')
       OR (NEW.due_fen, NEW.kept_fen, NEW.fen) IS DISTINCT FROM (OLD.due_fen, OLD.kept_fen, OLD.fen)
       OR NEW.fund_id IS DISTINCT FROM OLD.fund_id
       OR (NEW.account_id IS DISTINCT FROM OLD.account_id AND OLD.state <> 'failed') THEN
      RAISE EXCEPTION 'payment line % is locked', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'line_locked';
    END IF;
  ELSIF NOT EXISTS (SELECT FROM payments_paymentrun r WHERE r.id = OLD.run_id AND r.state IN ('building', 'draft', 'locking')) THEN
    -- What was submitted is what is checked and approved: the list changes while it is made, and when it is locked.
    RAISE EXCEPTION 'payment line % is not being made', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'line_submitted';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS only_these_change ON payments_paymentline;
DROP TRIGGER IF EXISTS line_locked ON payments_paymentline;
CREATE TRIGGER line_locked BEFORE UPDATE OR DELETE ON payments_paymentline FOR EACH ROW EXECUTE FUNCTION doudi_line_locked();

-- A person counted for a line stops counting exactly when the line is not paid.
CREATE OR REPLACE FUNCTION doudi_line_people_count() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE payments_lineperson SET counts = NEW.state NOT IN ('dropped', 'closed') WHERE line_id = NEW.id;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS line_people_count ON payments_paymentline;
CREATE TRIGGER line_people_count AFTER UPDATE OF state ON payments_paymentline FOR EACH ROW
  WHEN ((OLD.state IN ('dropped', 'closed')) <> (NEW.state IN ('dropped', 'closed'))) EXECUTE FUNCTION doudi_line_people_count();

-- The list of a run is closed when it is locked: no line joins it afterwards.
CREATE OR REPLACE FUNCTION doudi_run_open() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM added a JOIN payments_paymentrun r ON r.id = a.run_id WHERE r.state NOT IN ('building', 'draft')) THEN
    RAISE EXCEPTION 'a line may only join a run that is being made' USING ERRCODE = 'check_violation', CONSTRAINT = 'run_open';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS run_open ON payments_paymentline;
CREATE TRIGGER run_open AFTER INSERT ON payments_paymentline REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION doudi_run_open();

-- What a transfer moves is what its line says, to the account its line names, and the line is locked.
CREATE OR REPLACE FUNCTION doudi_transfer_fits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM added t JOIN payments_paymentline l ON l.id = t.line_id JOIN payments_bankbatch b ON b.id = t.batch_id
             WHERE l.fen <> t.fen OR l.account_id IS DISTINCT FROM t.account_id OR l.state NOT IN ('locked', 'failed') OR b.run_id <> l.run_id) THEN
    RAISE EXCEPTION 'a transfer moves what its line says' USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_fits_its_line';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS transfer_fits ON payments_transfer;
CREATE TRIGGER transfer_fits AFTER INSERT ON payments_transfer REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION doudi_transfer_fits();

-- Accounts and payees go where their people and awards go: the new village must see where the money goes.
CREATE OR REPLACE FUNCTION doudi_accounts_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'registry_person' THEN
    UPDATE payments_benefitaccount SET division_code = NEW.division_code WHERE person_id = NEW.id;
  ELSE
    UPDATE payments_payee SET division_code = NEW.division_code WHERE award_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS accounts_follow ON registry_person;
CREATE TRIGGER accounts_follow AFTER UPDATE OF division_code ON registry_person FOR EACH ROW
  WHEN (OLD.division_code IS DISTINCT FROM NEW.division_code) EXECUTE FUNCTION doudi_accounts_follow();
DROP TRIGGER IF EXISTS payees_follow ON awards_award;
CREATE TRIGGER payees_follow AFTER UPDATE OF division_code ON awards_award FOR EACH ROW
  WHEN (OLD.division_code IS DISTINCT FROM NEW.division_code) EXECUTE FUNCTION doudi_accounts_follow();

-- Numbers run per county and prefix, past rows out of the asker's sight; the lock lasts as long as the transaction.
CREATE OR REPLACE FUNCTION doudi_next_money_number(county text, prefix text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  last text;
BEGIN
  IF county !~ '^[0-9]{6}$' OR prefix !~ '^(FF|BT|LS|ZH)-[0-9]{6}-$' THEN
    RAISE EXCEPTION 'not a county and prefix of payment numbers: % %', county, prefix USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('payments.number ' || county || prefix, 0));
  SELECT number INTO last FROM (
    SELECT r.number FROM payments_paymentrun r WHERE r.county = doudi_next_money_number.county
    UNION ALL SELECT c.number FROM payments_recovery c WHERE c.county = doudi_next_money_number.county) numbers
  WHERE number >= prefix COLLATE "C" AND number < (prefix || ':') COLLATE "C"
  ORDER BY length(number) DESC, number DESC LIMIT 1;
  -- lpad would cut a longer number off: the next after 99 would be one that is taken.
  last := (coalesce(substr(last, length(prefix) + 1)::int, 0) + 1)::text;
  RETURN prefix || lpad(last, greatest(2, length(last)), '0');
END $$;

-- Reserve funds: the township that keeps one reads what was booked on it, though it reads no other books.
DROP POLICY IF EXISTS of_reserve ON payments_entry;
CREATE POLICY of_reserve ON payments_entry FOR SELECT TO doudi_web USING (
  kind IN ('top_up', 'give_back', 'relief', 'count', 'reversal')
  AND division_code LIKE ANY ((SELECT doudi_scope('reserve.read'))::text[]));
DROP POLICY IF EXISTS of_reserve ON payments_posting;
CREATE POLICY of_reserve ON payments_posting FOR SELECT TO doudi_web USING (
  division_code LIKE ANY ((SELECT doudi_scope('reserve.read'))::text[]));

-- Temporary assistance of the last months anywhere in the county, for somebody about to help: which office, which day,
-- how much. Nothing else of a case in another township is told. People by their file or by the index of their number.
CREATE OR REPLACE FUNCTION doudi_relief_known(people bigint[], index bytea, county text, since date, without bigint)
RETURNS TABLE (office text, given_on date, fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH asked AS (
    SELECT unnest(people) AS person_id
    UNION SELECT p.id FROM registry_person p WHERE index IS NOT NULL AND p.resident_id_index = index),
  cases AS (
    SELECT a.application_id AS id FROM casework_applicationperson a JOIN asked USING (person_id)
    UNION SELECT g.application_id FROM payments_reliefplan g WHERE index IS NOT NULL AND g.number_index = index)
  SELECT left(d.division_code, 9), d."on", coalesce(d.amount_fen_once, 0)
  FROM casework_determination d JOIN cases ON cases.id = d.application_id
  WHERE (doudi_holds('case.handle') OR doudi_holds('case.confirm')) AND left(d.division_code, 6) = county
    AND d.programme IN ('temporary_emergency', 'temporary_expenditure') AND d.conclusion = 'grant'
    AND d."on" > since AND d.application_id IS DISTINCT FROM without
    AND NOT EXISTS (SELECT FROM casework_determination later WHERE later.corrects_id = d.id)
  ORDER BY d."on" DESC
$$;

-- The file that has a number, in a township whose files the asker does not see: its id, so that the help is found
-- again, and nothing that is in it.
CREATE OR REPLACE FUNCTION doudi_relief_person(index bytea) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.id FROM registry_person p
  WHERE p.resident_id_index = index AND p.merged_into_id IS NULL AND doudi_holds('case.handle') ORDER BY p.id LIMIT 1
$$;

-- From the first call to the money, by township: counts and minutes only, for whoever may read figures there.
CREATE OR REPLACE FUNCTION doudi_relief_times(since date, until date)
RETURNS TABLE (township text, minutes bigint, fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT left(g.division_code, 9), (extract(epoch FROM first.at - g.heard_at) / 60)::bigint, first.fen
  FROM payments_reliefplan g
  JOIN LATERAL (SELECT min(p.at) AS at, sum(p.fen)::bigint AS fen FROM payments_reliefpayment p
                WHERE p.plan_id = g.id AND p.fund_id IS NOT NULL) first ON first.at IS NOT NULL
  WHERE g.division_code LIKE ANY ((SELECT doudi_scope('figures.read'))::text[])
    AND (first.at AT TIME ZONE 'Asia/Shanghai')::date >= since AND (first.at AT TIME ZONE 'Asia/Shanghai')::date < until
$$;

-- What a list of temporary assistance is made of, for whoever makes lists: they read no cases, and are told no more of
-- them than a line says.
CREATE OR REPLACE FUNCTION doudi_relief_for_bank(low text, high text, until date)
RETURNS TABLE (relief_id bigint, fen bigint, division_code text, household_id bigint, people_count int, number text,
               part int, person_id bigint, head_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.id, p.fen, g.division_code::text, a.household_id, coalesce(a.people_count, 1)::int, d.number::text, p.number::int,
         coalesce(a.person_id, a.applicant_id), h.head_id
  FROM payments_reliefpayment p JOIN payments_reliefplan g ON g.id = p.plan_id
  JOIN casework_application a ON a.id = g.application_id JOIN casework_determination d ON d.id = g.determination_id
  LEFT JOIN registry_household h ON h.id = a.household_id
  WHERE doudi_holds('payment.make') AND p.fund_id IS NULL AND p."on" <= until
    AND g.division_code >= low AND g.division_code < high
$$;
