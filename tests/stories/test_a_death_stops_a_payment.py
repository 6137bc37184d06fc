"""A death stops a payment before the run: from the crematorium's file to the gate of the next month's list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from .conftest import VAR, accessible
from .deaths import cremations, lines, month_of, the_award_ends, the_warning, verified
from .departments import landed, previewed, sent
from .lists import built, next_month_to_pay
from .monitored import ask

Open = Callable[..., Page]
DAYS_BEFORE_THE_MONTH = 6
"""The month of a death is still paid, the next one is not."""


def test_a_death_is_known_verified_and_stops_the_payment(open_as: Open) -> None:
    dead, living = ask(str(VAR), "recipient"), ask(str(VAR), "recipient")
    maker = open_as("payment_maker")
    died = date.fromisoformat(f"{next_month_to_pay(maker)}-01") - timedelta(days=DAYS_BEFORE_THE_MONTH)
    county = open_as("county_clerk")
    batch = sent(county, "殡葬火化", "火化登记.xlsx", cremations(dead, died))
    previewed(county, batch)
    assert accessible(county) == []
    landed(county, batch)
    ask(str(VAR), "watch", "changed")
    task = the_warning(county, dead["name"])
    clerk = open_as("township_clerk")
    review = verified(clerk, task, dead["name"], died)
    the_award_ends(clerk, open_as("county_reviewer"), review)
    the_next_run_pays(maker, living["name"], dead["name"])


def the_next_run_pays(maker: Page, living: str, dead: str) -> None:
    """The next month's list has a line of who lives; of who died only what was due before, and that is held."""
    month = next_month_to_pay(maker)
    run = built(maker, month)
    assert any(month_of(row, month) == month for row in lines(maker, run, living))
    owed = lines(maker, run, dead)
    assert all("有人已去世" in row and month_of(row, month) < month for row in owed), owed
    given_up(maker, run)


def given_up(page: Page, run: str) -> None:
    """The story of a monthly run begins with no list at hand."""
    page.goto(run)
    form = page.locator("form[action$='/cancel/']")
    form.locator("summary").click()
    form.locator("[name=because]").fill("演示用，另行生成")
    form.locator("button").click()
    expect(page.get_by_text("已作废").first).to_be_visible()
