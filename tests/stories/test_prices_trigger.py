"""Prices rise: the index is entered, confirmed by another, found to be at the line, and the list is begun."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from .conftest import PHONE, VAR, seen
from .prices import begun, confirmed, entered
from .subsidies import enter_families

Open = Callable[..., Page]


def test_a_price_trigger_from_the_index_to_the_list(open_as: Open) -> None:
    told = enter_families(str(VAR))
    month = told["month"]
    clerk, reviewer = open_as("county_clerk"), open_as("county_reviewer")
    entered(clerk, month, "3.5", "6.0", on=datetime.now(ZoneInfo("Asia/Shanghai")).date())
    expect(clerk.get_by_text("待复核").first).to_be_visible()
    confirmed(reviewer, month)
    maker = open_as("payment_maker")
    seen(maker, "workbench-subsidy")
    begun(maker, month)
    seen(maker, "subsidy-started")
    maker.goto("/payments/subsidy/")
    expect(maker.locator("tr", has_text=month)).to_contain_text("办理中")
    seen(maker, "subsidy-months")
    quiet(open_as("township_clerk", size=PHONE))


def quiet(page: Page) -> None:
    """On a phone: a month of the nation's past that reached no line, against the line."""
    page.goto("/payments/subsidy/2023-05/")
    expect(page.get_by_text("没有达到启动条件，不发放")).to_be_visible()
    seen(page, "subsidy-quiet")
