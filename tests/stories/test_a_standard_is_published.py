"""A new standard: proposed by the clerk, its effect seen, published, applied, and undone because it was wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from .conftest import PHONE, VAR, accessible, look, overflow
from .running import worked
from .standards import LONG, apply, propose, publish, raised_award, see_the_effect, wait

Open = Callable[..., Page]


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
