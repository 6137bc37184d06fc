"""A coordinator's day without a network: tasks in the morning, five visits on the mountain, all there at night."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .conftest import PHONE, VAR, accessible, look, overflow
from .handset import UPLOADED, ink, set_pin, signed_in, unlock, visit
from .running import ask

Open = Callable[..., Page]


def work(*arguments: str) -> dict[str, Any]:
    """Something that others do meanwhile (fieldwork.py)."""
    found: dict[str, Any] = ask(VAR, "fieldwork", *arguments)
    return found


@pytest.fixture
def mountain(supplied: str, browser: Browser) -> Iterator[BrowserContext]:
    """A phone that knows where it is."""
    context = browser.new_context(
        viewport=PHONE, base_url=supplied, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=True,
        geolocation={"latitude": 24.4104, "longitude": 98.5853}, permissions=["geolocation"],
    )  # fmt: skip
    context.set_default_timeout(20_000)
    yield context
    context.close()


def test_a_whole_day_without_a_network_ends_with_everything_there(mountain: BrowserContext) -> None:
    work("settled", "files")
    numbers = work("tasks", "6")["numbers"]
    page = signed_in(mountain)
    set_pin(page)
    expect(page.locator("a.task")).to_have_count(len(numbers))
    page.wait_for_function("() => navigator.serviceWorker.controller || navigator.serviceWorker.ready")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("async () => (await caches.keys()).length && await caches.match('/field/')")
    look(page, "field-today")
    assert (accessible(page), overflow(page)) == ([], 0)

    mountain.set_offline(True)
    page.reload()
    unlock(page)
    expect(page.get_by_text("没有网络，照常填，已存在手机里")).to_be_visible()
    half_filled_survives_a_reload(page, numbers[0])
    for number in numbers[:5]:
        visit(page, number, note="雨天，路滑")
    page.goto("/field/#outbox")
    expect(page.get_by_text("5 项、10 个附件待传")).to_be_visible()
    look(page, "field-outbox-offline")
    assert (accessible(page), overflow(page)) == ([], 0)

    work("visited", numbers[2])  # somebody from the township was there, too
    mountain.set_offline(False)
    page.get_by_role("button", name="现在上传").click()
    expect(page.get_by_text("1 项要您看一下")).to_be_visible(timeout=60_000)
    decide(page)
    expect(page.get_by_text(UPLOADED)).to_be_visible(timeout=60_000)
    landed(numbers[:5])


def half_filled_survives_a_reload(page: Page, number: str) -> None:
    """A phone that dies in the middle of a visit loses nothing."""
    page.goto(f"/field/#visit/{number}")
    page.get_by_label("补充说明").fill("写到一半")
    page.get_by_role("radio", name="难，要帮").check()
    look(page, "field-visit", full=True)
    assert (accessible(page), overflow(page)) == ([], 0)
    page.reload()
    unlock(page)
    expect(page.get_by_label("补充说明")).to_have_value("写到一半")
    expect(page.get_by_role("radio", name="难，要帮")).to_be_checked()


def decide(page: Page) -> None:
    """Both sides beside each other; mine is chosen where they differ."""
    page.get_by_role("link", name="看看，选一个").click()
    expect(page.get_by_role("heading", name="两边不一样")).to_be_visible()
    for mine in page.get_by_role("radio", name=re.compile("我填的")).all():
        mine.check()
    look(page, "field-conflict")
    assert (accessible(page), overflow(page)) == ([], 0)
    page.get_by_role("button", name="就这样定").click()


def landed(numbers: list[str]) -> None:
    """At the office: five visits, ten attachments without a position in the pixels, one conflict decided."""
    for number in numbers:
        found = work("landed", number)
        assert found["outcomes"] in (["applied"], ["conflict", "applied"]), found
        assert found["files"] == ["stored", "stored"], found
        assert found["reports"] >= 1


def test_a_consent_a_lead_and_an_emergency_from_the_phone(mountain: BrowserContext) -> None:
    number = work("tasks", "3")["numbers"][-1]
    page = signed_in(mountain)
    set_pin(page)
    expect(page.locator("a.task").first).to_be_visible()
    page.goto(f"/field/#sign/{number}/consent")
    expect(page.get_by_role("region", name="核对授权全文")).to_contain_text("我同意")
    ink(page)
    look(page, "field-consent", full=True)
    assert (accessible(page), overflow(page)) == ([], 0)
    page.get_by_role("button", name="签好了").click()
    expect(page.get_by_role("heading", name="入户核实")).to_be_visible()
    page.goto("/field/#lead")
    page.get_by_label("谁家").fill("村口的老人")
    page.get_by_label("什么情况").fill("一个人住，几天没有生火了")
    assert (accessible(page), overflow(page)) == ([], 0)
    page.get_by_role("button", name="报给乡镇").click()
    expect(page.get_by_role("heading", name="待传", exact=True)).to_be_visible()
    page.goto("/field/#urgent")
    page.get_by_label("是谁").fill("外省过路司机")
    page.get_by_role("radio", name="突发重病").check()
    page.get_by_label("说清楚一点").fill("送卫生院，押金不够")
    look(page, "field-urgent", full=True)
    assert (accessible(page), overflow(page)) == ([], 0)
    page.get_by_role("button", name="报给乡镇，马上办").click()
    expect(page.get_by_text(UPLOADED)).to_be_visible(timeout=60_000)
    expect(page.get_by_text("已到", exact=True)).to_have_count(3)


def test_a_lost_phone_forgets_everything_at_its_next_contact(mountain: BrowserContext, open_as: Open) -> None:
    work("tasks", "3")
    page = signed_in(mountain)
    set_pin(page)
    expect(page.locator("a.task").first).to_be_visible()
    mountain.set_offline(True)
    page.goto("/field/#lead")
    page.reload()
    unlock(page, "000001")
    expect(page.get_by_text("口令不对，还可以试 4 次")).to_be_visible()
    admin = open_as("security_admin")
    admin.goto("/field/devices/")
    look(admin, "field-devices")
    assert accessible(admin) == []
    admin.get_by_label("清除的原因").first.fill("手机丢失")
    admin.get_by_role("button", name="清除这部手机").first.click()
    expect(admin.get_by_text("已要求清除，等手机联网").first).to_be_visible()
    mountain.set_offline(False)
    page.context.clear_cookies()  # whoever found it is not signed in
    page.reload()
    expect(page.get_by_role("heading", name="请先登录")).to_be_visible()
    stores = page.evaluate("async () => (await indexedDB.databases()).map((d) => d.name)")
    assert [name for name in stores if name != "doudi-field"] == []
    admin.reload()
    expect(admin.get_by_text("已清空").first).to_be_visible()
