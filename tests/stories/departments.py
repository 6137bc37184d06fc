"""What a department does with a file, as functions over a page: send it, look at what was understood, let it in."""

from __future__ import annotations

import re

from playwright.sync_api import Page

PATIENCE_SECONDS = 180


def sent(page: Page, source: str, name: str, content: bytes) -> str:
    """Upload a file through the page of its source; returns the address of its batch."""
    page.goto("/feeds/")
    page.get_by_role("link", name="上传部门数据").click()
    page.get_by_label("数据来源").select_option(label=source)
    page.get_by_label("文件", exact=True).set_input_files({"name": name, "mimeType": "", "buffer": content})
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_url(re.compile(r"/feeds/batches/\d+/$"))
    return page.url


def previewed(page: Page, batch: str) -> None:
    """The worker has read and matched it."""
    _until(page, batch, "待入库")


def landed(page: Page, batch: str) -> None:
    """Let the good rows in; the worker does. An earlier file of the source that is on its way goes first."""
    button = page.get_by_role("button", name=re.compile("^入库"))
    for _second in range(PATIENCE_SECONDS):
        with page.expect_navigation():  # the next look at the page would break off the sending
            button.click()
        if not button.count():
            return _until(page, batch, "已入库")
        page.wait_for_timeout(1000)
    raise AssertionError(f"not let in: {page.locator('main').inner_text()}")


def _until(page: Page, batch: str, state: str) -> None:
    for _half in range(PATIENCE_SECONDS * 2):
        page.goto(batch)
        if page.locator(".tag", has_text=re.compile(f"^{state}$")).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"not {state}: {page.locator('main').inner_text()}")
