"""A trainee handles one made-up case from the first question to the scores, with keyboard and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import DESKTOP, PHONE, accessible, look, overflow

Open = Callable[..., Page]
BANNER = "这里的家庭都是虚构的，不会影响真实数据"


def answered(page: Page) -> None:
    """Some answer to whatever is asked."""
    for group in page.locator("main fieldset").all():
        group.locator("input").first.check()
    for day in page.locator("main input[type=date]").all():
        day.fill("2025-03-03")
    for amount in page.locator("main input[inputmode=decimal]").all():
        amount.fill("1200")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_whole_case_is_practised_and_explained(size: dict[str, int], open_as: Open) -> None:
    page = open_as("township_clerk", size=size)
    page.goto("/practice/")
    page.get_by_label("难度").select_option("hard")
    page.get_by_role("button", name="开始练习").click()
    for step in range(1, 13):
        page.wait_for_url(re.compile(r"/practice/\d+/[a-z]+/$"))
        expect(page.get_by_text(f"第 {step} 步，共 12 步")).to_be_visible()
        expect(page.get_by_text(BANNER)).to_be_visible()
        expect(page.locator("#verdict")).to_have_count(0)
        assert overflow(page) == 0
        if step in (4, 7):
            assert accessible(page) == []
        answered(page)
        page.keyboard.press("Control+Enter")
        expect(page.locator("#verdict")).to_be_visible()
        assert overflow(page) == 0
        if step == 4:
            assert accessible(page) == []
            look(page, "practice-income", full=True)
        page.locator("main [data-primary]").click()
    expect(page.get_by_role("heading", name="这一户的结果")).to_be_visible()
    page.goto("/practice/")
    assert accessible(page) == []
    look(page, "practice")


def test_another_variant_is_one_press_away(open_as: Open) -> None:
    page = open_as("township_clerk")
    page.goto("/practice/")
    page.get_by_role("button", name="练这个 公示").click()
    answered(page)
    page.keyboard.press("Control+Enter")
    first = page.url
    page.get_by_role("button", name="换一户再练").click()
    expect(page.locator("#verdict")).to_have_count(0)
    assert page.url != first
    assert page.url.endswith("/notice/")
