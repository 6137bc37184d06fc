"""A new standard: proposed by the clerk, its effect seen, published, applied, and undone because it was wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from .conftest import PHONE, VAR, accessible, look, overflow
from .running import worked

Open = Callable[..., Page]
LONG = 90_000


@pytest.fixture(scope="module")
def month(county: str) -> date:
    """Two hundred and forty awards with all their facts beside the demo's households; the month they rise from."""
    said = worked(VAR, "benchmarks/money_standards.py", "--awards", "240", "--lay-only")
    return date.fromisoformat(said.split()[-1])


def test_a_standard_is_published_applied_and_undone(open_as: Open, month: date) -> None:
    clerk, reviewer = open_as("county_clerk"), open_as("county_reviewer")
    draft = propose(clerk, month)
    page = f"/awards/standards/{draft}/"
    see_the_effect(clerk, page)
    publish(reviewer, draft)
    apply(reviewer, page)
    award = raised_award(reviewer, page)
    expect(reviewer.get_by_text("保障标准调整").first).to_be_visible()
    withdraw(clerk, reviewer, draft)
    undo(reviewer, page)
    reviewer.goto(award)
    expect(reviewer.get_by_text("已撤回").first).to_be_visible()


def test_a_recalculation_is_a_list(open_as: Open, month: date) -> None:
    page = open_as("county_reviewer")
    page.goto("/awards/recalculations/")
    page.get_by_role("button", name="现在测算").click()
    told = page.get_by_role("link", name="查看结果")
    nothing, table = page.get_by_text("这里没有待处理的差别"), page.locator("main table")
    expect(told.or_(nothing).or_(table).first).to_be_visible(timeout=LONG)
    page.reload()
    look(page, "recalculation")
    assert accessible(page) == []
    page.set_viewport_size(PHONE)
    assert overflow(page) == 0


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


def withdraw(clerk: Page, reviewer: Page, draft: str) -> None:
    """By two people, because the day was wrong."""
    clerk.goto(f"/policy/drafts/{draft}/")
    clerk.get_by_role("link", name="撤回").first.click()
    clerk.get_by_label("撤回原因").fill("起始日写错了，应从下月起")
    clerk.get_by_role("button", name="申请撤回").click()
    expect(clerk.get_by_text("待确认").first).to_be_visible()
    reviewer.goto(clerk.url)
    reviewer.get_by_label("确认意见").fill("核对文件属实")
    reviewer.get_by_label("已看过撤回后的值").check()
    reviewer.get_by_role("button", name="撤回这个值").click()
    expect(reviewer.get_by_text("已撤回").first).to_be_visible()


def undo(reviewer: Page, page: str) -> None:
    """Every award as it was."""
    reviewer.goto(page)
    reviewer.get_by_label("撤销原因").fill("起始日写错了")
    look(reviewer, "county_reviewer-standard-undo", full=True)
    reviewer.get_by_role("button", name="撤销调整").click()
    wait(reviewer, page, "已撤销")
