"""Prices rise: the index is entered, confirmed by another, found to be at the line, and the list is begun."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from .conftest import PHONE, VAR, accessible, look, overflow
from .subsidies import enter_families

Open = Callable[..., Page]


def test_a_price_trigger_from_the_index_to_the_list(open_as: Open) -> None:
    told = enter_families(str(VAR))
    month = told["month"]
    clerk, reviewer = open_as("county_clerk"), open_as("county_reviewer")
    entered(clerk, month, "3.5", "6.0")
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


def entered(page: Page, month: str, cpi: str, food: str) -> None:
    """The county's clerk types the index of a month."""
    page.goto(f"/payments/subsidy/enter/?month={month}")
    page.get_by_label("居民消费价格同比（%）").fill(cpi)
    page.get_by_label("食品价格同比（%）").fill(food)
    page.get_by_label("公布日期").fill(f"{datetime.now(ZoneInfo('Asia/Shanghai')):%Y-%m-%d}")
    page.get_by_label("出处").fill("州统计局通报")
    seen(page, "subsidy-enter")
    page.locator("[data-primary]").click()
    page.wait_for_url(f"**/payments/subsidy/{month}/")


def confirmed(page: Page, month: str) -> None:
    """The reviewer finds it on the workbench and confirms."""
    page.goto("/")
    page.get_by_role("link", name=f"{month} 指数").first.click()
    page.get_by_role("button", name="与出处核对无误，复核").click()
    expect(page.get_by_text("正好在线上，算达到").first).to_be_visible()
    expect(page.get_by_text("两项都达到，按较高的一项计算")).to_be_visible()
    seen(page, "subsidy-proof")


def begun(page: Page, month: str) -> None:
    """From the workbench to the list in two clicks."""
    page.get_by_role("link", name=f"{month} 指数").first.click()
    expect(page.get_by_role("heading", name="测算")).to_be_visible()
    seen(page, "subsidy-measure")
    page.get_by_role("button", name="启动测算").click()
    page.wait_for_url("**/payments/runs/**")
    expect(page.locator("body")).to_contain_text("BT-")
    look(page, "subsidy-run", full=True)
    page.goto(f"/payments/subsidy/{month}/")
    expect(page.get_by_role("heading", name="发放批次")).to_be_visible()


def quiet(page: Page) -> None:
    """On a phone: a month of the nation's past that reached no line, against the line."""
    page.goto("/payments/subsidy/2023-05/")
    expect(page.get_by_text("没有达到启动条件，不发放")).to_be_visible()
    seen(page, "subsidy-quiet")


def seen(page: Page, name: str) -> None:
    """A page looked at: kept as a picture, accessible, no wider than the screen."""
    look(page, name, full=True)
    assert accessible(page) == []
    assert overflow(page) == 0
