"""A family member signs on the screen: drawn with the pointer, or typed where nobody can draw."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.stories.conftest import PHONE, accessible, look, overflow


def sign_link(page: Page) -> str:
    """The first place for a signature of a household with several members."""
    page.goto("/households/")
    homes = page.eval_on_selector_all(
        "a[href^='/households/MS-']", "all => [...new Set(all.map(a => a.getAttribute('href')))]"
    )
    for home in homes:
        page.goto(f"/verification{home}")
        links = page.eval_on_selector_all("a[href*='/sign/']", "all => all.map(a => a.getAttribute('href'))")
        if len(links) > 1:
            return str(links[0])
    raise AssertionError("no household with two members")


def draw(page: Page) -> None:
    """A zigzag on the pad."""
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 30):
        page.mouse.move(box["x"] + 40 + step * 6, box["y"] + 40 + (step % 6) * 8)
    page.mouse.up()


def test_a_drawn_signature_is_kept_cleared_and_signed(open_as: Callable[..., Page]) -> None:
    page = open_as("township_clerk")
    page.goto(sign_link(page))
    signer = page.locator("#id_signer")
    signer.select_option(index=signer.locator("option").count() - 1)
    page.get_by_label("录入姓名", exact=True).first.check()
    draw(page)
    assert page.locator("#id_sign_image").input_value().startswith("data:image/png;base64,")
    assert page.get_by_label("手写签名").is_checked()
    look(page, "verification-sign")
    assert accessible(page) == []
    page.get_by_role("button", name="清除重签").click()
    assert page.locator("#id_sign_image").input_value() == ""
    page.get_by_role("button", name="签署", exact=True).click()
    assert page.locator(".error").first.is_visible()
    signer.select_option(index=signer.locator("option").count() - 1)
    draw(page)
    page.get_by_role("button", name="签署", exact=True).click()
    page.get_by_text("的授权已签署").wait_for()
    look(page, "verification-household")
    assert accessible(page) == []


def test_on_a_phone_the_pad_fits_and_a_name_can_be_typed(open_as: Callable[..., Page]) -> None:
    page = open_as("township_clerk", size=PHONE)
    page.goto(sign_link(page))
    assert overflow(page) == 0
    signer = page.locator("#id_signer")
    signer.select_option(index=signer.locator("option").count() - 1)
    page.locator("#id_sign_name").fill(signer.locator("option:checked").inner_text())
    assert page.locator("input[name=sign_method][value=typed]").is_checked()
    look(page, "verification-sign")
    page.get_by_role("button", name="签署", exact=True).click()
    page.get_by_text("的授权已签署").wait_for()
    assert overflow(page) == 0
