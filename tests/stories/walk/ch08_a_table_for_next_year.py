"""The State Council's notice has come: without the table of the new year no deadline across New Year can be counted."""

from __future__ import annotations

from playwright.sync_api import expect

from .story import Story

# Made up in the shape of such a notice; the real one decides.
OFF = "2027-01-01 2027-01-03 元旦\n2027-02-05 2027-02-13 春节"
WORK = "2027-02-14 春节"


def the_holidays_of_next_year(story: Story) -> None:
    """The system administrator is reminded since 1 November, and enters them; November is paid as the demo pays."""
    story.turn_to("2026-11-24")
    admin = story.at("system_admin")
    admin.goto("/places/holidays/")
    expect(admin.get_by_text("尚未录入 2027 年节假日安排").first).to_be_visible()
    admin.get_by_label("年份").fill("2027")
    admin.get_by_label("通知名称和文号").fill("2027 年部分节假日安排的通知（演示，并无此文）")
    admin.get_by_label("放假", exact=True).fill(OFF)
    admin.locator("[name=work]").fill(WORK)
    admin.get_by_role("button", name="录入").click()
    expect(admin.get_by_text("已录入 2027 年的放假安排")).to_be_visible()
    expect(admin.get_by_text("尚未录入 2027 年节假日安排")).to_have_count(0)
    story.command("demo", "money")
    paid = story.rows("SELECT kind, state FROM payments_paymentrun WHERE month = '2026-11-01' AND state <> 'cancelled'")
    assert paid == [("monthly", "sent")]
