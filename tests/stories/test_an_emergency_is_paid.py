"""An emergency from the first call to the money, on the phone; the purse it comes from; what the county decides."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from .casework import text_of
from .conftest import PHONE, VAR, accessible, look, overflow
from .running import ask

Open = Callable[..., Page]
Families = dict[str, dict[str, Any]]
# A trained thumb: seconds a tap and a key (keystroke-level model, Card, Moran and Newell).
TAP, KEY = 1.2, 0.28
RECEIPT = re.compile(r"/payments/relief/\d+/$")


@pytest.fixture(scope="session")
def purse(county: str) -> int:
    """The id of the township's reserve fund, opened once."""
    return int(ask(VAR, "purse")["purse"])


class Thumb:
    """Presses on a page and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.keys, self.began = page, 0, 0, time.monotonic()

    def tap(self, what: Locator) -> None:
        what.click()  # scrolls to it, and to the one that a later answer of the search put in its place
        self.taps += 1

    def type(self, what: Locator, text: str) -> None:
        self.tap(what)
        what.press_sequentially(text)
        self.keys += len(text)

    def sign(self) -> None:
        """One stroke on the pad."""
        pad = self.page.locator("canvas")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] + 30, box["y"] + 30)
        self.page.mouse.down()
        for step in range(1, 30):
            self.page.mouse.move(box["x"] + 30 + step * 6, box["y"] + 40 + (step % 6) * 8)
        self.page.mouse.up()
        self.taps += 1

    @property
    def seconds(self) -> float:
        """What the machine took, and what a trained thumb takes for as many taps and keys."""
        return time.monotonic() - self.began + self.taps * TAP + self.keys * KEY


def filled(open_as: Open, purse: int, yuan: str = "20000") -> None:
    """The township asks, the county approves, finance pays: three people."""
    clerk = open_as("township_clerk")
    clerk.goto(f"/payments/reserve/{purse}/")
    if (asked := clerk.get_by_label("申请补充（元）")).count():
        asked.fill(yuan)
        clerk.get_by_label("原因").fill("汛期将至，余额不足")
        clerk.get_by_role("button", name="申请补充").click()
    expect(clerk.get_by_text("待审批").first).to_be_visible()
    county = open_as("county_reviewer")
    county.goto("/payments/reserve/")
    look(county, "reserve-list")
    assert accessible(county) == []
    county.get_by_role("link", name="审批", exact=True).click()
    county.locator("main [data-primary]").click()
    finance = open_as("finance")
    finance.goto("/payments/reserve/")
    finance.get_by_role("button", name="拨付").click()
    expect(finance.get_by_text("已拨付").first).to_be_visible()


def helped(page: Page, name: str) -> None:
    """An emergency of somebody on file, on a desk, signed by typing."""
    page.goto("/payments/relief/")
    page.locator("#id_who").press_sequentially(name)
    page.locator("#found label").first.click()
    page.locator("#id_what label", has_text="自然灾害").click()
    page.locator("#told .picks label").first.click()
    page.locator("#id_sign_name").fill(name)
    why_again(page)
    page.locator("[data-pay]").click()
    page.wait_for_url(RECEIPT)


def why_again(page: Page) -> None:
    """Stories may run again on the same county: then there was help before, and the page asks why."""
    expect(page.locator("#told")).to_contain_text(re.compile("全市没有给过|已给过临时救助"))
    if (again := page.get_by_label("为什么再次救助")).count():
        again.fill("又一起")


def test_a_township_asks_for_money_in_three_clicks_and_three_people_fill_its_purse(open_as: Open, purse: int) -> None:
    filled(open_as, purse)
    page = open_as("township_clerk")
    page.goto(f"/payments/reserve/{purse}/")
    look(page, "reserve-ledger", full=True)
    assert accessible(page) == []
    assert "拨补备用金20,000.00元" in text_of(page, f"/payments/reserve/{purse}/ledger.pdf")
    phone = open_as("township_clerk", size=PHONE)
    phone.goto(f"/payments/reserve/{purse}/")
    look(phone, "reserve-ledger", full=True)
    assert overflow(phone) == 0


def test_a_family_on_file_is_helped_on_the_phone_in_eight_taps_and_a_minute(
    open_as: Open, families: Families, purse: int
) -> None:
    filled(open_as, purse, "5000")
    page = open_as("township_clerk", size=PHONE)
    hand = Thumb(page)
    page.goto("/payments/relief/")
    hand.type(page.locator("#id_who"), families["urgent"]["name"])
    hand.tap(page.locator("#found label").first)
    hand.tap(page.locator("#id_what label", has_text="火灾"))
    hand.tap(page.locator("#told .picks label").nth(1))
    why_again(page)
    page.evaluate("() => window.scrollTo(0, 0)")
    look(page, "emergency", full=True)
    hand.sign()
    hand.tap(page.locator("[data-pay]"))
    page.wait_for_url(RECEIPT)
    expect(page.get_by_text("从接到求助到给钱").first).to_be_visible()
    sys.stderr.write(f"emergency: {hand.taps} taps, {hand.keys} keys, {hand.seconds:.1f} s\n")
    assert hand.taps <= 8
    assert hand.seconds <= 60
    look(page, "emergency-paid", full=True)
    assert overflow(page) == 0
    assert accessible(page) == []


def test_a_late_answer_of_the_search_does_not_undo_a_choice(open_as: Open, families: Families, purse: int) -> None:
    page, name = open_as("township_clerk", size=PHONE), families["urgent"]["name"]
    page.goto("/payments/relief/")
    page.locator("#id_who").press_sequentially(name)
    found = page.locator("#found label", has_text=name).first
    expect(found).to_be_visible()
    page.route("**/relief/who/", lambda route: None)  # an answer that does not come
    with page.expect_request("**/relief/who/"):
        page.locator("#id_who").press_sequentially(" ")
    with page.expect_event("requestfailed", lambda one: one.url.endswith("/relief/who/")):
        found.click()
    expect(page.locator("#told .picks label").first).to_be_visible()
    expect(found.locator("input")).to_be_checked()


def test_a_stranger_needs_more_than_a_township_may_give_and_the_county_decides(open_as: Open, purse: int) -> None:
    filled(open_as, purse, "8000")
    page = open_as("township_clerk")
    page.keyboard.press("e")
    page.wait_for_url("**/payments/relief/")
    page.locator("#id_who").fill("过路货车司机一家")
    page.get_by_text("没有档案，或者不在自己村里出的事").click()
    page.locator("#id_place").select_option(index=2)
    page.locator("#id_what label", has_text="意外受伤").click()
    page.locator("#id_people_count").fill("5")
    last = page.locator("#told .picks label").last
    expect(last).to_contain_text("3,720")
    last.click()
    look(page, "emergency")
    assert accessible(page) == []
    page.locator("#id_sign_name").fill("王师傅")
    expect(page.locator("[data-pay]")).to_contain_text("报市民政局审批 3,720 元")
    page.locator("[data-pay]").click()
    page.wait_for_url("**/payments/relief/asks/**")
    where = page.url
    county = open_as("county_reviewer")
    county.goto(where)
    look(county, "emergency-ask")
    assert accessible(county) == []
    county.get_by_role("button", name="批准").click()
    page.goto(where)
    page.get_by_role("link", name="去发放").click()
    page.locator("#id_sign_name").fill("王师傅")
    page.locator("main form [data-primary]").click()
    expect(page.get_by_text("已发放 3,720.00 元")).to_be_visible()
    look(page, "emergency-paid")
    assert accessible(page) == []


def test_somebody_visits_again_and_the_list_knows(open_as: Open, families: Families, purse: int) -> None:
    filled(open_as, purse, "1000")
    page = open_as("township_clerk")
    helped(page, families["at_once"]["name"])
    page.goto("/payments/relief/list/?view=visit")
    look(page, "emergency-list")
    assert accessible(page) == []
    page.locator("tbody a[data-open]").first.click()
    page.get_by_text("登记走访", exact=True).first.click()
    page.get_by_label("看到的情况").fill("已经搬进安置房，吃穿有着落")
    page.get_by_text("困难已缓解").click()
    page.get_by_role("button", name="登记走访").click()
    expect(page.get_by_text("不用再走访").first).to_be_visible()
    page.goto("/payments/relief/times/")
    look(page, "emergency-times")
    assert accessible(page) == []
