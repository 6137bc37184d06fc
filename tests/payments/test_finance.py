"""The finance bureau's page, its forms, and the office's tables as files."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.audit.models import AuditEvent
from doudi.payments.exporting import NAMES
from doudi.payments.kinds import Book
from doudi.payments.models import Fund
from doudi.payments.queries.finance import executions, spent_by_month
from doudi.payments.queries.ledger import balance_of

from .world import COUNTY, funded


def sheet_of(content: bytes) -> list[list[Any]]:
    """The cells of the one sheet of a workbook."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_a_budget_shows_as_authorised_and_available(finance: Staff) -> None:
    funded(finance, 700_000, budget=True)
    dibao = next(one for one in executions(COUNTY, 2026) if one.programme == "dibao")
    assert (dibao.authorised_fen, dibao.available_fen, dibao.spent_fen, dibao.percent) == (700_000, 700_000, 0, 0)


def test_nothing_is_spent_before_anybody_was_paid(finance: Staff) -> None:
    funded(finance, 700_000, budget=True)
    assert spent_by_month(COUNTY, 2026) == {}


def test_the_page_of_a_year_without_a_budget_says_so(finance: Staff, signed_in: Callable[[Staff], Any]) -> None:
    page = signed_in(finance).get("/payments/finance/?year=2025").content.decode()
    assert "这一年还没有下达预算" in page


def test_the_page_shows_each_programme_with_its_budget(finance: Staff, signed_in: Callable[[Staff], Any]) -> None:
    funded(finance, 700_000, budget=True)
    page = signed_in(finance).get("/payments/finance/?year=2026").content.decode()
    assert "最低生活保障" in page
    assert "7,000<i>.00</i>" in page


def test_a_year_that_makes_no_sense_is_this_year(finance: Staff, signed_in: Callable[[Staff], Any]) -> None:
    assert signed_in(finance).get("/payments/finance/?year=20x6").status_code == 200


@pytest.mark.parametrize("sheet", sorted(NAMES))
def test_every_table_leaves_as_a_workbook_and_that_is_on_record(
    finance: Staff, signed_in: Callable[[Staff], Any], sheet: str
) -> None:
    funded(finance, 700_000, budget=True)
    answer = signed_in(finance).get(f"/payments/finance/{sheet}.xlsx?year=2026")
    assert sheet_of(answer.content)[0][0] == f"{NAMES[sheet]}（2026 年）"
    assert AuditEvent.objects.filter(action="ledger.export").count() == 1


def test_the_workbook_has_the_sums_in_yuan(finance: Staff, signed_in: Callable[[Staff], Any]) -> None:
    funded(finance, 700_050, budget=True)
    rows = sheet_of(signed_in(finance).get("/payments/finance/execution.xlsx?year=2026").content)
    assert [row[2] for row in rows if row[1] == "最低生活保障"] == [7000.5]
    assert rows[-1][0] == "合计"


def test_an_unknown_table_is_not_found(finance: Staff, signed_in: Callable[[Staff], Any]) -> None:
    assert signed_in(finance).get("/payments/finance/secrets.xlsx").status_code == 404


def test_finance_opens_a_fund_and_enters_what_came(finance: Staff, signed_in: Callable[[Staff], Any]) -> None:
    client = signed_in(finance)
    client.post("/payments/funds/open/", {"code": "SJ", "name": "省级资金", "source": "provincial", "rank": 10})
    fund = Fund.objects.get()
    said = {"fund": fund.pk, "fen": "1,234.50", "reference": "云财社〔2026〕1号", "on": "2026-01-05"}
    assert client.post("/payments/funds/inflow/", said).status_code == 302
    assert balance_of(Book.FUND, COUNTY, fund=fund) == 123_450


def test_a_wrong_amount_is_said_beside_its_field(finance: Staff, signed_in: Callable[[Staff], Any]) -> None:
    fund = funded(finance, 100)
    said = {"fund": fund.pk, "fen": "12.345", "reference": "x", "on": "2026-01-05"}
    answer = signed_in(finance).post("/payments/funds/inflow/", said)
    assert answer.status_code == 422
    assert "最多两位小数" in answer.content.decode()


def test_money_that_is_to_come_is_not_booked_yet(finance: Staff, signed_in: Callable[[Staff], Any]) -> None:
    fund = funded(finance, 100)
    said = {"fund": fund.pk, "fen": "1", "reference": "x", "on": "2098-01-05"}
    assert "日期还没有到" in signed_in(finance).post("/payments/funds/inflow/", said).content.decode()


def test_a_budget_is_authorised_on_its_page(finance: Staff, signed_in: Callable[[Staff], Any]) -> None:
    fund = funded(finance, 100)
    said = {"fund": fund.pk, "programme": "tekun", "year": 2026, "fen": "50", "reference": "预-9", "on": "2026-01-05"}
    assert signed_in(finance).post("/payments/funds/budget/", said).status_code == 302
    assert balance_of(Book.AVAILABLE, COUNTY, fund=fund, programme="tekun", year=2026) == 5_000


def test_the_trial_balance_page_shows_no_difference(finance: Staff, signed_in: Callable[[Staff], Any]) -> None:
    funded(finance, 100)
    assert "差额 0.00" in signed_in(finance).get("/payments/ledger/").content.decode()


def test_the_statement_of_a_fund_tells_each_posting(finance: Staff, signed_in: Callable[[Staff], Any]) -> None:
    fund = funded(finance, 100)
    page = signed_in(finance).get(f"/payments/funds/{fund.pk}/?year=2026").content.decode()
    assert "拨款-1" in page


def test_a_leader_does_not_see_the_books(staff_with: Callable[..., Staff], signed_in: Callable[[Staff], Any]) -> None:
    assert signed_in(staff_with(Role.LEADER)).get("/payments/ledger/").status_code == 403
