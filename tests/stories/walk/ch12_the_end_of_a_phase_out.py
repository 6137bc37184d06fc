"""A family that work lifted over the line in the summer: half a year went on, the last month has come."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from ..casework import fill
from .story import Story, see

REVIEW = """
SELECT r.id, r.due_on FROM casework_periodicreview r JOIN awards_award w ON w.id = r.award_id
WHERE w.number = %s AND r.ground = 'phase_out'
"""


def the_last_month_of_a_phase_out(story: Story) -> None:
    """Put before the clerk thirty days ahead; the family is heard; another person decides; the end is New Year."""
    story.turn_to("2026-12-14")
    family = story["fading"]
    pk, due_on = story.one(REVIEW, family["award"])
    assert f"{due_on}" == "2026-12-31"
    clerk = story.at("township_clerk")
    clerk.goto("/cases/reviews/")
    expect(clerk.locator("tr", has_text=family["name"]).first).to_contain_text("渐退期将满")
    address = f"/cases/reviews/{pk}/"
    deed(clerk, address, "propose", outcome="end", reason="employment", note="渐退期满，户主在园区务工，收入稳定")
    heard(clerk, address)
    see(clerk, "phase-out")
    reviewer = story.at("county_reviewer")
    deed(reviewer, address, "decide")
    expect(reviewer.locator("main")).to_contain_text("终止")
    ends, stage = story.one(
        "SELECT w.ends_on, r.stage FROM awards_award w JOIN casework_periodicreview r ON r.award_id = w.id"
        " WHERE r.id = %s", pk,
    )  # fmt: skip
    assert (f"{ends}", stage) == ("2027-01-01", "decided")
    story.note(fading_review=pk)


def deed(page: Page, address: str, name: str, **fields: str) -> None:
    """One deed of a review on its own page."""
    page.goto(f"{address}{name}/")
    fill(page, fields)
    page.locator("main form [data-primary]").click()
    page.wait_for_url(f"**{address}")


def heard(clerk: Page, address: str) -> None:
    """What they say to it, signed by their name."""
    clerk.goto(f"{address}hear/")
    clerk.locator("#id_way").select_option(label="入户时")
    clerk.get_by_label("本人的意见").fill("没有意见，收入够用了")
    clerk.locator("input[name=sign_method][value=typed]").check()
    clerk.locator("#id_sign_name").fill(clerk.locator("#id_person option:checked").inner_text())
    clerk.locator("main form [data-primary]").click()
    clerk.wait_for_url(f"**{address}")
