"""A month's list from nothing to locked, by three people, each at their own desk."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import PHONE, accessible, look, overflow
from .lists import newest, next_month_to_pay, settled

Open = Callable[..., Page]


def test_the_maker_builds_the_list_and_sees_why(county: str, open_as: Open) -> None:
    page = open_as("payment_maker")
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


def test_held_lines_stay_out_with_a_word(county: str, open_as: Open) -> None:
    page = open_as("payment_maker")
    page.goto(newest(page))
    reason = page.get_by_label("暂缓的不进入本次发放，理由")
    if reason.is_visible():
        reason.fill("账户待核实，下月补发")
    page.get_by_role("button", name="提交复核").click()
    expect(page.get_by_text("待复核").first).to_be_visible()


def test_the_checker_and_finance_sign_and_the_list_is_locked(county: str, open_as: Open) -> None:
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


def test_a_run_fits_a_phone(county: str, open_as: Open) -> None:
    page = open_as("township_clerk", size=PHONE)
    page.goto(newest(page))
    look(page, "run")
    assert overflow(page) == 0
    assert accessible(page) == []
