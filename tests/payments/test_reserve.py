"""The reserve fund of a township: opened, filled by three, given back, counted by two, never below zero."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.payments.actions import budgeting, relief, relief_paying, reserve, reserve_counting, reserve_topups
from doudi.payments.actions.relief_paying import Standing
from doudi.payments.kinds import Book, Programme
from doudi.payments.models import Account, CashCount, Entry, Posting, ReliefPayment, ReliefPlan, ReserveFund, TopUp
from doudi.payments.queries.checking import check
from doudi.payments.queries.ledger import balance_of
from doudi.payments.queries.reserve import funds_for, movements, standing_of
from doudi.registry.actions.refusal import Refused
from tests.conftest import FAR_VILLAGE

from .relief_world import MILLION, STANDARD, Town, a_town, an_emergency, handing, topped_up
from .world import COUNTY, DAY, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(staff_with: Callable[..., Staff]) -> Town:
    """遮放镇 with ten thousand yuan."""
    return a_town(staff_with)


def asked(town: Town, fen: int = 100_000) -> TopUp:
    return reserve_topups.ask(fund=town.fund, fen=fen, because="汛期将至", by=town.clerk, at=at(DAY))


def decided(town: Town, one: TopUp, fen: int, note: str = "", by: Staff | None = None) -> TopUp:
    return reserve_topups.decide(top_up=one, fen=fen, note=note, by=by or town.reviewer, at=at(DAY))


def counted(town: Town, fen: int, why: str = "") -> CashCount:
    return reserve_counting.count(fund=town.fund, counted_fen=fen, explained=why, by=town.clerk, on=DAY, at=at(DAY))


def confirmed(town: Town, one: CashCount, fen: int, by: Staff | None = None) -> CashCount:
    return reserve_counting.confirm_count(count=one, counted_fen=fen, by=by or town.head, on=DAY, at=at(DAY))


def test_money_asked_approved_and_paid_stands_in_the_township_and_holds_its_budget(town: Town) -> None:
    assert town.left == 1_000_000
    assert balance_of(Book.FUND, COUNTY) == MILLION - 1_000_000
    assert balance_of(Book.COMMITTED, COUNTY, programme="temporary") == 1_000_000
    assert balance_of(Book.AVAILABLE, COUNTY, programme="temporary") == MILLION - 1_000_000
    assert check() == []


def test_a_township_has_one_reserve_fund(town: Town) -> None:
    with pytest.raises(Refused, match="已经有备用金"):
        reserve.open_reserve(
            place=town.fund.division_code, fund=town.fund.fund, target_fen=1, keeper_id=None, by=town.finance, on=DAY,
            at=at(DAY),
        )  # fmt: skip


def test_only_finance_opens_a_fund(town: Town) -> None:
    with pytest.raises(NotPermitted):
        reserve.open_reserve(
            place=FAR_VILLAGE, fund=town.fund.fund, target_fen=1, keeper_id=None, by=town.clerk, on=DAY, at=at(DAY)
        )
    assert ReserveFund.objects.count() == 1


def test_a_county_has_no_reserve_fund_and_a_fund_for_others_is_not_used(town: Town) -> None:
    with pytest.raises(Refused, match="按乡镇设立"):
        reserve.open_reserve(
            place="533103000000", fund=town.fund.fund, target_fen=1, keeper_id=None, by=town.finance, on=DAY, at=at(DAY)
        )


def test_the_county_may_change_the_amount_with_a_reason(town: Town) -> None:
    one = asked(town)
    with pytest.raises(Refused, match="请写明理由"):
        decided(town, one, 60_000)
    decided(town, one, 60_000, "按上月支出核定")
    reserve_topups.pay(top_up=one, by=town.finance, on=DAY, at=at(DAY))
    assert town.left == 1_060_000


def test_a_refused_request_moves_nothing_and_says_why(town: Town) -> None:
    one = decided(town, asked(town), 0, "余额够用")
    assert (one.state, one.decided_note, town.left) == ("refused", "余额够用", 1_000_000)
    assert asked(town).state == "asked"


def test_one_request_at_a_time(town: Town) -> None:
    asked(town)
    with pytest.raises(Refused, match="还没有办完"):
        asked(town)


def test_nobody_approves_their_own_request(town: Town, staff_with: Callable[..., Staff]) -> None:
    one = asked(town)
    TopUp.objects.filter(pk=one.pk).update(state="asked")
    with pytest.raises(NotPermitted):
        decided(town, one, 100_000, by=town.clerk)


@pytest.mark.planted
def test_two_of_the_three_being_one_person_is_refused_by_the_database_as_well(town: Town) -> None:
    one = decided(town, asked(town), 100_000)
    for column in ("decided_by_id", "paid_by_id"):
        with pytest.raises(IntegrityError, match="top_up_three_people"), transaction.atomic():
            TopUp.objects.filter(pk=one.pk).update(**{column: one.asked_by_id})


def test_what_was_paid_is_not_paid_again(town: Town) -> None:
    one = decided(town, asked(town), 100_000)
    reserve_topups.pay(top_up=one, by=town.finance, on=DAY, at=at(DAY))
    with pytest.raises(Refused, match="不在待拨付"):
        reserve_topups.pay(top_up=one, by=town.finance, on=DAY, at=at(DAY))
    assert town.left == 1_100_000


def test_more_than_the_budget_of_the_year_is_not_paid_out(town: Town) -> None:
    one = decided(town, asked(town, MILLION), MILLION)
    with pytest.raises(Refused, match="最多还能拨 990,000"):
        reserve_topups.pay(top_up=one, by=town.finance, on=DAY, at=at(DAY))
    assert town.left == 1_000_000


def back(town: Town, fen: int, reference: str = "缴-1") -> Entry:
    return reserve.give_back(fund=town.fund, fen=fen, reference=reference, by=town.finance, on=DAY, at=at(DAY))


def test_money_given_back_is_the_top_up_reversed_and_once_a_document(town: Town) -> None:
    back(town, 400_000)
    with pytest.raises(Refused, match="已经记过账"):
        back(town, 400_000)
    assert (town.left, balance_of(Book.FUND, COUNTY)) == (600_000, MILLION - 600_000)
    assert balance_of(Book.AVAILABLE, COUNTY, programme="temporary") == MILLION - 600_000
    assert check() == []


def test_no_more_is_given_back_than_there_is(town: Town) -> None:
    with pytest.raises(Refused, match=r"只剩 10,000\.00 元"):
        back(town, 1_000_001)
    assert town.left == 1_000_000


def test_a_fund_is_closed_when_it_is_empty(town: Town) -> None:
    with pytest.raises(Refused, match="还有余额"):
        reserve.close_reserve(fund=town.fund, by=town.finance, on=DAY)
    back(town, 1_000_000)
    reserve.close_reserve(fund=town.fund, by=town.finance, on=DAY)
    with pytest.raises(Refused, match="还没有设立备用金"):
        an_emergency(town.clerk)


def test_a_fund_that_was_closed_meanwhile_pays_nothing_and_says_so(town: Town, monkeypatch) -> None:
    back(town, 1_000_000)
    known = Standing(made=0, pressed=False, purse=town.fund.pk)
    reserve.close_reserve(fund=town.fund, by=town.finance, on=DAY)
    monkeypatch.setattr(relief, "standing", lambda plan, token: known)
    with pytest.raises(Refused, match="已经撤销"):
        an_emergency(town.clerk)
    assert (ReliefPayment.objects.count(), check()) == (0, [])


def test_a_second_press_that_comes_when_the_first_has_emptied_the_purse_gets_its_payment(
    town: Town, monkeypatch
) -> None:
    back(town, 1_000_000 - STANDARD)
    token = uuid4()
    first = an_emergency(town.clerk, token=token)
    monkeypatch.setattr(relief_paying, "standing", lambda plan, token: Standing(0, False, town.fund.pk))
    said = {"by": town.clerk, "on": DAY, "at": at(DAY), "number": 1}
    plan = ReliefPlan.objects.get()
    assert relief_paying.pay_instalment(plan=plan, handing=handing(token=token), **said) == first
    with pytest.raises(Refused, match=r"备用金只剩 0\.00 元"):
        relief_paying.pay_instalment(plan=plan, handing=handing(), **said)


@pytest.mark.planted
def test_the_database_pays_from_no_purse_of_another_township(town: Town, staff_with, as_web) -> None:
    call = "SELECT doudi_pay_from_purse(%s, 1, %s, NULL, 1, 1, '', current_date, now(), 1)"
    refused = pytest.raises(DatabaseError, match="query returned no rows")
    other = staff_with(Role.TOWNSHIP_CLERK, FAR_VILLAGE[:9])
    with as_web(other), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(call, [town.fund.pk, FAR_VILLAGE])
    assert town.left == 1_000_000


def test_a_count_that_agrees_books_nothing_and_takes_two(town: Town) -> None:
    one = counted(town, 1_000_000)
    with pytest.raises(Refused, match="清点要两个人"):
        confirmed(town, one, 1_000_000, by=town.clerk)
    done = confirmed(town, one, 1_000_000)
    assert (done.state, done.entry, town.left) == ("done", None, 1_000_000)


@pytest.mark.planted
def test_a_count_by_one_is_refused_by_the_database_as_well(town: Town) -> None:
    one = counted(town, 1_000_000)
    for changes in ({"witnessed_by_id": one.counted_by_id}, {"state": "done"}):
        with pytest.raises(IntegrityError, match="count_by_two"), transaction.atomic():
            CashCount.objects.filter(pk=one.pk).update(**changes)


def test_what_is_missing_is_explained_claimed_and_settled_when_it_is_put_back(town: Town) -> None:
    with pytest.raises(Refused, match="请写明原因"):
        counted(town, 980_000)
    confirmed(town, counted(town, 980_000, "垫付未报账"), 980_000)
    assert (town.left, reserve.missing(town.fund)) == (980_000, 20_000)
    confirmed(town, counted(town, 1_000_000, "已交回"), 1_000_000)
    assert (town.left, reserve.missing(town.fund), check()) == (1_000_000, 0, [])


def test_what_is_too_much_can_be_spent_to_the_last_fen(town: Town) -> None:
    confirmed(town, counted(town, 1_000_100, "清点多出一元"), 1_000_100)
    back(town, 1_000_100)
    assert (town.left, check()) == (0, [])


def test_two_who_do_not_find_the_same_count_again(town: Town) -> None:
    one = counted(town, 980_000, "差两百")
    with pytest.raises(Refused, match="点的数不一样"):
        confirmed(town, one, 990_000)
    reserve_counting.void_count(count=one, by=town.head)
    assert confirmed(town, counted(town, 1_000_000), 1_000_000).state == "done"


def test_money_that_moved_after_the_count_makes_it_void(town: Town) -> None:
    one = counted(town, 1_000_000)
    an_emergency(town.clerk)
    with pytest.raises(Refused, match="又有收支"):
        confirmed(town, one, 1_000_000)


def test_a_day_ahead_is_unknown_until_there_is_something_to_tell_it_from(town: Town) -> None:
    assert standing_of(town.fund, DAY + timedelta(days=40)).forecast.days is None
    for _n in range(3):
        an_emergency(town.clerk, repeated_because="另一起")
    told = standing_of(ReserveFund.objects.get(pk=town.fund.pk), DAY + timedelta(days=30))
    left = 1_000_000 - 3 * STANDARD
    assert told.forecast.days == left * 30 // (3 * STANDARD)
    assert told.forecast.on == DAY + timedelta(days=30 + left * 30 // (3 * STANDARD))


def test_under_thirty_percent_is_low_and_thirty_is_not(town: Town) -> None:
    back(town, 400_000)
    assert not standing_of(ReserveFund.objects.get(pk=town.fund.pk), DAY).low
    back(town, 1, "缴-2")
    assert standing_of(ReserveFund.objects.get(pk=town.fund.pk), DAY).low


def test_the_budget_of_the_older_year_is_spent_first(staff_with: Callable[..., Staff]) -> None:
    town = a_town(staff_with, fen=50_000, on=date(2026, 12, 30))
    later = date(2027, 1, 4)
    budgeting.authorise(
        fund=town.fund.fund, programme=Programme.TEMPORARY, year=2027, fen=500_000, reference="预-27", by=town.finance,
        on=later, at=at(later),
    )  # fmt: skip
    topped_up(town, 100_000, on=later)
    an_emergency(town.clerk, on=later)
    spent = dict(Account.objects.filter(book=Book.SPENT).values_list("year", "balance_fen"))
    assert (spent, check()) == ({2026: 50_000, 2027: STANDARD - 50_000}, [])


def test_the_ledger_page_counts_every_movement_up_to_what_is_there(town: Town) -> None:
    an_emergency(town.clerk)
    back(town, 100_000)
    rows = list(movements(town.fund))
    assert [row.fen for row in rows] == [1_000_000, -STANDARD, -100_000]
    assert [row.after_fen for row in rows][-1] == town.left


def test_behind_the_second_wall_a_township_sees_its_own_fund_and_no_other_books(town: Town, staff_with, as_web) -> None:
    an_emergency(town.clerk)
    other = staff_with(Role.TOWNSHIP_CLERK, FAR_VILLAGE[:9])
    with as_web(town.clerk):
        assert funds_for(town.clerk).get() == town.fund
        assert Posting.objects.filter(account=town.fund.account).count() == 2
        assert not Entry.objects.filter(kind="inflow").exists()
    with as_web(other):
        assert not ReserveFund.objects.exists()
        assert not Posting.objects.exists()


@pytest.mark.planted
@pytest.mark.parametrize("table", ["reservefund", "topup", "cashcount", "reliefplan", "reliefpayment"])
def test_what_is_written_about_money_is_never_deleted(town: Town, table: str) -> None:
    an_emergency(town.clerk)
    confirmed(town, counted(town, town.left), town.left)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM payments_{table}")
