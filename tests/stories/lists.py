"""The list of a month, from its first draft to the lock."""

from __future__ import annotations

import re
import time

import pytest
from django.utils import timezone
from playwright.sync_api import Page

PATIENCE_SECONDS = 90


def newest(page: Page) -> str:
    """The address of the newest run."""
    page.goto("/payments/runs/")
    return str(page.locator("a[data-open]").first.get_attribute("href"))


def settled(page: Page, address: str, state: str) -> None:
    """The page of a run once its job has brought it to a state."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        page.goto(address)
        if page.locator(".tag", has_text=re.compile(f"^{state}$")).count():
            return
        page.wait_for_timeout(500)
    pytest.fail(f"the run did not come to {state}")


def next_month_to_pay(page: Page) -> str:
    """The month after the newest monthly run that was not given up."""
    page.goto("/payments/runs/")
    months = page.locator("tbody tr", has_not_text="已作废").locator("td:nth-child(2)").all_inner_texts()
    year, month = map(int, max(months, default=f"{timezone.localdate():%Y-%m}").split("-"))
    return f"{year + month // 12}-{month % 12 + 1:02d}"
