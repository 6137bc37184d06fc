"""The books: what may be posted, what the database refuses, how it is taken back."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from doudi.accounts.models import Staff
from doudi.payments.actions import budgeting
from doudi.payments.actions.posting import About, Move, account, pair, post, reverse
from doudi.payments.kinds import Book, EntryKind, Programme, Source
from doudi.payments.models import Account, Entry, Fund, Posting
from doudi.payments.queries.checking import check
from doudi.payments.queries.ledger import balance_of, of_fund, trial_balance
from doudi.registry.actions.refusal import Refused

from .world import COUNTY, DAY, a_fund, at, funded

PLACE = COUNTY.ljust(12, "0")


def posted(by: Staff, fund: Fund, fen: int, step: str = "1") -> Entry:
    moves = pair(account(Book.FUND, place=PLACE, fund=fund), account(Book.TRANSIT, place=PLACE, fund=fund), fen)
    return post(
        kind=EntryKind.SEND, about=About("test", "1", step), moves=moves, text="送银行", place=PLACE,
        by=by, on=DAY, at=at(DAY),
    )  # fmt: skip


def test_money_that_arrives_stands_on_its_fund(finance: Staff) -> None:
    fund = funded(finance, 5_000_000)
    assert balance_of(Book.FUND, COUNTY, fund=fund) == 5_000_000
    assert balance_of(Book.SOURCE, COUNTY, fund=fund) == -5_000_000


def test_the_same_document_is_booked_once(finance: Staff) -> None:
    fund = funded(finance, 100)
    with pytest.raises(Refused, match="已经记过账"):
        budgeting.receive(fund=fund, fen=100, reference="拨款-1", by=finance, on=DAY, at=at(DAY))
    assert balance_of(Book.FUND, COUNTY, fund=fund) == 100


@pytest.mark.planted
def test_postings_that_do_not_sum_to_zero_are_refused(finance: Staff) -> None:
    fund = funded(finance, 100)
    one = account(Book.FUND, place=PLACE, fund=fund)
    moves = [Move(one, -50), Move(account(Book.TRANSIT, place=PLACE, fund=fund), 49)]
    said = {"kind": EntryKind.SEND, "about": About("t", "1", "1"), "text": "", "place": PLACE}
    with pytest.raises(IntegrityError, match="sum to zero"), transaction.atomic():
        post(moves=moves, by=finance, on=DAY, at=at(DAY), **said)
    assert balance_of(Book.FUND, COUNTY, fund=fund) == 100


@pytest.mark.planted
def test_a_fund_cannot_be_overdrawn(finance: Staff) -> None:
    fund = funded(finance, 100)
    with pytest.raises(IntegrityError, match="account_not_below_zero"), transaction.atomic():
        posted(finance, fund, 101)
    assert balance_of(Book.FUND, COUNTY, fund=fund) == 100


@pytest.mark.planted
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_posting SET fen = fen + 1",
        "DELETE FROM payments_posting",
        "UPDATE payments_entry SET text = 'x'",
        "UPDATE payments_account SET balance_fen = balance_fen + 1",
        "DELETE FROM payments_account",
    ],
)
def test_the_books_are_never_edited_not_even_by_the_owner(finance: Staff, statement: str) -> None:
    funded(finance, 100)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert not check()


@transaction.atomic
def entry_alone(by: Staff) -> None:
    """An entry that says it has two postings and has none, at the end of its transaction."""
    Entry.objects.create(
        county=COUNTY, division_code=PLACE, kind=EntryKind.SEND, about="t", about_id="1", step="1",
        text="", postings_count=2, on=DAY, at=at(DAY), by_id=by.pk,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.planted
def test_an_entry_without_postings_does_not_survive_its_transaction(finance: Staff) -> None:
    with pytest.raises(IntegrityError, match="other postings"):
        entry_alone(finance)
    assert not Entry.objects.exists()


@pytest.mark.planted
def test_a_posting_added_to_an_old_entry_is_refused(finance: Staff) -> None:
    fund = funded(finance, 100)
    entry, one = Entry.objects.get(), account(Book.FUND, place=PLACE, fund=fund)
    rows = [Posting(entry=entry, account=one, fen=fen, division_code=PLACE) for fen in (5, -5)]
    with pytest.raises(IntegrityError, match="other postings"), transaction.atomic():
        Posting.objects.bulk_create(rows)
    assert entry.postings.count() == 2


def test_a_correction_is_a_reversing_entry_and_only_one(finance: Staff) -> None:
    fund = funded(finance, 100)
    entry = posted(finance, fund, 40)
    reverse(entry=entry, because="送错批次", by=finance, on=DAY, at=at(DAY))
    assert balance_of(Book.FUND, COUNTY, fund=fund) == 100
    with pytest.raises(Refused, match="已经冲正过"):
        reverse(entry=entry, because="再来", by=finance, on=DAY, at=at(DAY))


def test_the_trial_balance_sums_in_and_out_alike(finance: Staff) -> None:
    fund = funded(finance, 1_000)
    posted(finance, fund, 300)
    told = trial_balance(COUNTY, DAY)
    assert told.in_fen == told.out_fen == 2_300 - 1_000 + 1_000 - 1_000
    assert sum(row.fen for row in told.rows) == 0


def test_the_statement_of_a_fund_lists_what_came_and_went(finance: Staff) -> None:
    fund = funded(finance, 1_000)
    posted(finance, fund, 300)
    rows = of_fund(fund, since=DAY, until=DAY.replace(year=DAY.year + 1)).filter(account__book=Book.FUND)
    assert [row.fen for row in rows] == [-300, 1_000]


def test_a_budget_may_be_cut_but_not_below_what_is_left(finance: Staff) -> None:
    fund = a_fund(finance)
    said = {"fund": fund, "programme": Programme.DIBAO, "year": 2026, "by": finance, "on": DAY, "at": at(DAY)}
    budgeting.authorise(fen=500, reference="预-1", **said)
    budgeting.authorise(fen=-200, reference="预-2", **said)
    with pytest.raises(Refused, match="超过可用预算"):
        budgeting.authorise(fen=-301, reference="预-3", **said)
    assert balance_of(Book.AVAILABLE, COUNTY, fund=fund, programme="dibao", year=2026) == 300


def test_a_fund_for_one_programme_takes_no_budget_for_another(finance: Staff) -> None:
    fund = a_fund(finance, code="LS", programmes=["temporary"])
    with pytest.raises(Refused, match="不用于"):
        budgeting.authorise(
            fund=fund, programme=Programme.DIBAO, year=2026, fen=1, reference="预-1", by=finance, on=DAY, at=at(DAY)
        )


def test_a_clerk_of_a_township_opens_no_fund(clerk: Staff) -> None:
    with pytest.raises(Exception, match="财政审签"):
        budgeting.open_fund(
            county=COUNTY, code="A", name="甲", source=Source.COUNTY, rank=1, programmes=[], by=clerk, at=at(DAY)
        )
    assert not Fund.objects.exists()


def test_behind_the_second_wall_only_finance_makes_a_fund(finance: Staff, clerk: Staff, as_web) -> None:
    with as_web(finance):
        fund = funded(finance, 100)
    with pytest.raises(DatabaseError), transaction.atomic(), as_web(clerk):
        Fund.objects.create(county=COUNTY, code="X", name="乙", source=Source.COUNTY)
    with as_web(clerk):
        assert not Posting.objects.exists()
        assert Account.objects.filter(fund=fund).exists()


def test_the_check_finds_nothing_in_clean_books(finance: Staff) -> None:
    posted(finance, funded(finance, 100), 30)
    assert check() == []
