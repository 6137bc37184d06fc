"""The other ways a case may take: referral, a random check, objections, delegation, a residence permit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import Page, expect

from .casework import (
    accepted,
    age_notice,
    fill,
    noticed,
    surveyed,
    switch,
    switch_off,
    take,
    take_down,
    text_of,
    verified,
    visited,
)
from .conftest import VAR, accessible, look, overflow

Open = Callable[..., Page]
Families = dict[str, dict[str, Any]]


def test_a_family_that_is_refused_goes_on_as_one_person_in_the_same_case(open_as: Open, families: Families) -> None:
    home = families["refused"]
    clerk, county = open_as("township_clerk"), open_as("county_clerk")
    number = accepted(clerk, home, wage_income_fen="60000")
    surveyed(clerk, county, number)
    look(clerk, "case-not-fitting", full=True)
    expect(clerk.get_by_text("不符合最低生活保障").first).to_be_visible()
    primary = clerk.locator(".abar [data-primary]")
    expect(primary).to_contain_text("转按“单人户低保”办理")
    primary.click()
    clerk.locator("main form [data-primary]").click()
    clerk.wait_for_url(f"**/cases/{number}/")
    expect(clerk.get_by_role("heading", level=1)).to_contain_text("单人户低保")
    expect(clerk.locator(".abar [data-primary]")).to_contain_text("建议确认，每月")
    noticed(clerk, number)
    expect(clerk.get_by_text("公示中").first).to_be_visible()


def test_a_tekun_case_drawn_by_lot_is_visited_before_it_is_confirmed(open_as: Open, families: Families) -> None:
    home = families["tekun"]
    clerk, county, decider = open_as("township_clerk"), open_as("county_clerk"), open_as("county_reviewer")
    number = accepted(clerk, home, programme="tekun")
    surveyed(clerk, county, number)
    noticed(clerk, number)
    age_notice(str(VAR), number, 8)
    take(clerk, number, "end_notice")
    county.goto("/cases/checks/")
    fill(county, {"programme": "tekun", "share_percent": "100", "seed": "20261125-7"})
    county.locator("main form[method=post] button.pri").first.click()
    expect(county.get_by_text(number).first).to_be_visible()
    look(county, "check-draw", full=True)
    assert accessible(county) == []
    visited(county, number, county=True)
    take(county, number, "finish_check")
    take(decider, number, "confirm")
    assert "特困" in text_of(decider, f"/cases/{number}/decision.pdf")


def test_an_objection_takes_the_notice_down_and_is_answered(open_as: Open, families: Families) -> None:
    clerk, county = open_as("township_clerk"), open_as("county_clerk")
    number = accepted(clerk, families["objected"])
    surveyed(clerk, county, number)
    noticed(clerk, number)
    take(clerk, number, "object", text="他家去年买了新车，不应享受", objector="刀小二")
    expect(clerk.get_by_text("异议处理").first).to_be_visible()
    look(clerk, "case-objection", full=True)
    assert "刀小二" not in clerk.locator("main").inner_text()
    assert accessible(clerk) == []
    clerk.goto(f"/cases/{number}/steps/answer_objection/")
    outcome = clerk.locator("input[name=outcome]").first.get_attribute("value") or ""
    take(clerk, number, "answer_objection", outcome=outcome, answer="查车辆登记，名下没有车辆")
    noticed(clerk, number)
    expect(clerk.get_by_text("公示中").first).to_be_visible()


def test_a_difference_gets_its_reason_and_changes_the_amount(open_as: Open, families: Families) -> None:
    clerk, county = open_as("township_clerk"), open_as("county_clerk")
    number = accepted(clerk, families["differs"], wage_income_fen="2400")
    clerk.goto(f"/cases/{number}/")
    address = verified(clerk, county, number)
    clerk.goto(f"/cases/{number}/")
    look(clerk, "case-differs", full=True)
    assert accessible(clerk) == []
    visited(clerk, number)
    clerk.goto(f"/cases/{number}/steps/finish_survey/")
    clerk.locator("main form [data-primary]").click()
    expect(clerk.get_by_text("差异没有说明理由").first).to_be_visible()
    clerk.goto(address)
    form = clerk.locator("form[action*='/reason/']").first
    look(clerk, "case-reason", full=True)
    form.locator("input[value=other]").check(force=True)
    form.locator("summary").click()
    form.locator("[name$=words]").fill("零工收入，户主说明漏记两个月")
    form.locator("input[value=found]").check()
    form.get_by_role("button", name="记下原因").click()
    expect(clerk.get_by_text("差异都已说明").first).to_be_visible()
    clerk.goto(f"/cases/{number}/")
    expect(clerk.get_by_text("按核对结果").first).to_be_visible()
    take(clerk, number, "finish_survey")
    expect(clerk.locator(".abar [data-primary]")).to_contain_text("每月 294.00 元")


def test_a_family_ruined_by_a_bill_is_helped_once_by_a_sum_below_the_ceiling(open_as: Open, families: Families) -> None:
    clerk, county = open_as("township_clerk"), open_as("county_clerk")
    decider, head = open_as("county_reviewer"), open_as("township_head")
    number = accepted(clerk, families["spent"], programme="temporary_expenditure")
    surveyed(clerk, county, number)
    clerk.goto(f"/cases/{number}/steps/write_opinion/")
    look(clerk, "case-once", full=True)
    assert accessible(clerk) == []
    once = {"conclusion": "grant", "severity": "light", "amount_fen_once": "99999", "judge_need": "住院自付属实",
            "reason": "自付多，一时负担不起"}  # fmt: skip
    fill(clerk, once)
    clerk.locator("main form [data-primary]").click()
    expect(clerk.get_by_text("不超过规则测算的").first).to_be_visible()
    take(clerk, number, "write_opinion", **(once | {"amount_fen_once": "600"}))
    take(head, number, "countersign")
    take(clerk, number, "propose_grant")
    age_notice(str(VAR), number, 8)
    take(clerk, number, "end_notice")
    decider.goto(f"/cases/{number}/")
    expect(decider.locator(".abar [data-primary]")).to_contain_text("一次性 600.00 元")
    take(decider, number, "confirm")
    assert "一次性救助600.00元" in text_of(decider, f"/cases/{number}/decision.pdf")


def test_a_permit_holder_waits_for_the_switch(open_as: Open, families: Families) -> None:
    clerk, decider = open_as("township_clerk"), open_as("county_reviewer")
    page = f"/cases/new/{families['permit']['number']}/"
    clerk.goto(page)
    expect(clerk.get_by_text("还没有开通居住证持有人申请").first).to_be_visible()
    expect(clerk.get_by_role("button", name="登记申请", exact=True)).to_have_count(0)
    switch(decider, "residence_permit", date.today(), var=str(VAR))  # noqa: DTZ011
    clerk.goto(page)
    expect(clerk.get_by_text("本乡镇受理居住证持有人申请").first).to_be_visible()
    take_down(clerk, families["permit"])
    switch_off(decider)


def test_a_delegated_case_is_confirmed_by_the_township_head_in_twenty_days(open_as: Open, families: Families) -> None:
    clerk, county = open_as("township_clerk"), open_as("county_clerk")
    decider, head = open_as("county_reviewer"), open_as("township_head")
    switch(decider, "delegated", date.today(), var=str(VAR))  # noqa: DTZ011
    number = accepted(clerk, families["delegated"])
    clerk.goto(f"/cases/{number}/")
    expect(clerk.get_by_text("20 个工作日").first).to_be_visible()
    surveyed(clerk, county, number)
    noticed(clerk, number)
    age_notice(str(VAR), number, 8)
    take(clerk, number, "end_notice")
    assert decider.goto(f"/cases/{number}/steps/confirm/").status == 403
    take(head, number, "confirm")
    expect(head.get_by_text("已确认").first).to_be_visible()
    assert overflow(head) == 0
    switch_off(decider)


def test_a_difference_is_objected_to_and_asked_again(open_as: Open, families: Families) -> None:
    clerk, county = open_as("township_clerk"), open_as("county_clerk")
    number = accepted(clerk, families["rechecked"], wage_income_fen="2400")
    address = verified(clerk, county, number)
    clerk.goto(address)
    clerk.get_by_role("link", name="登记异议").click()
    clerk.locator("[name=words]").fill("已于九月停工，附离职证明")
    clerk.locator("input[name=file]").set_input_files(
        {"name": "离职证明.png", "mimeType": "image/png", "buffer": clerk.screenshot()}
    )
    clerk.locator("main form[enctype] [data-primary], main form[enctype] button.pri").first.click()
    clerk.goto(address)
    expect(clerk.get_by_text("正在复核").first).to_be_visible()
    clerk.locator(".note a[href*='/requests/']").first.click()
    recheck = clerk.url
    county.goto(recheck)
    county.get_by_role("button", name="开始查询").click()
    for _half in range(120):
        county.goto(recheck)
        if county.get_by_role("link", name="打印报告").count():
            break
        county.wait_for_timeout(500)
    expect(county.get_by_text("第 2 版报告").first).to_be_visible()
