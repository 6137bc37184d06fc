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
  bureau text;  -- the county's twelve digits
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
  bureau := held.county || '000000';
  made := nextval('payments_entry_id_seq');
  -- The money goes out of the purse; the budget it stands for is spent with it, the oldest year first. The accounts of
  -- a year are the township's committed budget and the county's two; they are looked up together.
  WITH years AS (
    SELECT year, max(id) FILTER (WHERE book = 'committed') AS committed, max(id) FILTER (WHERE book = 'paid') AS paid,
           max(id) FILTER (WHERE book = 'spent') AS spent, max(balance_fen) FILTER (WHERE book = 'committed') AS budget
    FROM payments_account
    WHERE fund_id = held.fund_id AND programme = 'temporary'
      AND (division_code, book) IN ((held.division_code, 'committed'), (bureau, 'paid'), (bureau, 'spent'))
    GROUP BY year),
  shares AS (
    SELECT *, least(budget, amount - coalesce(sum(budget) OVER older, 0)) AS share FROM years WHERE budget > 0
    WINDOW older AS (ORDER BY year ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
  moves (year, step, account, fen, place, concerns, origin) AS (
    SELECT 0, 0, held.account_id, -amount, held.division_code::text, NULL::bigint, origin
    UNION ALL
    SELECT y.year, m.* FROM shares y CROSS JOIN LATERAL (VALUES
      (1, coalesce(paid, doudi_relief_account(held, 'paid', year)), share, village, household, origin),
      (2, committed, -share, held.division_code, NULL, ''),
      (3, coalesce(spent, doudi_relief_account(held, 'spent', year)), share, held.division_code, NULL, '')) m
    WHERE share > 0),
  entry AS (
    INSERT INTO payments_entry (id, county, division_code, kind, about, about_id, step, text, postings_count, "on", at, by_id)
    SELECT made, held.county, held.division_code, 'relief', 'relief', plan, part, left(said, 200), count(*), day, moment, who
    FROM moves)
  INSERT INTO payments_posting (entry_id, account_id, fen, division_code, household_id, origin)
  SELECT made, account, fen, place, concerns, moves.origin FROM moves ORDER BY moves.year, step;
  RETURN made;
END $$;

-- An account of the county for help in an emergency, by book and year, that was never used before: opened.
CREATE OR REPLACE FUNCTION doudi_relief_account(purse payments_reservefund, of_book text, of_year int) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  place text := purse.county || '000000';
  known bigint;
BEGIN
  INSERT INTO payments_account (county, division_code, book, fund_id, programme, year, balance_fen)
  VALUES (purse.county, place, of_book, purse.fund_id, 'temporary', of_year, 0)
  ON CONFLICT DO NOTHING;  -- somebody at another purse may have opened it just now
  SELECT id INTO STRICT known FROM payments_account
  WHERE division_code = place AND book = of_book AND fund_id = purse.fund_id AND programme = 'temporary' AND year = of_year;
  RETURN known;
END $$;
