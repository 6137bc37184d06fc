"""What a coordinator does on the phone, as functions over its page."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.field.pictures import png

from .conftest import password, username_of

PIN = "280417"
UPLOADED = re.compile(r"都传到了")


def signed_in(context: BrowserContext, role: str = "coordinator") -> Page:
    """The phone page, opened through the real sign-in."""
    page = context.new_page()
    page.goto("/sign-in/?next=/field/")
    page.get_by_label("登录名").fill(username_of(role=role))
    page.get_by_label("密码", exact=True).fill(password())
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(re.compile(r"/field/"))
    return page


def set_pin(page: Page) -> None:
    """The first time: a PIN, twice."""
    page.get_by_label("口令（至少 6 位数字）").fill(PIN)
    page.get_by_label("再输一次").fill(PIN)
    page.get_by_role("button", name="设好，开始用").click()
    expect(page.get_by_role("heading", name="今天", exact=True)).to_be_visible()


def unlock(page: Page, pin: str = PIN) -> None:
    """Every other time."""
    page.get_by_label("口令（至少 6 位数字）").fill(pin)
    page.get_by_role("button", name="打开").click()


def picture() -> dict[str, Any]:
    """A photo as the camera hands it over."""
    return {"name": "IMG_1.png", "mimeType": "image/png", "buffer": png(7, b"GPS")}


def ink(page: Page) -> None:
    """One stroke on the pad."""
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 20):
        page.mouse.move(box["x"] + 40 + step * 9, box["y"] + 60 + (step % 5) * 9)
    page.mouse.up()


def visit(page: Page, number: str, *, hard: str = "不难", note: str = "") -> None:
    """Confirm everything on file, a photo, a signature, done."""
    page.goto(f"/field/#visit/{number}")
    if page.get_by_label("口令（至少 6 位数字）").count():
        unlock(page)
    expect(page.get_by_role("heading", name="入户核实")).to_be_visible()
    for row in page.locator(".ask:not(.q) .yn").all():
        row.get_by_role("radio", name="对", exact=True).check()
    page.get_by_role("radio", name="见到本人", exact=True).check()
    page.get_by_role("radio", name=hard, exact=True).check()
    page.get_by_label("拍照").set_input_files(picture())
    expect(page.get_by_role("button", name=re.compile("照片，点一下删除"))).to_be_visible()
    ink(page)
    if note:
        page.get_by_label("补充说明").fill(note)
    page.get_by_role("button", name="做完了，下一户").click()
    expect(page.get_by_role("heading", name="今天", exact=True)).to_be_visible()
