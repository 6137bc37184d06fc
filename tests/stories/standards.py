"""A standard that changes: proposed by one, its effect seen, published and applied by another."""

from __future__ import annotations

import re
from datetime import date

from playwright.sync_api import Page, expect

from .conftest import PHONE, accessible, look, overflow

LONG = 90_000


def propose(clerk: Page, month: date) -> str:
    """The rural standard goes up by sixty yuan; the number of the proposal."""
    clerk.goto("/policy/parameters/dibao_standard/propose/")
    clerk.get_by_label("值", exact=True).fill("620")
    clerk.get_by_label("城乡").select_option("rural")
    clerk.get_by_label("从哪天起").fill(month.isoformat())
    clerk.get_by_role("textbox", name="依据").fill("芒政发〔2026〕12号")
    clerk.get_by_label("新方案的名称").fill("农村低保标准提高到 620 元")
    clerk.get_by_role("button", name="放进方案").click()
    clerk.get_by_role("button", name="试算").click()
    told = clerk.get_by_role("heading", name="试算结果").or_(clerk.get_by_role("link", name="查看试算结果"))
    expect(told.first).to_be_visible(timeout=LONG)
    found = re.search(r"/policy/drafts/(\d+)/", clerk.url)
    assert found is not None
    return found[1]


def see_the_effect(clerk: Page, page: str) -> None:
    """Before anything is published."""
    clerk.goto("/awards/standards/")
    expect(clerk.get_by_role("link", name="农村低保标准提高到 620 元").first).to_be_visible()
    look(clerk, "county_clerk-standards")
    clerk.goto(page)
    clerk.get_by_role("button", name="测算影响").click()
    wait(clerk, page, "已测算")
    expect(clerk.get_by_role("heading", name="各乡镇")).to_be_visible()
    expect(clerk.get_by_text("农村不低于城镇的 75%")).to_be_visible()
    look(clerk, "county_clerk-standard-effect", full=True)
    assert accessible(clerk) == []
    clerk.set_viewport_size(PHONE)
    look(clerk, "county_clerk-standard-effect", full=True)
    assert overflow(clerk) == 0
    clerk.set_viewport_size({"width": 1440, "height": 900})


def wait(page: Page, address: str, state: str) -> None:
    """Until the job is over, whether or not the page came after its end."""
    told = page.get_by_text(state, exact=True)
    expect(page.get_by_role("link", name="查看标准调整").or_(told).first).to_be_visible(timeout=LONG)
    page.goto(address)
    expect(told.first).to_be_visible()


def publish(reviewer: Page, draft: str) -> None:
    """The second person."""
    reviewer.goto(f"/policy/drafts/{draft}/")
    reviewer.get_by_label("发布意见").fill("同意发布")
    flips = reviewer.get_by_label("上面列出的法定案例")
    if flips.count():
        flips.check()
    reviewer.get_by_role("button", name="发布", exact=True).click()
    expect(reviewer.get_by_text("已发布").first).to_be_visible()


def apply(reviewer: Page, page: str) -> None:
    """Every award of the county."""
    reviewer.goto(page)
    reviewer.get_by_role("button", name="调整待遇").click()
    wait(reviewer, page, "已调整")
    reviewer.goto(f"{page}?outcome=raised")
    look(reviewer, "county_reviewer-standard-applied")
    assert accessible(reviewer) == []


def raised_award(reviewer: Page, page: str) -> str:
    """The page of the first award that was raised."""
    reviewer.goto(f"{page}?outcome=raised")
    reviewer.locator("#lines a[data-open]").first.click()
    reviewer.wait_for_url("**/awards/*-*-*/")
    return reviewer.url
