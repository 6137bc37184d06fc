"""Tuesday: the coordinator walks up without a signal, asks, and lets the family sign; at night everything is there."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from ..conftest import username_of
from ..handset import UPLOADED, ink, set_pin, signed_in, unlock, visit
from .story import Story, see

SIGNED = 3  # two consents and the pledge


def a_phone_without_a_signal(story: Story) -> None:
    """One visit with its photo and signatures, kept on the phone until there is a network again."""
    story.turn_to("2026-11-03")
    number, phone = story["task"], story.phone()
    page = signed_in(phone)
    set_pin(page)
    expect(page.locator("a.task", has_text=story["bill"]["name"])).to_be_visible()
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("async () => (await caches.keys()).length && await caches.match('/field/')")
    see(page, "phone-today")
    phone.set_offline(True)
    page.reload()
    unlock(page)
    expect(page.get_by_text("没有网络，照常填，已存在手机里")).to_be_visible()
    for member in range(2):
        consented(page, number, member)
    pledged(page, number)
    visit(page, number, hard="难，要帮", note="每周透析三次，借了亲戚的钱")
    page.goto("/field/#outbox")
    expect(page.get_by_text("4 项、2 个附件待传")).to_be_visible()
    expect(page.get_by_role("link", name="4 项待传")).to_be_visible()
    see(page, "phone-outbox")
    assert story.one("SELECT count(*) FROM field_syncrecord WHERE task = %s", number) == 0
    phone.set_offline(False)
    page.get_by_role("button", name="现在上传").click()
    expect(page.get_by_text(UPLOADED)).to_be_visible(timeout=60_000)
    arrived(story, number)


def consented(page: Page, number: str, member: int) -> None:
    """The n-th of the family lets the sources be asked about them."""
    page.goto(f"/field/#sign/{number}/consent")
    page.get_by_label("谁的信息").select_option(index=member)
    expect(page.get_by_role("region", name="核对授权全文")).to_contain_text("我同意")
    kept(page)


def pledged(page: Page, number: str) -> None:
    """What they say instead of bringing papers."""
    page.goto(f"/field/#sign/{number}/pledge")
    page.locator("section input[type=checkbox]").first.check()
    kept(page)


def kept(page: Page) -> None:
    """Signed; it lies on the phone."""
    ink(page)
    page.get_by_role("button", name="签好了").click()
    expect(page.get_by_role("heading", name="入户核实")).to_be_visible()


def arrived(story: Story, number: str) -> None:
    """At the office: one visit by the coordinator, two consents, a pledge; every record applied once."""
    outcomes = story.rows("SELECT kind, outcome FROM field_syncrecord WHERE task = %s ORDER BY kind", number)
    assert outcomes == [("consent", "applied"), ("consent", "applied"), ("pledge", "applied"), ("visit", "applied")]
    reported = story.one(
        "SELECT count(*) FROM monitoring_visitreport r JOIN monitoring_visittask t ON t.id = r.task_id"
        " JOIN accounts_staff s ON s.id = r.by_id WHERE t.number = %s AND s.username = %s",
        number, username_of("coordinator"),
    )  # fmt: skip
    assert reported == 1
    signed = story.one(
        "SELECT (SELECT count(*) FROM verification_verificationconsent c WHERE c.household_id = h.id)"
        " + (SELECT count(*) FROM verification_pledge p WHERE p.household_id = h.id)"
        " FROM registry_household h WHERE h.number = %s", story["bill"]["number"],
    )  # fmt: skip
    assert signed == SIGNED
