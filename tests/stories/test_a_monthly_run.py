"""A month's list from nothing to locked, by three people, each at their own desk."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import PHONE, accessible, look, overflow
from .lists import built, handed_on, locked, newest, next_month_to_pay

Open = Callable[..., Page]


def test_the_maker_builds_the_list_and_sees_why(county: str, open_as: Open) -> None:
    page = open_as("payment_maker")
    built(page, next_month_to_pay(page))
    look(page, "run-draft", full=True)
    assert accessible(page) == []
    page.goto(f"{page.url.split('?')[0]}?view=all")
    page.locator("a[data-open]").first.click()
    expect(page.get_by_role("heading", name="为什么是这么多")).to_be_visible()
    look(page, "run-line")
    assert accessible(page) == []


def test_held_lines_stay_out_with_a_word(county: str, open_as: Open) -> None:
    page = open_as("payment_maker")
    handed_on(page, newest(page))


def test_the_checker_and_finance_sign_and_the_list_is_locked(county: str, open_as: Open) -> None:
    checker = open_as("payment_checker")
    address = newest(checker)
    finance = open_as("finance")
    locked(checker, finance, address)
    look(finance, "run-locked", full=True)
    assert accessible(finance) == []


def test_a_run_fits_a_phone(county: str, open_as: Open) -> None:
    page = open_as("township_clerk", size=PHONE)
    page.goto(newest(page))
    look(page, "run")
    assert overflow(page) == 0
    assert accessible(page) == []
