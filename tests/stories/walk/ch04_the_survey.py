"""The sources answer, one of them otherwise than the family: two people go and see, and the reason is written down."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from ..casework import noticed, run_round, take, visited
from .story import Story, see

DIFFERING = """
SELECT i.kind, i.conclusion FROM verification_reportitem i JOIN verification_report r ON r.id = i.report_id
JOIN registry_household h ON h.id = r.household_id
WHERE h.number = %s AND i.conclusion IN ('under', 'over', 'not_declared', 'different')
"""


def the_answers_of_the_sources(story: Story) -> None:
    """Thursday, within the three working days: asked under the consents that were signed on the phone."""
    story.turn_to("2026-11-05")
    number, clerk = story["bill_case"], story.at("township_clerk")
    take(clerk, number, "start_verification")
    address = run_round(clerk, story.at("county_clerk"), number)
    clerk.goto(f"/cases/{number}/")
    expect(clerk.get_by_text("1 处待说明")).to_be_visible()
    see(clerk, "difference")
    assert story.rows(DIFFERING, story["bill"]["number"]) == [("wage_income", "under")]
    story.note(bill_round=address)


def two_people_at_the_door(story: Story) -> None:
    """Friday: visited, the difference explained, and the rulebook says how much and why."""
    story.turn_to("2026-11-06")
    number, clerk = story["bill_case"], story.at("township_clerk")
    visited(clerk, number)
    explained(clerk, story["bill_round"])
    take(clerk, number, "finish_survey")
    review_explained(clerk, number)
    noticed(clerk, number)
    expect(clerk.get_by_text("公示中").first).to_be_visible()
    see(clerk, "notice")
    posted, last = story.one(
        "SELECT n.posted_on, n.last_day FROM casework_publicnotice n JOIN casework_application a"
        " ON a.id = n.application_id WHERE a.number = %s", number,
    )  # fmt: skip
    assert (last - posted).days >= 6
    assert posted == story.today


def explained(clerk: Page, address: str) -> None:
    """Why the tax office knows more: believed is what was found."""
    clerk.goto(address)
    form = clerk.locator("form[action*='/reason/']").first
    form.locator("input[value=other]").check(force=True)
    form.locator("summary").click()
    form.locator("[name$=words]").fill("零工收入，户主说明漏记两个月")
    form.locator("input[value=found]").check()
    form.get_by_role("button", name="记下原因").click()
    expect(clerk.get_by_text("差异都已说明").first).to_be_visible()


def review_explained(clerk: Page, number: str) -> None:
    """What the township sees before it proposes: the amount, and every reason with its clause."""
    clerk.goto(f"/cases/{number}/")
    expect(clerk.locator(".abar [data-primary]")).to_contain_text("建议确认，每月")
    expect(clerk.locator(".aside")).to_contain_text("第")
    see(clerk, "review")
