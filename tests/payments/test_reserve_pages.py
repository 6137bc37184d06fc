"""The pages of reserve funds: asked, approved, paid, counted and printed by those who may."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from python_calamine import CalamineWorkbook

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.payments.models import CashCount, ReserveFund, TopUp
from tests.conftest import FAR_VILLAGE

from .relief_world import Town, a_town, an_emergency

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(staff_with: Callable[..., Staff]) -> Town:
    """遮放镇 with ten thousand yuan."""
    return a_town(staff_with)


def test_a_top_up_takes_three_people_and_two_presses_of_the_township(town: Town, signed_in) -> None:
    where = f"/payments/reserve/{town.fund.pk}/"
    page = signed_in(town.clerk).get(where).content.decode()
    assert 'value="10,000.00"' in page
    signed_in(town.clerk).post(f"{where}ask/", {"fen": "10,000.00", "because": "汛期将至"})
    one = TopUp.objects.filter(state="asked").get()
    signed_in(town.reviewer).post(f"/payments/reserve/top-ups/{one.pk}/", {"fen": "8000", "note": "先拨一部分"})
    signed_in(town.finance).post(f"/payments/reserve/top-ups/{one.pk}/pay/")
    assert town.left == 1_800_000


def test_the_county_sees_who_runs_out_first_and_what_waits(town: Town, signed_in) -> None:
    signed_in(town.clerk).post(f"/payments/reserve/{town.fund.pk}/ask/", {"fen": "100", "because": "x"})
    page = signed_in(town.reviewer).get("/payments/reserve/").content.decode()
    assert "遮放镇" in page
    assert "审批" in page
    assert "说不准，支出记录还太少" in page


def test_finance_opens_a_fund_for_a_township(town: Town, signed_in) -> None:
    said = {"place": FAR_VILLAGE[:9], "fund": town.fund.fund_id, "target_fen": "20000"}
    answer = signed_in(town.finance).post("/payments/reserve/open/", said)
    made = ReserveFund.objects.get(division_code="533103103000")
    assert (answer.status_code, made.target_fen) == (302, 2_000_000)


def test_two_count_and_the_second_does_not_see_the_number_of_the_first(town: Town, signed_in) -> None:
    signed_in(town.clerk).post(
        f"/payments/reserve/{town.fund.pk}/count/", {"counted_fen": "9999", "explained": "少一元"}
    )
    one = CashCount.objects.get()
    page = signed_in(town.head).get(f"/payments/reserve/counts/{one.pk}/").content.decode()
    assert "9,999" not in page
    assert signed_in(town.head).post(f"/payments/reserve/counts/{one.pk}/", {"counted_fen": "9998"}).status_code == 422
    signed_in(town.head).post(f"/payments/reserve/counts/{one.pk}/", {"counted_fen": "9999"})
    assert town.left == 999_900


def test_a_count_that_fails_is_made_void_and_taken_again(town: Town, signed_in) -> None:
    signed_in(town.clerk).post(
        f"/payments/reserve/{town.fund.pk}/count/", {"counted_fen": "9999", "explained": "少一元"}
    )
    one = CashCount.objects.get()
    signed_in(town.head).post(f"/payments/reserve/counts/{one.pk}/", {"void": "1"})
    one.refresh_from_db()
    assert (one.state, town.left) == ("void", 1_000_000)


def test_finance_gives_the_fund_another_keeper_and_books_what_came_back(town: Town, signed_in) -> None:
    client, where = signed_in(town.finance), f"/payments/reserve/{town.fund.pk}/"
    said = {"target_fen": "30000", "keeper_id": f"{town.head.pk}", "version": "1"}
    assert client.post(f"{where}change/", said).status_code == 302
    assert client.post(f"{where}back/", {"fen": "1000", "reference": "缴-1"}).status_code == 302
    fund = ReserveFund.objects.get(pk=town.fund.pk)
    assert (fund.target_fen, fund.keeper_id, town.left) == (3_000_000, town.head.pk, 900_000)


def test_the_ledger_leaves_the_house_as_a_paper_and_as_a_sheet(town: Town, signed_in) -> None:
    an_emergency(town.clerk)
    client = signed_in(town.clerk)
    paper = client.get(f"/payments/reserve/{town.fund.pk}/ledger.pdf")
    assert paper.content.startswith(b"%PDF")
    book = io.BytesIO(client.get(f"/payments/reserve/{town.fund.pk}/ledger.xlsx").content)
    rows = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()
    assert [row[5] for row in rows[1:]] == ["10,000.00", "9,256.00"]


def test_another_township_finds_no_such_fund(town: Town, staff_with, signed_in) -> None:
    other = staff_with(Role.TOWNSHIP_CLERK, FAR_VILLAGE[:9])
    for page in ("", "ask/", "count/", "ledger.pdf", "ledger.xlsx"):
        assert signed_in(other).get(f"/payments/reserve/{town.fund.pk}/{page}").status_code == 404


def test_the_workbench_says_whose_turn_it_is(town: Town, signed_in) -> None:
    signed_in(town.clerk).post(f"/payments/reserve/{town.fund.pk}/ask/", {"fen": "100", "because": "x"})
    page = signed_in(town.reviewer).get("/").content.decode()
    assert "等您办的补充申请" in page
    assert 'data-urgent="e"' in signed_in(town.clerk).get("/").content.decode()
