"""Monday, 2 November: the insurance office hands in its file, and a family stands on the board of the township."""

from __future__ import annotations

import hashlib

from playwright.sync_api import expect

from ..bills import questions_planned, settlements, warning_on_the_board
from ..departments import landed, previewed, sent
from .story import Story, see

TASK_OF = """
SELECT t.number, s.username, t.state FROM monitoring_visittask t JOIN accounts_staff s ON s.id = t.coordinator_id
JOIN registry_household h ON h.id = t.household_id WHERE h.number = %s
"""


def a_bill_becomes_a_warning(story: Story) -> None:
    """Who lives here is entered; then a year of one patient comes, GBK and with two wrong rows."""
    story.supplied()
    story.note(**story.ask("walk.cast", "enter"), **{who: story.ask("walk.cast", who) for who in ("fading", "dying")})
    truth = story.var / "demo-truth" / "truth.parquet"
    story.note(truth=hashlib.sha256(truth.read_bytes()).hexdigest())
    family = story["bill"]
    office = story.at("liaison_medical")
    batch = sent(office, "医保结算", "医保结算明细.csv", settlements(family, story.today))
    previewed(office, batch)
    expect(office.get_by_role("heading", name="要更正的")).to_be_visible()
    landed(office, batch)
    story.ask("monitored", "watch", "changed")
    story.settle()
    clerk = story.at("township_clerk")
    warning_on_the_board(clerk, family["name"])
    see(clerk, "board")
    clerk.locator("#list tbody tr", has_text=family["name"]).first.locator("a[data-open]").click()
    task = clerk.url
    expect(clerk.locator("main")).to_contain_text("38,420")
    questions_planned(clerk, task)
    see(clerk, "warning")
    number, coordinator, state = story.one(TASK_OF, family["number"])
    assert task.endswith(f"/{number}/")
    assert (coordinator, state) == ("xieliyuan", "assigned")
    story.note(task=number)
