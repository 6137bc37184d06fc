"""Builders for the tests of money: a county that pays since a month, its people, funds with money and budget."""

from __future__ import annotations

from datetime import UTC, date, datetime

from doudi.accounts.models import Staff
from doudi.payments.actions import budgeting
from doudi.payments.kinds import Programme, Source
from doudi.payments.models import Fund

COUNTY = "533103"
DAY = date(2026, 11, 5)
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


def at(day: date, hour: int = 4) -> datetime:
    """Noon of a day in the county."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def a_fund(by: Staff, *, code: str = "ZY", programmes: list[str] | None = None, rank: int = 1) -> Fund:
    """A fund of the centre's money, for everything."""
    return budgeting.open_fund(
        county=COUNTY, code=code, name="中央困难群众救助补助资金", source=Source.CENTRAL, rank=rank,
        programmes=programmes or [], by=by, at=at(DAY),
    )  # fmt: skip


def funded(by: Staff, fen: int, *, code: str = "ZY", budget: bool = False, year: int = 2026) -> Fund:
    """A fund with money on its account and, if asked for, as much budget for every programme."""
    fund = a_fund(by, code=code)
    budgeting.receive(fund=fund, fen=fen, reference="拨款-1", by=by, on=DAY, at=at(DAY))
    for programme in Programme if budget else ():
        budgeting.authorise(
            fund=fund, programme=programme, year=year, fen=fen, reference="预算-1", by=by, on=DAY, at=at(DAY)
        )
    return fund


def county_pays_since(by: Staff, month: date = NOVEMBER) -> None:
    """The county pays through the product from a month on."""
    budgeting.begin(county=COUNTY, first_month=month, by=by, at=at(DAY))
