"""Journeys in a real browser against the real thing: `doudi demo up`, its web role and its worker."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from doudi.config.environment import ROOT

from .casework import enter_families
from .running import running, until_supplied

VAR = Path(os.environ["DOUDI_VAR"]) if os.environ.get("DOUDI_STORIES") else ROOT / "var" / "stories"
# Screenshots land in docs/images only when asked for, so that a test run does not change the tree.
SHOTS = ROOT / "docs" / "images" if os.environ.get("DOUDI_SCREENSHOTS") else VAR / "screenshots"
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PEOPLE = 6_000
# Of the walk (walk/story.py): it passes by the pages of other stories, and keeps only pictures of its own.
APART: set[BrowserContext] = set()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Stories run in a process of their own, see config/testing.py."""
    for item in items:
        if "tests/stories/" in item.nodeid:
            item.add_marker(pytest.mark.story)


@pytest.fixture(scope="session")
def county(demo: tuple[str, IO[str] | None]) -> str:
    """The address of a running demo county of 6,000 people; DOUDI_STORIES names one that runs already."""
    return demo[0]


@pytest.fixture(scope="session")
def supplied(demo: tuple[str, IO[str] | None]) -> str:
    """The county when the departments' files of the last month have been handed in."""
    address, output = demo
    until_supplied(output)
    return address


@pytest.fixture(scope="session")
def demo() -> Iterator[tuple[str, IO[str] | None]]:
    """Address and what it prints."""
    if named := os.environ.get("DOUDI_STORIES"):
        yield named, None
        return
    with running(VAR, PEOPLE) as county:
        yield county


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def families(county: str) -> dict[str, dict[str, Any]]:
    """Households made for stories of casework (families.py), entered once."""
    return enter_families(str(VAR))


@pytest.fixture
def open_as(county: str, browser: Browser) -> Iterator[Callable[..., Page]]:
    """`open_as("township_clerk")` signs a role in through the real form and returns its page at the workbench."""
    contexts: list[BrowserContext] = []

    def sign_in(role: str, *, username: str = "", size: dict[str, int] = DESKTOP) -> Page:
        context = browser.new_context(viewport=size, base_url=county, locale="zh-CN", accept_downloads=True)
        contexts.append(context)
        context.set_default_timeout(15_000)
        return signed_in(context, username or username_of(role), county)

    yield sign_in
    for context in contexts:
        context.close()


def signed_in(context: BrowserContext, username: str, address: str) -> Page:
    """Somebody signed in through the real form, at the workbench."""
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_label("登录名").fill(username)
    page.get_by_label("密码", exact=True).fill(password())
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{address}/")
    return page


def username_of(role: str) -> str:
    """The first demo sign-in of a role."""
    from doudi.demo.staff import PEOPLE

    return next(username for one, username, *_ in PEOPLE if one.value == role)


def password() -> str:
    """The demo's one password."""
    from doudi.demo.staff import PASSWORD

    return PASSWORD


def look(page: Page, name: str, *, full: bool = False) -> Path:
    """Keep a screenshot, named by what it shows and its width."""
    folder = VAR / "screenshots" if page.context in APART and not name.startswith("walk-") else SHOTS
    folder.mkdir(parents=True, exist_ok=True)
    assert page.viewport_size is not None
    path = folder / f"{name}-{page.viewport_size['width']}.png"
    page.screenshot(path=path, full_page=full)
    return path


def accessible(page: Page) -> list[str]:
    """What axe-core finds wrong on the page as it stands; empty is what we want."""
    page.evaluate(AXE)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [f"{v['id']}: {v['help']} {[n['target'] for n in v['nodes']][:3]}" for v in found["violations"]]


def seen(page: Page, name: str, *, full: bool = True) -> None:
    """A page looked at: kept as a picture, accessible, no wider than the screen."""
    look(page, name, full=full)
    assert accessible(page) == []
    assert overflow(page) == 0


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the screen."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))
