"""Wednesday: the clerk settles the warning as an application that knows already what the registry knows."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from ..casework import answer_groups, number_of, sign_all, take
from .story import Story, see

WAGE_YUAN = "2400"  # a year, as the family remembers it


def an_application_that_knows(story: Story) -> None:
    """One case: opened by the settled warning, filled with what the family says, submitted, accepted."""
    story.turn_to("2026-11-04")
    home, clerk = story["bill"], story.at("township_clerk")
    clerk.goto(f"/monitoring/tasks/{story['task']}/")
    expect(clerk.locator("main")).to_contain_text("每周透析三次，借了亲戚的钱")
    clerk.get_by_role("link", name="处置", exact=True).click()
    clerk.get_by_label("核实到的情况").fill("入户属实，住院和透析费用自付太重")
    clerk.get_by_role("button", name="办结").click()
    expect(clerk.get_by_text("落实救助政策").first).to_be_visible()
    clerk.locator("main a[href^='/cases/']").click()
    clerk.wait_for_url("**/cases/*-*/")
    number = number_of(clerk)
    expect(clerk.locator("main")).to_contain_text("主动发现")
    clerk.locator(".abar [data-primary]", has_text="填写申请表").click()
    expect(clerk.get_by_text(f"接着填写申请 {number}")).to_be_visible()
    expect(clerk.get_by_label("困难原因")).to_have_value(re.compile("每周透析三次，借了亲戚的钱"))
    see(clerk, "application")
    answer_groups(clerk, home, {"wage_income_fen": WAGE_YUAN})
    clerk.get_by_role("button", name="登记申请", exact=True).click()
    clerk.wait_for_url(f"**/cases/{number}/")
    sign_all(clerk, number, home)
    take(clerk, number, "submit")
    take(clerk, number, "accept")
    expect(clerk.get_by_text("调查核对").first).to_be_visible()
    found = story.rows(
        "SELECT a.number, a.origin, a.stage, a.accepted_on FROM casework_application a"
        " JOIN registry_household h ON h.id = a.household_id WHERE h.number = %s", home["number"],
    )  # fmt: skip
    assert found == [(number, "found", "survey", story.today)]
    story.note(bill_case=number)
