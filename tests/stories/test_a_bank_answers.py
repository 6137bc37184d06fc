"""A locked list goes to the bank; two cards do not work; what failed is mended or given up; four sides agree."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from doudi.payments.banking.simulator import Habits, SimulatedBank

from .bank import ask
from .conftest import PHONE, VAR, accessible, look, seen
from .teller import (
    PATIENCE_SECONDS,
    another_card,
    choose,
    file_for_the_bank,
    given_up,
    hand_in,
    looked_at,
    reconciled,
    row,
    sent_again,
    statement_says,
)

Open = Callable[..., Page]
# Every file comes twice, after one that somebody made up; the answers need two days.
HABITS = Habits(spread_days=2, twice=1.0, forged=1.0)
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
LATER = TODAY + timedelta(days=30)


@pytest.fixture(scope="session")
def locked(county: str) -> Callable[[Page], dict[str, Any]]:
    """Enters the locked list once the months so far are paid, which the demo does while it runs."""

    def enter(page: Page) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            page.goto("/payments/reserve/")
            if page.get_by_text("勐戛镇").count():
                return dict(ask(str(VAR), "enter"))
            page.wait_for_timeout(1000)
        pytest.fail("the months so far were not paid")

    return enter


def test_a_run_is_sent_answered_mended_and_reconciled(
    open_as: Open, locked: Callable[[Page], dict[str, Any]], tmp_path: Path
) -> None:
    told = locked(open_as("county_reviewer"))
    closed, odd = told["families"][:2]
    maker = open_as("payment_maker")
    bank = the_bank(told, file_for_the_bank(maker, told, tmp_path))
    answered(maker, bank, told, tmp_path)
    failed_lines_are_shown(maker, open_as("payment_maker", size=PHONE), told)
    another_card(open_as("township_clerk"), closed)
    looked_at(open_as("payment_checker"), closed["name"])
    sent_again(maker, told, closed["name"])
    given_up(maker, told, odd["name"])
    bank.submit(file_for_the_bank(maker, told, tmp_path), on=TODAY)
    hand_in(maker, tmp_path, list(bank.fetch(on=LATER))[1].content)
    reconciled(maker, told)
    assert ask(str(VAR), "check") == []
    statement_says(open_as("township_clerk"), closed["home"], "已到账")
    statement_says(open_as("township_clerk"), odd["home"], "停发")


def the_bank(told: dict[str, Any], file: bytes) -> SimulatedBank:
    """It has taken the file; one card is closed, one name does not fit, and the two are answered on two days."""
    faults = dict(zip((one["card"] for one in told["families"]), ("E07", "E03"), strict=False))
    for seed in range(100):
        bank = SimulatedBank(bytes.fromhex(told["key"]), seed, HABITS, faults)
        bank.submit(file, on=TODAY)
        if len({one.on for one in bank.due if one.answer.code}) == len(faults):
            return bank
    pytest.fail("no seed parts the two failures")


def answered(page: Page, bank: SimulatedBank, told: dict[str, Any], folder: Path) -> None:
    """The files of both days: the made-up one is refused in words, the same one twice is one."""
    first, second = days(bank)
    choose(page, folder, first[0])
    expect(page.get_by_text("校验码不符").first).to_be_visible()
    look(page, "bank-forged")
    assert accessible(page) == []
    hand_in(page, folder, first[1])
    choose(page, folder, first[2])
    expect(page.get_by_text("这份文件以前导入过，没有重复处理")).to_be_visible()
    expect(page.get_by_text("全部对清")).to_be_visible()
    seen(page, "bank-return")
    hand_in(page, folder, second[1])


def days(bank: SimulatedBank) -> Iterable[list[bytes]]:
    """What the bank hands out, three files a day: made up, true, true again."""
    files = [one.content for one in bank.fetch(on=LATER)]
    return files[:3], files[3:]


def failed_lines_are_shown(page: Page, phone: Page, told: dict[str, Any]) -> None:
    """Why, what helps and the button for it, at a desk and on a phone."""
    address = f"/payments/bank/{told['run']}/"
    for one in (page, phone):
        one.goto(address)
        expect(row(one, told["families"][0]["name"])).to_contain_text("银行卡已注销")
        expect(row(one, told["families"][1]["name"])).to_contain_text("户名与账号不一致")
        seen(one, "bank-failed")
    expect(page.get_by_role("button", name="完成对账")).to_be_disabled()
    expect(page.get_by_text("还有 2 笔未到账没有处理完")).to_be_visible()
