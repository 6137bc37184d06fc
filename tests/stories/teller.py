"""What the office does with the bank: the file, its answers, cards that do not work, the books closed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from doudi.demo.money.lay import card_number
from tests.documents.samples import JPEG

from .conftest import seen

PATIENCE_SECONDS = 300


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
    row(page, name).get_by_role("link", name=re.compile("换卡补发|改正补发")).click()
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
