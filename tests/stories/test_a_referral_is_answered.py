"""A clerk finds who is entitled to more than they get and asks the departments; one answers; the clerk sees it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.stories.conftest import PHONE, accessible, look, overflow

OFFICE = {
    "医疗救助": "liaison_medical", "教育救助": "liaison_education", "就业救助": "liaison_employment",
    "住房救助": "liaison_housing", "受灾人员救助": "liaison_emergency",
}  # fmt: skip


def send_first(page: Page) -> tuple[str, str]:
    """Send the first need of the list; whose it is, and what."""
    page.goto("/services/unmet/")
    row = page.locator("table tbody tr").first
    name, what = row.locator("th a").inner_text(), row.locator("td").nth(1).inner_text()
    look(page, "services-unmet")
    assert accessible(page) == []
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="转介所选").click()
    page.get_by_text("已转介 1 项").wait_for()
    return name, what


def test_a_need_is_sent_answered_and_seen(open_as: Callable[..., Page]) -> None:
    clerk = open_as("township_clerk")
    name, what = send_first(clerk)
    office = open_as(OFFICE[what])
    office.goto("/services/")
    look(office, "services-department")
    assert accessible(office) == []
    office.locator("table tbody tr", has_text=name).first.get_by_role("link", name="答复").click()
    assert "月收入" not in office.content()
    look(office, "services-referral")
    assert accessible(office) == []
    office.get_by_role("button", name="接收", exact=True).click()
    office.get_by_text("已接收").wait_for()
    office.get_by_label("给予内容").fill("按规定救助")
    office.get_by_label("金额（元）").fill("1,200.00")
    office.get_by_role("button", name="登记给予").click()
    office.get_by_text("已登记给予的帮扶").wait_for()
    clerk.goto("/services/?view=given")
    row = clerk.locator("table tbody tr", has_text=name).first
    assert "1,200" in row.inner_text()
    row.get_by_role("link", name="查看").click()
    assert "按规定救助" in clerk.locator("main").inner_text()
    look(clerk, "services-given")
    assert accessible(clerk) == []


def test_on_a_phone_a_department_reads_and_refuses(open_as: Callable[..., Page]) -> None:
    name, what = send_first(open_as("township_clerk"))
    office = open_as(OFFICE[what], size=PHONE)
    office.goto("/services/")
    assert overflow(office) == 0
    office.locator("table tbody tr", has_text=name).first.get_by_role("link", name="答复").click()
    assert overflow(office) == 0
    look(office, "services-referral")
    office.get_by_label("已在享受").first.check()
    office.get_by_role("button", name="答复不接收").click()
    office.get_by_text("已答复不接收").wait_for()


def test_both_sides_compare_their_lists_and_confirm(open_as: Callable[..., Page]) -> None:
    county = open_as("county_clerk")
    county.goto("/exchange/")
    look(county, "exchange-home")
    assert accessible(county) == []
    county.get_by_role("button", name="编制本季度比对").click()
    county.wait_for_url("**/exchange/comparisons/*/")
    look(county, "exchange-comparison")
    assert accessible(county) == []
    bureau = open_as("rural_revitalisation", size=PHONE)
    bureau.goto(county.url)
    assert overflow(bureau) == 0
    bureau.get_by_role("button", name="确认报告").click()
    bureau.get_by_text("已确认，报告归档").wait_for()
    assert "双方已确认" in bureau.locator("main").inner_text()
