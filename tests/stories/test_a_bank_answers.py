"""A locked list goes to the bank; two cards do not work; what failed is mended or given up; four sides agree."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from doudi.demo.money.lay import card_number
from doudi.payments.banking.simulator import Habits, SimulatedBank
from tests.documents.samples import JPEG

from .bank import ask
from .conftest import PHONE, VAR, accessible, look, overflow

Open = Callable[..., Page]
PATIENCE_SECONDS = 300
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


def file_for_the_bank(page: Page, told: dict[str, Any], folder: Path) -> bytes:
    """From the list of runs to the file on the maker's own disk."""
    page.goto("/payments/bank/")
    page.get_by_role("link", name=told["number"]).click()
    page.get_by_role("link", name=re.compile("生成银行文件")).click()
    page.get_by_role("button", name="确定").click()
    over(page)
    with page.expect_download() as kept:
        page.locator("main a[href*='/files/'], main a[href*='/file/']").first.click()
    path = folder / kept.value.suggested_filename
    kept.value.save_as(path)
    return path.read_bytes()


def over(page: Page) -> None:
    """The page of a job once it is done."""
    page.wait_for_url(re.compile(r"/jobs/\d+/$"))
    for _attempt in range(PATIENCE_SECONDS):
        if page.get_by_text("已完成").count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    pytest.fail("the job did not end")


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


def choose(page: Page, folder: Path, content: bytes) -> None:
    """Upload a file of the bank."""
    path = folder / "回盘.csv"
    path.write_bytes(content)
    page.goto("/payments/bank/returns/new/")
    page.get_by_label("回盘文件").set_input_files(path)
    page.get_by_role("button", name="确定").click()


def hand_in(page: Page, folder: Path, content: bytes) -> None:
    """Upload it and wait until it is matched."""
    choose(page, folder, content)
    over(page)


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


def row(page: Page, name: str) -> Any:
    """The row of somebody."""
    return page.locator("tr", has_text=name)


def another_card(page: Page, family: dict[str, str]) -> None:
    """The clerk registers the new card that somebody brought."""
    page.goto(f"/payments/accounts/households/{family['home']}/")
    page.get_by_role("link", name="更换", exact=True).click()
    page.get_by_label("银行账号").fill(card_number(int(family["card"][6:18]) + 10**9))
    page.get_by_label("开户行").fill("农村信用社")
    page.get_by_label("登记或更换原因").fill("旧卡已注销，本人办了新卡")
    photo: Any = {"name": "新卡.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
    page.get_by_label("卡面或存折照片").set_input_files(photo)
    seen(page, "bank-new-card")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("待另一人复核").first).to_be_visible()


def looked_at(page: Page, name: str) -> None:
    """The checker compares and confirms."""
    page.goto("/payments/accounts/")
    row(page, name).get_by_role("link", name="复核").first.click()
    page.get_by_label("说明").fill("看过身份证和新卡")
    seen(page, "bank-check-card")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("已复核").first).to_be_visible()


def sent_again(page: Page, told: dict[str, Any], name: str) -> None:
    """To the new card."""
    page.goto(f"/payments/bank/{told['run']}/")
    row(page, name).get_by_role("link", name="换卡补发").click()
    page.locator("#id_account").select_option(index=0)
    page.get_by_label("说明").fill("本人已换卡，按新卡补发")
    seen(page, "bank-decide")
    page.get_by_role("button", name="确定").click()
    expect(row(page, name)).to_contain_text("已定补发，等下一份文件")


def given_up(page: Page, told: dict[str, Any], name: str) -> None:
    """Not paid, and not later."""
    page.goto(f"/payments/bank/{told['run']}/")
    row(page, name).get_by_role("link", name="确认停发").click()
    page.get_by_label("说明").fill("本人已经迁出，停发")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text(f"已处理：{name}")).to_be_visible()


def reconciled(page: Page, told: dict[str, Any]) -> None:
    """Nothing is open, nothing differs: the run is closed."""
    page.goto(f"/payments/bank/{told['run']}/")
    expect(page.locator(".tag", has_text="差额")).to_have_text(re.compile(r"^差额\s*0\.00$"))
    page.get_by_role("button", name="完成对账").click()
    expect(page.locator(".tag", has_text=re.compile("^已对账$"))).to_be_visible()
    seen(page, "bank-reconciled")


def statement_says(page: Page, home: str, state: str) -> None:
    """What the family is told."""
    page.goto(f"/payments/households/{home}/")
    expect(page.locator("tbody tr").first).to_contain_text(state)
    if state == "已到账":
        seen(page, "statement")


def seen(page: Page, name: str) -> None:
    """A page looked at: kept as a picture, accessible, no wider than the screen."""
    look(page, name, full=True)
    assert accessible(page) == []
    assert overflow(page) == 0
