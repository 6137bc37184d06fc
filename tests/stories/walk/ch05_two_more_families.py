"""Beside it: a family that is refused goes on as one person, and a family is registered elsewhere but lives here."""

from __future__ import annotations

from playwright.sync_api import expect

from ..casework import accepted, noticed, surveyed, switch
from .story import Story, see

LESS = "60000"  # a year's wage in yuan: too much for household dibao


def refused_as_a_family_helped_as_one(story: Story) -> None:
    """The father earns too much for the family; the grown son with a disability has a claim of his own."""
    home = story["refused"]
    clerk, county = story.at("township_clerk"), story.at("county_clerk")
    number = accepted(clerk, home, wage_income_fen=LESS)
    surveyed(clerk, county, number)
    expect(clerk.get_by_text("不符合最低生活保障").first).to_be_visible()
    primary = clerk.locator(".abar [data-primary]")
    expect(primary).to_contain_text("转按“单人户低保”办理")
    see(clerk, "refused")
    primary.click()
    clerk.locator("main form [data-primary]").click()
    clerk.wait_for_url(f"**/cases/{number}/")
    expect(clerk.get_by_role("heading", level=1)).to_contain_text("单人户低保")
    noticed(clerk, number)
    asked, handled = story.one("SELECT asked, programme FROM casework_application WHERE number = %s", number)
    assert (asked, handled) == ("household_dibao", "individual_dibao")
    story.note(refused_case=number)


def a_permit_instead_of_a_register(story: Story) -> None:
    """The county opens its townships for holders of a residence permit; then nobody must travel home to apply."""
    home = story["permit"]
    clerk, county, reviewer = (story.at(role) for role in ("township_clerk", "county_clerk", "county_reviewer"))
    clerk.goto(f"/cases/new/{home['number']}/")
    expect(clerk.get_by_text("还没有开通居住证持有人申请").first).to_be_visible()
    switch(reviewer, "residence_permit", story.today, var=str(story.var))
    number = accepted(clerk, home)
    surveyed(clerk, county, number)
    noticed(clerk, number)
    expect(clerk.get_by_text("居住证持有人居住地").first).to_be_visible()
    see(clerk, "permit")
    assert story.one("SELECT place_basis FROM casework_application WHERE number = %s", number) == "residence_permit"
    story.note(permit_case=number)
