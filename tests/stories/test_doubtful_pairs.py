"""A row has neither number nor birth date: a clerk sees both records and decides by keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from .conftest import PHONE, accessible, look, overflow
from .families import VILLAGE

Open = Callable[..., Page]
PATIENCE_SECONDS = 120
HEADINGS = "结算编号,身份证号,姓名,性别,出生日期,村（社区）,结算日期,医疗类别,个人自付"
# Of the families; without number and birth date nobody is surely meant.
ROWS = (("孔腊保", "男"), ("刀世芳", "男"), ("排志明", "男"))


def test_a_clerk_decides_who_a_row_is_about(open_as: Open, families: dict[str, dict[str, Any]]) -> None:
    page = open_as("county_clerk")
    sent_and_let_in(page)
    page.get_by_role("link", name="去认定").click()
    for name, _sex in ROWS:
        expect(page.get_by_role("cell", name=name).first).to_be_visible()
    assert accessible(page) == []
    look(page, "doubtful-pairs")
    decided_by_keyboard(page)
    on_a_phone(open_as("county_clerk", size=PHONE))


def sent_and_let_in(page: Page) -> None:
    """Upload the file, wait until it is read, let its rows in."""
    day, stamp = datetime.now(ZoneInfo("Asia/Shanghai")).date() - timedelta(days=40), int(time.time())
    lines = [f"S{stamp}{n},,{name},{sex},,{VILLAGE},{day},住院,1200.50" for n, (name, sex) in enumerate(ROWS)]
    page.goto("/feeds/send/")
    page.get_by_label("数据来源").select_option("medical")
    content = "\n".join([HEADINGS, *lines, ""]).encode("gbk")
    page.get_by_label("文件").set_input_files({"name": "医保结算.csv", "mimeType": "text/csv", "buffer": content})
    page.locator("[data-primary]").click()
    once(page, page.get_by_role("button", name="入库")).click()
    once(page, page.get_by_role("link", name="去认定"))


def once(page: Page, wanted: Locator) -> Locator:
    """Come back to the page until the job has done its work."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not wanted.count() and time.monotonic() < until:
        page.wait_for_timeout(500)
        page.reload()
    return wanted


def decided_by_keyboard(page: Page) -> None:
    """J and Enter open a pair, J and K walk, 1 and 2 decide; a reason is asked for."""
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="是同一人吗")).to_be_visible()
    first = page.url
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != first)
    page.keyboard.press("k")
    page.wait_for_url(first)
    page.keyboard.press("1")
    expect(page.get_by_role("alert")).to_contain_text("这一项要填")
    assert accessible(page) == []
    page.get_by_label("依据").fill("电话问过村委会")
    look(page, "doubtful-pair")
    page.get_by_role("heading", name="是同一人吗").click()
    page.keyboard.press("1")
    expect(page.locator(".toast")).to_contain_text("已认定为")
    page.get_by_label("依据").fill("户口簿上另有其人")
    page.get_by_role("heading", name="是同一人吗").click()
    page.keyboard.press("2")
    expect(page.locator(".toast")).to_contain_text("已记为不是")


def on_a_phone(page: Page) -> None:
    """Both pages fit the width of a phone."""
    page.goto("/feeds/pairs/")
    assert overflow(page) == 0
    page.locator("a[data-open]").first.click()
    expect(page.get_by_role("heading", name="是同一人吗")).to_be_visible()
    assert overflow(page) == 0
    look(page, "doubtful-pair", full=True)
