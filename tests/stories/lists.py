"""The list of a month, from its first draft to the lock."""

from __future__ import annotations

import re
import time

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

PATIENCE_SECONDS = 240


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
    """The month after the newest monthly run that was not given up."""
    page.goto("/payments/runs/")
    months = page.locator("tbody tr", has_not_text="已作废").locator("td:nth-child(2)").all_inner_texts()
    year, month = map(int, max(months, default=f"{timezone.localdate():%Y-%m}").split("-"))
    return f"{year + month // 12}-{month % 12 + 1:02d}"


def built(maker: Page, month: str) -> str:
    """The list of a month as the maker sees it first; returns its address."""
    maker.goto("/payments/runs/")
    maker.get_by_label("月份").fill(month)
    maker.get_by_role("button", name="生成发放名单").click()
    maker.wait_for_url(re.compile(r"/payments/runs/\d+/$"))
    address = maker.url
    settled(maker, address, "制单中")
    return address


def handed_on(maker: Page, address: str) -> None:
    """What is held stays out with a word; the rest goes to the second person."""
    maker.goto(address)
    reason = maker.get_by_label("暂缓的不进入本次发放，理由")
    if reason.is_visible():
        reason.fill("账户待核实，下月补发")
    maker.get_by_role("button", name="提交复核").click()
    expect(maker.get_by_text("待复核").first).to_be_visible()


def locked(checker: Page, finance: Page, address: str) -> None:
    """Looked through by the second person, signed by the third."""
    checker.goto(address)
    checker.get_by_role("button", name="复核无误").click()
    expect(checker.get_by_text("待财政审签").first).to_be_visible()
    finance.goto(address)
    finance.get_by_role("button", name="审签并锁定").click()
    settled(finance, address, "已锁定，待送银行")
    expect(finance.get_by_text(re.compile(r"^[0-9a-f]{64}$"))).to_be_visible()
