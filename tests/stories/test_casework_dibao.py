"""A dibao case from the first word to the letter, each actor signed in as themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from .casework import (
    age_notice,
    noticed,
    sign_all,
    take,
    take_down,
    text_of,
    verified,
    visited,
)
from .conftest import VAR, seen

Open = Callable[..., Page]
Families = dict[str, dict[str, Any]]


def test_a_family_is_confirmed_from_its_first_word_to_the_letter(open_as: Open, families: Families) -> None:
    home = families["dibao"]
    clerk, county, decider = open_as("township_clerk"), open_as("county_clerk"), open_as("county_reviewer")
    number = take_down(clerk, home)
    seen(clerk, "case-draft")
    sign_all(clerk, number, home, drawn=True)
    take(clerk, number, "submit")
    take(clerk, number, "accept")
    seen(clerk, "case-accepted")
    verified(clerk, county, number)
    visited(clerk, number)
    take(clerk, number, "finish_survey")
    seen(clerk, "case-review")
    amount = proposed_amount(clerk)
    noticed(clerk, number)
    seen(clerk, "case-notice")
    age_notice(str(VAR), number, 8)
    take(clerk, number, "end_notice")
    decider.goto(f"/cases/{number}/")
    expect(decider.locator("[data-primary]")).to_contain_text("审核确认")
    seen(decider, "case-county")
    take(decider, number, "confirm")
    seen(decider, "case-confirmed")
    expect(decider.get_by_text("已确认").first).to_be_visible()
    letter = text_of(decider, f"/cases/{number}/decision.pdf")
    for words in (home["name"], amount, "审核确认"):
        assert words in letter


def proposed_amount(page: Page) -> str:
    """The amount on the primary button."""
    said = re.search(r"每月 ([\d,]+\.\d\d) 元", page.locator(".abar").inner_text())
    assert said, page.locator(".abar").inner_text()
    return said[1]
