"""Places and roles, seen from the screen: what is not allowed says whose it is and whom to ask."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import accessible, look, overflow

Open = Callable[..., Page]


def a_number(page: Page) -> str:
    page.goto("/households/")
    return (page.locator("a[href^='/households/MS-']").first.get_attribute("href") or "").strip("/").rsplit("/", 1)[1]


def test_a_leader_has_figures_but_no_files(open_as: Open) -> None:
    page = open_as("leader")
    look(page, "leader")
    expect(page.get_by_role("link", name="家庭档案")).to_have_count(0)
    assert page.goto("/households/").status == 403
    look(page, "no-permission")
    assert accessible(page) == []


def test_a_file_of_another_township_says_whose_it_is(open_as: Open) -> None:
    county = open_as("county_clerk")
    county.goto("/households/?place=533103103")
    number = (
        (county.locator("a[href^='/households/MS-']").first.get_attribute("href") or "").strip("/").rsplit("/", 1)[1]
    )
    clerk = open_as("township_clerk")
    answer = clerk.goto(f"/households/{number}/")
    assert answer.status == 404
    expect(clerk.get_by_text("勐戛镇").first).to_be_visible()
    look(clerk, "elsewhere")


def test_a_disabled_colleague_is_out_at_the_next_click(open_as: Open) -> None:
    hotline = open_as("hotline")
    admin = open_as("security_admin")
    admin.goto("/staff/?q=rexian")
    look(admin, "staff")
    admin.locator("main table a[href^='/staff/']").first.click()
    look(admin, "staff-one")
    assert accessible(admin) == []
    admin.get_by_role("link", name="停用").or_(admin.get_by_role("button", name="停用")).first.click()
    dialog = admin.locator("dialog[open]")
    if dialog.count():
        for box in dialog.locator("input[type=text], textarea").all():
            box.fill("测试停用")
        dialog.get_by_role("button", name="停用").click()
    expect(admin.get_by_text("已停用").first).to_be_visible()
    hotline.goto("/")
    expect(hotline).to_have_url(re.compile(r"/sign-in/"))


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("security_admin", "/staff/permissions/"),
        ("security_admin", "/staff/roles/"),
        ("audit_admin", "/audit/"),
        ("audit_admin", "/audit/seals/"),
        ("system_admin", "/places/"),
        ("system_admin", "/places/holidays/"),
        ("coordinator", "/"),
        ("liaison_disabled", "/"),
        ("finance", "/"),
        ("rural_revitalisation", "/"),
    ],
)
def test_every_role_has_pages_that_are_accessible(open_as: Open, role: str, path: str) -> None:
    page = open_as(role)
    assert page.goto(path).status == 200
    look(page, role + path.replace("/", "-").rstrip("-"))
    assert accessible(page) == []
    assert overflow(page) == 0
