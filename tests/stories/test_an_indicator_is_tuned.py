"""An indicator is tuned on its own ledger: tried by one, approved by another, and a useless one is watched only."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .casework import in_days
from .conftest import PHONE, VAR, accessible, look, overflow
from .monitored import ask

Open = Callable[..., Page]
TITLE, LINE_YUAN = "医疗自付数额大", "15,000.00"


@pytest.fixture(scope="module")
def past(county: str) -> dict[str, str]:
    """Two months behind the ledger, and the whole county looked at last night."""
    told = ask(str(VAR), "history")
    ask(str(VAR), "watch", "all")
    return told


def figures(page: Page, row: str) -> list[int]:
    """The figures of a row of the trial: raised, verified, true."""
    cells = page.locator("tr").filter(has=page.get_by_role("rowheader", name=row, exact=True)).locator("td")
    return [int(text) for text in cells.all_inner_texts()[:3]]


def test_the_ledger_says_how_often_each_indicator_was_right(past: dict[str, str], open_as: Open) -> None:
    page = open_as("county_clerk")
    page.goto("/monitoring/")
    page.get_by_role("link", name="预警规则").click()
    heavy = page.locator(f"tr:has(a[href$='/{past['heavy']}/'])")
    expect(heavy).to_contain_text(re.compile(r"\d+%\s*\(\d+–\d+%\)"))
    expect(page.locator(f"tr:has(a[href$='/{past['quiet']}/'])")).to_contain_text(re.compile("建议提高阈值|仅观察"))
    look(page, "monitoring-ledger")
    assert accessible(page) == []


def test_another_threshold_is_tried_on_history_and_proposed(past: dict[str, str], open_as: Open) -> None:
    page = open_as("county_clerk")
    page.goto(f"/monitoring/indicators/{past['heavy']}/")
    fill_draft(page)
    page.get_by_role("button", name="试算").click()
    before, after = figures(page, "当时的阈值"), figures(page, "新阈值")
    assert after[0] < before[0]
    assert after[2] / after[1] > before[2] / before[1]
    look(page, "monitoring-indicator", full=True)
    assert accessible(page) == []
    page.get_by_role("button", name="提出调整").click()
    expect(page.get_by_text("已提出，等另一人批准")).to_be_visible()
    expect(page.get_by_role("heading", name="批准调整")).to_have_count(0)


def fill_draft(page: Page) -> None:
    """Half as much again, for the county, from tomorrow on."""
    form = page.locator("form[action$='/draft/']")
    form.get_by_label("一人十二个月医疗自付多少提示").fill(LINE_YUAN)
    form.get_by_label("适用范围").select_option(label="芒市")
    form.get_by_label("从哪天起用").fill(in_days(1))
    form.get_by_label("理由").fill("一万五以下的多数已由商业保险支付")


def test_another_person_approves_it(past: dict[str, str], open_as: Open) -> None:
    page = open_as("county_reviewer")
    page.goto(f"/monitoring/indicators/{past['heavy']}/")
    page.get_by_label("批准", exact=True).check()
    page.get_by_label("意见").fill("同意")
    page.locator("form[action$='/decide/'] button").click()
    expect(page.get_by_text("已批准").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("一万五以下的多数已由商业保险支付")
    expect(page.locator("main")).to_contain_text("李晓梅、线永明")
    assert accessible(page) == []


def test_an_indicator_that_is_nearly_never_right_is_watched_only(past: dict[str, str], open_as: Open) -> None:
    page = open_as("county_reviewer")
    page.goto(f"/monitoring/indicators/{past['quiet']}/")
    form = page.locator("form[action$='/stand/']")
    form.get_by_label("改为").select_option(label="仅观察")
    form.get_by_label("理由").fill("多为外出走亲戚，入户白跑")
    form.get_by_role("button", name="确定").click()
    expect(page.get_by_text("已记录")).to_be_visible()
    expect(page.locator("main")).to_contain_text("多为外出走亲戚，入户白跑")
    page.goto("/monitoring/indicators/")
    expect(page.locator(f"tr:has(a[href$='/{past['quiet']}/']) .tag")).to_have_text("仅观察")
    assert accessible(page) == []


def test_the_board_shows_what_waits_where_and_which_signals_are_right(past: dict[str, str], open_as: Open) -> None:
    page = open_as("county_clerk")
    page.goto("/monitoring/")
    expect(page.get_by_role("heading", name="各乡镇待核实")).to_be_visible()
    look(page, "monitoring-board")
    assert (accessible(page), overflow(page)) == ([], 0)
    page.goto("/feeds/")
    look(page, "feeds-freshness")
    assert accessible(page) == []
    phone = open_as("township_clerk", size=PHONE)
    phone.goto("/monitoring/")
    look(phone, "monitoring-board")
    assert (accessible(phone), overflow(phone)) == ([], 0)
