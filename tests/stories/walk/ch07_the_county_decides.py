"""The notices have stood their seven days without an objection; the county confirms, and awards begin."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from doudi.demo.money.lay import card_number

from ..casework import take, text_of
from .story import Story, see

CASES = ("bill_case", "refused_case", "permit_case")
BANK = "农村信用社"
AWARDED = """
SELECT w.number, w.programme, w.starts_on, (SELECT sum(l.fen_month) FROM awards_awardline l WHERE l.award_id = w.id)
FROM awards_award w JOIN casework_determination d ON d.award = w.number
JOIN casework_application a ON a.id = d.application_id WHERE a.number = %s
"""


def the_notice_has_stood(story: Story) -> None:
    """Not a day earlier; then the township sends what it proposes to the county."""
    story.turn_to("2026-11-16")
    clerk = story.at("township_clerk")
    for case in CASES:
        take(clerk, story[case], "end_notice")
        expect(clerk.get_by_text("待审核确认").first).to_be_visible()


def the_county_confirms(story: Story) -> None:
    """Somebody who has done nothing in the case before; a letter that says how much, from when, and by which clause."""
    story.turn_to("2026-11-17")
    reviewer = story.at("county_reviewer")
    for case in CASES:
        number = story[case]
        reviewer.goto(f"/cases/{number}/")
        expect(reviewer.locator("[data-primary]")).to_contain_text("审核确认")
        take(reviewer, number, "confirm")
        expect(reviewer.get_by_text("已确认").first).to_be_visible()
        award, _programme, starts_on, fen = story.one(AWARDED, number)
        assert f"{starts_on:%Y-%m-%d}" == "2026-12-01"
        assert fen > 0
        letter = text_of(reviewer, f"/cases/{number}/decision.pdf")
        for words in ("审核确认", f"{fen / 100:,.2f}", "2026年12月"):
            assert words in letter
        key = case.removesuffix("_case")
        story.note(**{f"{key}_award": award, f"{key}_fen": int(fen)})
    reviewer.goto(f"/cases/{story['bill_case']}/")
    see(reviewer, "confirmed")
    assert {one[:2] for one in (story["bill_award"], story["permit_award"])} == {"DB"}
    assert story["refused_award"].startswith("DR")


def cards_for_the_money(story: Story) -> None:
    """The township clerk registers where the money goes; the second family's belongs to the son."""
    clerk = story.at("township_clerk")
    for n, key in enumerate(("bill", "refused", "permit")):
        card = card_number(880_000_100_000 + n)
        who = registered(clerk, story[key]["number"], card, last=key == "refused")
        story.note(**{f"{key}_card": {"home": story[key]["number"], "name": who, "card": card}})
    see(clerk, "account")


def registered(clerk: Page, home: str, card: str, *, last: bool) -> str:
    """A card for the head, or for whoever joined last; returns the name on it."""
    clerk.goto(f"/payments/accounts/households/{home}/")
    rows = clerk.locator("table").first.locator("tbody tr")
    row = rows.last if last else rows.first
    name = row.locator("td a").first.inner_text()
    row.get_by_role("link", name="登记", exact=True).click()
    clerk.get_by_label("银行账号").fill(card)
    clerk.get_by_label("开户行").fill(BANK)
    clerk.get_by_label("登记或更换原因").fill("首次登记")
    clerk.get_by_role("button", name="确定").click()
    clerk.wait_for_url("**/accounts/households/**")
    expect(row).to_contain_text(card[-4:])
    return name
