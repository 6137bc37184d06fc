"""A township clerk signs in, finds a household by keyboard, reveals a number with a reason, prints the file."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from .conftest import PHONE, accessible, look, overflow, username_of

Open = Callable[..., Page]


def test_the_sign_in_page_is_plain_and_says_what_is_wrong(county: str, browser, open_as: Open) -> None:
    page = browser.new_page(base_url=county, viewport={"width": 1440, "height": 900})
    page.goto("/sign-in/")
    look(page, "sign-in")
    assert accessible(page) == []
    page.get_by_label("登录名").fill(username_of("township_clerk"))
    page.get_by_label("密码", exact=True).fill("不是这个密码")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.close()


def test_the_workbench_answers_what_to_do_first(open_as: Open) -> None:
    page = open_as("township_clerk")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look(page, "workbench")
    assert accessible(page) == []
    assert overflow(page) == 0


def test_a_household_is_found_with_the_keyboard_alone(open_as: Open) -> None:
    page = open_as("township_clerk")
    find_a_household(page)
    expect(page.get_by_role("heading", name="救助链")).to_be_visible()
    look(page, "household", full=True)
    assert accessible(page) == []


def test_the_household_page_fits_a_phone(open_as: Open) -> None:
    page = open_as("township_clerk", size=PHONE)
    page.goto("/households/?category=dibao")
    look(page, "households")
    assert overflow(page) == 0
    page.locator("a[href^='/households/MS-']").first.click()
    page.wait_for_url("**/households/MS-*/")
    look(page, "household")
    assert overflow(page) == 0
    assert accessible(page) == []


def test_a_full_number_is_shown_for_a_reason_and_the_record_says_so(open_as: Open) -> None:
    page = open_as("township_clerk")
    page.goto("/households/?category=dibao")
    page.locator("a[href^='/households/MS-']").first.click()
    page.wait_for_url("**/households/MS-*/")
    page.locator("[data-reveal]").first.click()
    look(page, "reveal")
    page.get_by_role("button", name="显示 30 秒").click()
    expect(page.get_by_text(re.compile(r"533199\d{11}[\dX]"))).to_be_visible()
    page.reload()
    expect(page.get_by_text(re.compile(r"533199\d{11}[\dX]"))).to_have_count(0)
    page.goto(page.url + "records/")
    expect(page.get_by_text("现场核对证件").first).to_be_visible()


def test_the_household_file_prints_as_a_pdf_that_can_be_read(open_as: Open) -> None:
    page = open_as("township_clerk")
    number = find_a_household(page)
    answer = page.request.get(f"/households/{number}/file.pdf")
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(answer.body())).pages)
    assert answer.ok
    assert number in text
    assert re.search(r"533199\*{8}", text)


def test_a_wrong_number_is_explained_and_nothing_typed_is_lost(open_as: Open) -> None:
    page = open_as("township_clerk")
    page.goto("/households/new/")
    page.get_by_label("村（社区）").select_option(index=1)
    page.get_by_label("户主姓名").fill("岳试登")
    page.get_by_label("身份证号").fill("533199198001010011")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("校验").first).to_be_visible()
    expect(page.get_by_label("户主姓名")).to_have_value("岳试登")
    look(page, "register-error")
    assert accessible(page) == []


def test_large_text_and_english_are_one_setting_away(open_as: Open) -> None:
    page = open_as("township_clerk")
    page.request.post("/preferences/", form=preferences(page, size="large", language="en"))
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-size", "large")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    look(page, "workbench-english-large")
    assert overflow(page) == 0
    page.request.post("/preferences/", form=preferences(page, size="normal", language="zh-hans"))


@pytest.mark.parametrize("path", ["/households/", "/roster/", "/jobs/", "/profile/", "/help/", "/search/?q=zz"])
def test_every_page_of_the_clerk_is_accessible(open_as: Open, path: str) -> None:
    page = open_as("township_clerk")
    page.goto(path)
    look(page, "clerk" + path.split("?")[0].replace("/", "-").rstrip("-"))
    assert accessible(page) == []
    assert overflow(page) == 0


def find_a_household(page: Page) -> str:
    """Search by initials with `/`, go down with J, open with Enter; returns the household's number."""
    page.goto("/households/?category=dibao")
    name = page.locator("table a[href^='/households/MS-']").first.inner_text().replace("家庭", "").strip()
    page.keyboard.press("/")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    expect(page.locator("table[data-rows] tbody tr").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/households/MS-*/")
    return page.url.rstrip("/").rsplit("/", 1)[1]


def preferences(page: Page, **values: str) -> dict[str, str]:
    """The preferences form as the help page would send it."""
    page.goto("/help/")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
    return {"density": "normal", "keys": "on", "next": "/", "csrfmiddlewaretoken": token, **values}
