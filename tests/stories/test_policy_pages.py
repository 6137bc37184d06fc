"""The rules on pages: what the law says and what becomes of it; where a family loses by earning more; a wrong value
is taken back by two people; a leader tries other standards.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import DESKTOP, PHONE, accessible, look, overflow

Open = Callable[..., Page]


LIBRARY = {
    "instruments": "/policy/",
    "instrument": "/policy/law/M57/",
    "rules": "/policy/rules/",
    "parameters": "/policy/parameters/",
    "parameter": "/policy/parameters/dibao_standard/",
    "law-coverage": "/policy/coverage/",
}


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_law_its_rules_and_its_values_can_be_read(open_as: Open, size) -> None:
    page = open_as("county_clerk", size=size)
    for name, address in LIBRARY.items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok
        look(page, f"policy-{name}")
        assert accessible(page) == []
        assert overflow(page) == 0


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_family_is_calculated_with_every_reason(open_as: Open, size) -> None:
    page = open_as("township_clerk", size=size)
    page.goto("/policy/calculator/")
    page.locator("#id_h-residence_class").select_option("rural")
    page.locator("#id_p1-birth_date").fill("1980-05-01")
    page.get_by_role("button", name="测算", exact=True).click()
    page.get_by_role("heading", name="待当地确认的参数").click()
    expect(page.get_by_role("listitem").filter(has_text="低保标准 560.00 元/月")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    look(page, "calculated", full=True)
    assert accessible(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_curve_of_a_typed_family_with_a_cliff(open_as: Open, size) -> None:
    page = open_as("township_clerk", size=size)
    page.goto("/policy/calculator/")
    page.locator("#id_h-residence_class").select_option("rural")
    page.locator("#id_p1-birth_date").fill("1980-05-01")
    page.locator("#id_p1-severe_illness").select_option("yes")
    page.get_by_role("button", name="加一名法定义务人").click()
    expect(page.get_by_role("heading", name="法定义务人 1")).to_be_visible()
    page.get_by_role("button", name="测算", exact=True).click()
    page.get_by_role("button", name="收入与补助曲线").click()
    expect(page.get_by_role("heading", name=re.compile("有 1 处多挣反而少得"))).to_be_visible()
    expect(page.locator("svg.curve")).to_be_visible()
    page.get_by_label("如果低保标准是（元/月）").fill("700")
    page.get_by_role("button", name="画曲线").click()
    expect(page.locator("svg.curve .other").first).to_be_attached()
    look(page, "curve", full=True)
    assert accessible(page) == []
    assert overflow(page) == 0


def test_the_curve_of_a_household_of_the_register(open_as: Open) -> None:
    page = open_as("township_clerk")
    page.goto("/households/?category=dibao")
    page.locator("a[href^='/households/MS-']").first.click()
    page.get_by_role("link", name="政策测算").click()
    page.get_by_role("link", name="收入与补助曲线").click()
    expect(page.locator("svg.curve")).to_be_visible()
    look(page, "curve-household", full=True)
    assert accessible(page) == []


def test_a_wrong_value_is_withdrawn_by_two(open_as: Open) -> None:
    clerk, reviewer = open_as("county_clerk"), open_as("county_reviewer")
    draft = publish(clerk, reviewer)
    clerk.goto(draft)
    clerk.get_by_role("link", name="撤回").click()
    clerk.get_by_label("撤回原因").fill("文件是 65 周岁，录错了")
    look(clerk, "withdrawal-ask", full=True)
    assert accessible(clerk) == []
    clerk.get_by_role("button", name="申请撤回").click()
    expect(clerk.get_by_text("待确认").first).to_be_visible()
    reviewer.goto(clerk.url)
    reviewer.get_by_label("确认意见").fill("核对文件属实")
    reviewer.get_by_label("已看过撤回后的值").check()
    look(reviewer, "withdrawal", full=True)
    assert accessible(reviewer) == []
    reviewer.get_by_role("button", name="撤回这个值").click()
    expect(reviewer.get_by_text("已撤回").first).to_be_visible()
    reviewer.set_viewport_size(PHONE)
    reviewer.goto("/policy/parameters/elder_age/")
    expect(reviewer.get_by_role("heading", name="撤回记录")).to_be_visible()
    look(reviewer, "withdrawal-history", full=True)
    assert overflow(reviewer) == 0


def publish(clerk: Page, reviewer: Page) -> str:
    """An elder age of 60 from today on, drafted, tried and published through the pages."""
    clerk.goto("/policy/parameters/elder_age/propose/")
    clerk.get_by_label("值", exact=True).fill("60")
    clerk.get_by_label("从哪天起").fill("2026-11-01")
    clerk.get_by_role("textbox", name="依据").fill("芒政发〔2026〕12号")
    clerk.get_by_label("新方案的名称").fill("老年人年龄调整")
    clerk.get_by_role("button", name="放进方案").click()
    clerk.get_by_role("button", name="试算").click()
    told = clerk.get_by_role("heading", name="试算结果").or_(clerk.get_by_role("link", name="查看试算结果"))
    expect(told).to_be_visible(timeout=60_000)
    clerk.reload()
    look(clerk, "trial", full=True)
    reviewer.goto(clerk.url)
    reviewer.get_by_label("发布意见").fill("同意发布")
    flips = reviewer.get_by_label("上面列出的法定案例")
    if flips.count():
        flips.check()
    reviewer.get_by_role("button", name="发布", exact=True).click()
    expect(reviewer.get_by_text("已发布").first).to_be_visible()
    return clerk.url


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_leader_tries_several_values_at_once(open_as: Open, size) -> None:
    page = open_as("leader", size=size)
    page.goto("/policy/simulation/?dibao_standard.rural=600&elder_age=65&rule=without_assets")
    expect(page.get_by_text("按家庭人口")).to_be_visible()
    look(page, "simulation", full=True)
    assert accessible(page) == []
    assert overflow(page) == 0
