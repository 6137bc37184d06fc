"""What goes otherwise than planned: relatives, two clerks at once, a closed browser, an emergency on a phone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from .casework import (
    age_notice,
    answer_groups,
    noticed,
    number_of,
    sign_all,
    surveyed,
    take,
    take_down,
    text_of,
    visited,
)
from .conftest import PHONE, VAR, accessible, look, overflow
from .families import SECOND, VILLAGE

Open = Callable[..., Page]
THREE_MINUTES = 180
Families = dict[str, dict[str, Any]]


def test_a_relative_of_the_clerk_is_handled_by_another_and_visited_by_the_county(
    open_as: Open, families: Families
) -> None:
    home = families["relative"]
    clerk, other = open_as("township_clerk"), open_as("township_clerk", username=SECOND)
    county, decider = open_as("county_clerk"), open_as("county_reviewer")
    number = take_down(clerk, home)
    sign_all(clerk, number, home)
    disclose(clerk, home)
    clerk.goto(f"/cases/{number}/")
    expect(clerk.get_by_text("请交由其他人办理").first).to_be_visible()
    expect(clerk.locator(".abar [data-primary]")).to_have_count(0)
    clerk.goto(f"/cases/{number}/steps/submit/")
    clerk.locator("main form [data-primary]").click()
    expect(clerk.get_by_text("请交由其他人办理").first).to_be_visible()
    take(other, number, "submit")
    take(other, number, "accept")
    surveyed(other, county, number)
    noticed(other, number)
    age_notice(str(VAR), number, 8)
    take(other, number, "end_notice")
    decider.goto(f"/cases/{number}/steps/confirm/")
    decider.locator("main form [data-primary]").click()
    expect(decider.get_by_text("须市级入户后才能决定").first).to_be_visible()
    county.goto(f"/cases/{number}/")
    look(county, "case-relative", full=True)
    assert accessible(county) == []
    expect(county.get_by_role("link", name="登记市级入户")).to_be_visible()
    visited(county, number, county=True)
    take(decider, number, "confirm")
    expect(decider.get_by_text("已确认").first).to_be_visible()
    undisclose(clerk)


def disclose(page: Page, home: dict[str, Any]) -> None:
    """The clerk puts the family's head on the register of relatives."""
    page.goto(f"/cases/relatives/?person={home['head']}")
    page.locator("select[name=relation]").select_option("sibling")
    page.locator("main form[method=post] [data-primary], main form[method=post] button.pri").first.click()
    expect(page.get_by_text("已备案").first).to_be_visible()


def undisclose(page: Page) -> None:
    """The tie was of this story only."""
    page.goto("/cases/relatives/")
    page.get_by_role("button", name="终止").first.click()


def test_help_is_given_on_a_phone_first_and_the_papers_come_later(open_as: Open, families: Families) -> None:
    page = open_as("township_clerk", size=PHONE)
    began = time.monotonic()
    page.goto("/cases/relief/")  # the old address: it leads to the one page
    page.locator("#id_who").press_sequentially(families["urgent"]["name"])
    page.locator("#found label").first.click()
    page.locator("#id_what label", has_text="火灾").click()
    page.get_by_label("简单说说").fill("夜里房屋失火，衣物粮食烧尽")
    page.get_by_text("其他金额、分几次给、早些时候接到的").click()
    page.get_by_label("其他金额（元）").fill("500")
    expect(page.locator("#told")).to_contain_text(re.compile("全市没有给过|已给过临时救助"))
    if (again := page.get_by_label("为什么再次救助")).count():
        again.fill("又一起火灾")
    page.locator("#id_how label", has_text="走银行代发").click()
    page.locator("[data-pay]").click()
    page.wait_for_url(re.compile(r"/payments/relief/\d+/$"))
    page.get_by_role("link", name="看这件申请").click()
    page.wait_for_url("**/cases/*-*/")
    number = number_of(page)
    expect(page.get_by_text("补充材料").first).to_be_visible()
    assert time.monotonic() - began < THREE_MINUTES
    look(page, "relief-case", full=True)
    assert overflow(page) == 0
    letter = text_of(page, f"/cases/{number}/decision.pdf")
    for words in ("一次性救助500.00元", "夜里房屋失火", "10个工作日内补交", "遮放镇人民政府"):
        assert words in letter
    take(page, number, "file_papers", note="火灾说明、照片已收齐")
    expect(page.get_by_text("已确认").first).to_be_visible()


def test_of_two_clerks_at_once_the_second_sees_what_changed(open_as: Open, families: Families) -> None:
    home = families["at_once"]
    first, second = open_as("township_clerk"), open_as("township_clerk")
    number = take_down(first, home)
    sign_all(first, number, home)
    for page in (first, second):
        page.goto(f"/cases/{number}/steps/submit/")
    first.locator("main form [data-primary]").click()
    first.wait_for_url(f"**/cases/{number}/")
    with second.expect_response(re.compile("/steps/submit/")) as answer:
        second.locator("main form [data-primary]").click()
    assert answer.value.status == 409
    expect(second.get_by_text("刚刚被其他人办理过")).to_be_visible()
    look(second, "case-changed-meanwhile")
    assert accessible(second) == []
    second.goto(f"/cases/{number}/")
    assert second.locator("main").inner_text().count("提交申请") == 1


def test_a_closed_browser_loses_nothing_that_was_typed(open_as: Open, families: Families) -> None:
    home = families["draft"]
    page = open_as("township_clerk")
    page.goto(f"/cases/new/{home['number']}/")
    look(page, "intake", full=True)
    assert accessible(page) == []
    page.get_by_label("困难原因").fill("户主骨折，家中无人务工")
    answer_groups(page, home, {"wage_income_fen": "12000"})
    expect(page.get_by_text("已暂存").first).to_be_visible()
    page.close()
    again = open_as("township_clerk")
    again.goto(f"/cases/new/{home['number']}/")
    expect(again.get_by_label("困难原因")).to_have_value("户主骨折，家中无人务工")
    expect(again.locator(f"[name='d-person-{home['head']}-wage_income_fen']")).to_have_value("12000")


def test_reviews_stand_in_the_one_queue(open_as: Open) -> None:
    page = open_as("township_clerk")
    look(page, "workbench-queue")
    page.goto("/cases/?kind=review")
    look(page, "cases-reviews")
    assert accessible(page) == []
    page.locator("a[data-open]").first.click()
    page.wait_for_url("**/cases/reviews/*/")
    expect(page.get_by_role("heading", name="待遇与今天的规则测算")).to_be_visible()
    look(page, "review", full=True)
    assert accessible(page) == []


def test_a_queue_is_worked_through_with_the_keyboard(open_as: Open, families: Families) -> None:
    page = open_as("township_clerk")
    for key in ("first_key", "second_key"):
        take_down(page, families[key])
    page.goto(f"/cases/?stage=draft&place={VILLAGE}")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*-*/")
    first = page.url
    page.keyboard.press("]")
    page.wait_for_url(lambda url: url != first)
    page.keyboard.press("[")
    page.wait_for_url(first)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != first)
    expect(page.locator("main form").first).to_be_visible()


def test_the_intake_fits_a_phone(open_as: Open, families: Families) -> None:
    page = open_as("township_clerk", size=PHONE)
    page.goto(f"/cases/new/{families['draft']['number']}/")
    look(page, "intake", full=True)
    assert overflow(page) == 0
    page.goto("/cases/")
    assert overflow(page) == 0
    look(page, "cases")


def test_a_case_fits_a_phone(open_as: Open, families: Families) -> None:
    page = open_as("township_clerk", size=PHONE)
    page.goto("/cases/?view=others")
    page.locator("a[href^='/cases/'][data-open]").first.click()
    page.wait_for_url("**/cases/*-*/")
    look(page, "case", full=True)
    assert overflow(page) == 0
    assert accessible(page) == []
