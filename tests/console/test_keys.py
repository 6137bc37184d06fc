"""What console.js adds to a page: keys, dialogs, revealing. The page is served from memory, without a server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
pytestmark = [
    pytest.mark.story,
    pytest.mark.urls("tests.console.urls"),
]
HOME = "http://doudi.test/"
NUMBER = "533199197902122417"
SOURCE = """{% extends "console/base.html" %}
{% block top %}<input type="search" id="search" aria-label="搜索">{% endblock %}
{% block main %}
<table class="tb" data-rows><tbody>
  <tr><td><a href="/one/">岳勒旺</a> {% idno number %}{% reveal "/reveal/" "岳勒旺" %}</td></tr>
  <tr><td><a href="/two/">线玉香</a></td></tr>
</tbody></table>
<nav><a rel="next" href="/next/">下一页</a></nav>
<a class="btn" href="#end" data-dialog="end" data-primary>停发</a>
{% include "console/_confirm.html" with id="end" title="停发低保" url="/end/" action="停发" %}
{% endblock %}"""


# Playwright keeps an event loop in the thread it starts in; a thread of its own keeps that away from other tests.
THREAD = ThreadPoolExecutor(1)


def in_browser_thread(test: Callable[..., None]) -> Callable[..., None]:
    @wraps(test)
    def run(**fixtures: object) -> None:
        THREAD.submit(test, **fixtures).result()

    return run


def html(**preferences: str) -> str:
    request = RequestFactory().get("/")
    request.user = SimpleNamespace(  # type: ignore[assignment]
        is_authenticated=True, name="杨晓芸", office="", preferences=preferences, may=lambda _permission: True
    )
    return engines["django"].from_string(SOURCE).render({"number": NUMBER}, request)


def answer(route: Route, page_html: str) -> None:
    path = route.request.url.removeprefix(HOME)
    if path.startswith("static/"):
        route.fulfill(path=str(Path(str(finders.find(path.removeprefix("static/"))))))
    elif path == "reveal/":
        good = "on_site" in (route.request.post_data or "")
        route.fulfill(status=200 if good else 422, body=NUMBER if good else "请写明事由")
    else:
        route.fulfill(body=page_html, content_type="text/html; charset=utf-8")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    tool = THREAD.submit(sync_playwright().start).result()
    browser = THREAD.submit(tool.chromium.launch, executable_path=CHROMIUM, args=["--no-sandbox"]).result()
    yield browser
    THREAD.submit(browser.close).result()
    THREAD.submit(tool.stop).result()


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[Page]:
    page = THREAD.submit(chromium.new_page).result()
    yield page
    THREAD.submit(page.close).result()


def opened(page: Page, **preferences: str) -> Page:
    shown = html(**preferences)
    page.route("**/*", lambda route: answer(route, shown))
    page.goto(HOME)
    return page


@in_browser_thread
def test_a_slash_goes_to_the_search_and_letters_typed_there_are_only_letters(browser_page: Page) -> None:
    page = opened(browser_page)
    page.keyboard.press("/")
    page.keyboard.type("j?]")
    expect(page.locator("#search")).to_have_value("j?]")
    expect(page.locator("#keys")).to_be_hidden()


@in_browser_thread
def test_j_and_k_move_through_the_rows_and_enter_opens_one(browser_page: Page) -> None:
    page = opened(browser_page)
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator("tr.sel")).to_contain_text("岳勒旺")
    page.keyboard.press("Enter")
    page.wait_for_url("**/one/")


@in_browser_thread
def test_a_bracket_turns_the_page_and_g_w_goes_home(browser_page: Page) -> None:
    page = opened(browser_page)
    page.keyboard.press("]")
    page.wait_for_url("**/next/")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url(HOME)


@in_browser_thread
def test_keys_can_be_turned_off(browser_page: Page) -> None:
    page = opened(browser_page, keys="off")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()


@in_browser_thread
def test_the_question_mark_lists_the_keys_and_escape_closes_the_list(browser_page: Page) -> None:
    page = opened(browser_page)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


@in_browser_thread
def test_the_main_action_asks_before_it_acts(browser_page: Page) -> None:
    page = opened(browser_page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="停发低保")).to_be_visible()
    page.locator("#end").get_by_text("取消").click()
    expect(page.locator("#end")).to_be_hidden()


@in_browser_thread
def test_a_number_is_shown_for_a_reason_and_hidden_again_after_thirty_seconds(browser_page: Page) -> None:
    page = browser_page
    page.clock.install()
    opened(page)
    page.get_by_role("link", name="查看 岳勒旺 的完整身份证号").click()
    page.get_by_role("button", name="显示 30 秒").click()
    expect(page.locator(".id.shown")).to_have_text(NUMBER)
    page.clock.fast_forward(30_000)
    expect(page.locator(".id.shown")).to_have_count(0)
    expect(page.get_by_text("533199********2417")).to_be_visible()


@in_browser_thread
def test_a_refused_reason_is_answered_in_the_dialog(browser_page: Page) -> None:
    page = opened(browser_page)
    page.get_by_role("link", name="查看 岳勒旺 的完整身份证号").click()
    page.get_by_label("其他").check()
    page.get_by_role("button", name="显示 30 秒").click()
    expect(page.get_by_role("alert").filter(has_text="请写明事由")).to_be_visible()


@in_browser_thread
def test_on_a_phone_the_navigation_opens_from_its_button(browser_page: Page) -> None:
    page = opened(browser_page)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#nav")).to_be_hidden()
    page.get_by_role("button", name="菜单").click()
    expect(page.locator("#nav")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
