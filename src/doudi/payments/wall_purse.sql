-- Money out of a purse, in one call: two hundred may wait for it, so it is held for milliseconds (docs/decisions/0102).
-- It runs as whoever calls it: row-level security, grants and the guards of the ledger stand as for any statement. What
-- cannot be is refused by the name of a constraint; the application has the words for it. Returns the entry.
CREATE OR REPLACE FUNCTION doudi_pay_from_purse(
  purse bigint, amount bigint, village text, household bigint, plan bigint, part int, said text, day date,
  moment timestamptz, who bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  held payments_reservefund;
  there bigint;
  made bigint;
  origin text := 'relief:' || plan;
BEGIN
  -- Whoever comes second waits here, and reads the balance that the first one left: in a statement of its own, because
  -- a statement sees only what was committed before it began.
  SELECT * INTO STRICT held FROM payments_reservefund WHERE id = purse FOR UPDATE;
  IF held.closed_on IS NOT NULL THEN
    RAISE EXCEPTION 'purse % is closed', purse USING ERRCODE = 'check_violation', CONSTRAINT = 'purse_closed';
  END IF;
  SELECT balance_fen INTO STRICT there FROM payments_account WHERE id = held.account_id;
  IF there < amount THEN
    RAISE EXCEPTION 'purse % holds too little', purse
      USING ERRCODE = 'check_violation', CONSTRAINT = 'purse_holds_too_little', DETAIL = there;
  END IF;
  made := nextval('payments_entry_id_seq');
  -- The money goes out of the purse; the budget it stands for is spent with it, the oldest year first.
  WITH budget AS (
    SELECT year, id AS committed, least(balance_fen, amount - coalesce(sum(balance_fen) OVER older, 0)) AS share
    FROM payments_account
    WHERE division_code = held.division_code AND fund_id = held.fund_id AND programme = 'temporary'
      AND book = 'committed' AND balance_fen > 0
    WINDOW older AS (ORDER BY year ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
  moves (year, step, account, fen, place, concerns, origin) AS (
    SELECT 0, 0, held.account_id, -amount, held.division_code::text, NULL::bigint, origin
    UNION ALL
    SELECT b.year, m.* FROM budget b CROSS JOIN LATERAL (VALUES
      (1, doudi_relief_account(held, 'paid', b.year), b.share, village, household, origin),
      (2, b.committed, -b.share, held.division_code, NULL, ''),
      (3, doudi_relief_account(held, 'spent', b.year), b.share, held.division_code, NULL, '')) m
    WHERE b.share > 0),
  entry AS (
    INSERT INTO payments_entry (id, county, division_code, kind, about, about_id, step, text, postings_count, "on", at, by_id)
    SELECT made, held.county, held.division_code, 'relief', 'relief', plan, part, left(said, 200), count(*), day, moment, who
    FROM moves)
  INSERT INTO payments_posting (entry_id, account_id, fen, division_code, household_id, origin)
  SELECT made, account, fen, place, concerns, moves.origin FROM moves ORDER BY moves.year, step;
  RETURN made;
END $$;

-- An account of the county for help in an emergency, by book and year; opened if it was never used.
CREATE OR REPLACE FUNCTION doudi_relief_account(purse payments_reservefund, of_book text, of_year int) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  place text := purse.county || '000000';
  known bigint;
BEGIN
  LOOP
    SELECT id INTO known FROM payments_account
    WHERE division_code = place AND book = of_book AND fund_id = purse.fund_id AND programme = 'temporary' AND year = of_year;
    EXIT WHEN FOUND;
    INSERT INTO payments_account (county, division_code, book, fund_id, programme, year, balance_fen)
    VALUES (purse.county, place, of_book, purse.fund_id, 'temporary', of_year, 0)
    ON CONFLICT DO NOTHING;  -- somebody at another purse may be opening it
  END LOOP;
  RETURN known;
END $$;
