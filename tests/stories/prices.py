"""The index of a month, from the bulletin to the list."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Page, expect

from .conftest import look, seen


def entered(page: Page, month: str, cpi: str, food: str, *, on: date) -> None:
    """The county's clerk types the index of a month."""
    page.goto(f"/payments/subsidy/enter/?month={month}")
    page.get_by_label("居民消费价格同比（%）").fill(cpi)
    page.get_by_label("食品价格同比（%）").fill(food)
    page.get_by_label("公布日期").fill(on.isoformat())
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
