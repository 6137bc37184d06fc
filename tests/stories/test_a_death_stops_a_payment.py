"""A death stops a payment before the run: from the crematorium's file to the gate of the next month's list."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from playwright.sync_api import Page, expect

from .casework import fill
from .conftest import VAR, accessible
from .departments import landed, previewed, sent
from .monitored import ask
from .test_a_monthly_run import next_month_to_pay, settled

Open = Callable[..., Page]
DAYS_BEFORE_THE_MONTH = 6
"""The month of a death is still paid, the next one is not."""


def cremations(dead: dict[str, Any], died: date) -> bytes:
    """The parlour's list as it is kept: a title over merged cells, days with dots, a number that is missing."""
    burnt = died + timedelta(days=2)
    days = [f"{died:%Y.%m.%d}", f"{burnt:%Y.%m.%d}", "芒市殡仪馆"]
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        sheet = book.add_worksheet("11月")
        sheet.merge_range(0, 0, 0, 5, "芒市殡仪馆火化登记表")
        sheet.write_row(1, 0, ["序号", "逝者姓名", "逝者身份证号", "死亡日期", "火化日期", "殡仪馆"])
        sheet.write_row(2, 0, ["1", dead["name"], dead["resident_id"], *days])
        sheet.write_row(3, 0, ["2", "罕阿芳", "", *days])
    return kept.getvalue()


def test_a_death_is_known_verified_and_stops_the_payment(open_as: Open) -> None:
    dead, living = ask(str(VAR), "recipient"), ask(str(VAR), "recipient")
    maker = open_as("payment_maker")
    died = date.fromisoformat(f"{next_month_to_pay(maker)}-01") - timedelta(days=DAYS_BEFORE_THE_MONTH)
    county = open_as("county_clerk")
    batch = sent(county, "殡葬火化", "火化登记.xlsx", cremations(dead, died))
    previewed(county, batch)
    assert accessible(county) == []
    landed(county, batch)
    ask(str(VAR), "watch", "changed")
    task = the_warning(county, dead["name"])
    clerk = open_as("township_clerk")
    review = verified(clerk, task, dead["name"], died)
    the_award_ends(clerk, open_as("county_reviewer"), review)
    the_next_run_pays(maker, living["name"], dead["name"])


def the_warning(page: Page, name: str) -> str:
    """On the board: who died, and that money still goes out; returns the address of the task."""
    row = page.locator("#list tbody tr", has_text=name).first
    for _second in range(90):
        page.goto("/monitoring/?view=open&indicator=dead_but_paid")
        if row.count():
            break
        page.wait_for_timeout(1000)
    expect(row).to_contain_text("仍在发放")
    row.locator("a[data-open]").click()
    assert accessible(page) == []
    return page.url


def verified(clerk: Page, task: str, name: str, died: date) -> str:
    """The clerk has the certificate in hand: the death is on record, a review is open. Returns its address."""
    clerk.goto(task)
    clerk.get_by_role("link", name="处置", exact=True).click()
    clerk.get_by_label("怎么处置").select_option("died")
    clerk.get_by_label("核实到的情况").fill("火化证明已核对，家属确认")
    clerk.get_by_label("去世的是谁").select_option(label=name)
    clerk.get_by_label("去世日期").fill(died.isoformat())
    assert accessible(clerk) == []
    clerk.get_by_role("button", name="办结").click()
    clerk.get_by_role("link", name=re.compile(r"^FC")).click()
    clerk.wait_for_url("**/reviews/**")
    return clerk.url


def the_award_ends(clerk: Page, reviewer: Page, review: str) -> None:
    """Proposed by one, decided by another."""
    clerk.goto(review)
    clerk.get_by_role("link", name="提出处理意见").click()
    fill(clerk, {"outcome": "end", "reason": "death", "note": "单人户，本人已去世"})
    clerk.locator("main form [data-primary]").click()
    clerk.wait_for_url(review)
    reviewer.goto(review)
    reviewer.get_by_role("link", name="审核确认", exact=True).click()
    reviewer.locator("main form [data-primary]").click()
    reviewer.wait_for_url(review)
    expect(reviewer.locator("main")).to_contain_text("终止")


def the_next_run_pays(maker: Page, living: str, dead: str) -> None:
    """The next month's list has a line of who lives; of who died only what was due before, and that is held."""
    month = next_month_to_pay(maker)
    maker.get_by_label("月份").fill(month)
    maker.get_by_role("button", name="生成发放名单").click()
    maker.wait_for_url(re.compile(r"/payments/runs/\d+/$"))
    run = maker.url
    settled(maker, run, "制单中")
    assert any(month_of(row, month) == month for row in lines(maker, run, living))
    owed = lines(maker, run, dead)
    assert all("有人已去世" in row and month_of(row, month) < month for row in owed), owed
    given_up(maker, run)


def lines(page: Page, run: str, name: str) -> list[str]:
    """The lines of a name in a list."""
    page.goto(f"{run}?view=all&name={name}")
    return page.locator("tbody tr", has_text=name).all_inner_texts()


def month_of(row: str, month: str) -> str:
    """The month a line is about: it is told where it is not the list's own."""
    told = re.search(r"\d{4}-\d{2}", row)
    return told[0] if told else month


def given_up(page: Page, run: str) -> None:
    """The story of a monthly run begins with no list at hand."""
    page.goto(run)
    form = page.locator("form[action$='/cancel/']")
    form.locator("summary").click()
    form.locator("[name=because]").fill("演示用，另行生成")
    form.locator("button").click()
    expect(page.get_by_text("已作废").first).to_be_visible()
