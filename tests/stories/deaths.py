"""A death in the crematorium's list, from the warning to the end of the award."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from playwright.sync_api import Page, expect

from .casework import fill
from .conftest import accessible


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


def lines(page: Page, run: str, name: str) -> list[str]:
    """The lines of a name in a list."""
    page.goto(f"{run}?view=all&name={name}")
    return page.locator("tbody tr", has_text=name).all_inner_texts()


def month_of(row: str, month: str) -> str:
    """The month a line is about: it is told where it is not the list's own."""
    told = re.search(r"\d{4}-\d{2}", row)
    return told[0] if told else month
