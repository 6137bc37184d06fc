"""A month's list from nothing to locked, by three people, each at their own desk."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from .conftest import PHONE, accessible, look, overflow

Open = Callable[..., Page]
PATIENCE_SECONDS = 90


def newest(page: Page) -> str:
    """The address of the newest run."""
    page.goto("/payments/runs/")
    return str(page.locator("a[data-open]").first.get_attribute("href"))


def settled(page: Page, address: str, state: str) -> None:
    """The page of a run once its job has brought it to a state."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        page.goto(address)
        if page.locator(".tag", has_text=re.compile(f"^{state}$")).count():
            return
        page.wait_for_timeout(500)
    pytest.fail(f"the run did not come to {state}")


def next_month_to_pay(page: Page) -> str:
    """The month after the newest run."""
    page.goto("/payments/runs/")
    months = page.locator("tbody tr td:nth-child(2)").all_inner_texts()
    year, month = map(int, max(months, default=f"{timezone.localdate():%Y-%m}").split("-"))
    return f"{year + month // 12}-{month % 12 + 1:02d}"


def test_a_months_list_is_made_checked_and_locked_by_three(county: str, open_as: Open) -> None:
    maker = open_as("payment_maker")
    months_so_far_are_paid(maker)
    built_with_its_why(maker)
    held_lines_stay_out(maker)
    signed_and_locked(open_as)
    fits_a_phone(open_as("township_clerk", size=PHONE))


def months_so_far_are_paid(page: Page) -> None:
    """The demo pays them while it runs: a list begun meanwhile would be in its way."""
    this = f"{timezone.localdate():%Y-%m}"
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        page.goto("/payments/runs/")
        if page.locator("tbody tr", has_text=this).count() or timezone.localdate().day <= 6:
            return
        page.wait_for_timeout(1000)
    pytest.fail("the months so far were not paid")


def built_with_its_why(page: Page) -> None:
    """The list of the next month, and why one line is what it is."""
    page.goto("/")
    page.get_by_role("link", name="资金发放").first.click()
    page.get_by_label("月份").fill(next_month_to_pay(page))
    page.get_by_role("button", name="生成发放名单").click()
    page.wait_for_url(re.compile(r"/payments/runs/\d+/$"))
    settled(page, page.url, "制单中")
    look(page, "run-draft", full=True)
    assert accessible(page) == []
    page.goto(f"{page.url.split('?')[0]}?view=all")
    page.locator("a[data-open]").first.click()
    expect(page.get_by_role("heading", name="为什么是这么多")).to_be_visible()
    look(page, "run-line")
    assert accessible(page) == []


def held_lines_stay_out(page: Page) -> None:
    """What is held is left out, with a reason."""
    page.goto(newest(page))
    reason = page.get_by_label("暂缓的不进入本次发放，理由")
    if reason.is_visible():
        reason.fill("账户待核实，下月补发")
    page.get_by_role("button", name="提交复核").click()
    expect(page.get_by_text("待复核").first).to_be_visible()


def signed_and_locked(open_as: Open) -> None:
    """The checker and finance, each at their own desk."""
    checker = open_as("payment_checker")
    address = newest(checker)
    checker.goto(address)
    checker.get_by_role("button", name="复核无误").click()
    expect(checker.get_by_text("待财政审签").first).to_be_visible()
    finance = open_as("finance")
    finance.goto(address)
    finance.get_by_role("button", name="审签并锁定").click()
    settled(finance, address, "已锁定，待送银行")
    expect(finance.get_by_text(re.compile(r"^[0-9a-f]{64}$"))).to_be_visible()
    look(finance, "run-locked", full=True)
    assert accessible(finance) == []


def fits_a_phone(page: Page) -> None:
    """The township's own lines on a phone."""
    page.goto(newest(page))
    look(page, "run")
    assert overflow(page) == 0
    assert accessible(page) == []
