"""Runs the histories of histories.js in Chromium, on the product's own modules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, sync_playwright

HERE = Path(__file__).parent
STATIC = HERE.parents[1] / "src" / "doudi" / "field" / "static" / "field"
SITE = "http://127.0.0.1:9"  # nothing listens there: every answer comes from the route below


def _serve(route: Route) -> None:
    name = route.request.url.removeprefix(SITE).lstrip("/")
    if not name:
        route.fulfill(body="<!doctype html><title>histories</title>", content_type="text/html")
        return
    path = HERE / name if name == "histories.js" else STATIC / name
    route.fulfill(body=path.read_text(encoding="utf-8"), content_type="text/javascript")


@contextmanager
def laboratory() -> Iterator[Page]:
    """A page on which the pure modules can be imported."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.route("**/*", _serve)
        page.goto(f"{SITE}/")
        yield page
        browser.close()


def run(page: Page, *, first: int, count: int, steps: int = 60, defect: str = "") -> dict[str, Any]:
    """Histories from a seed on: how many, what was in them, and the first that broke."""
    script = "async ([f, c, s, d]) => (await import('/histories.js')).run(f, c, s, d)"
    found: dict[str, Any] = page.evaluate(script, [first, count, steps, defect])
    return found
