"""A driver from another province has an accident: money the same hour, the papers and a second look in their time."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from ..casework import take
from .story import PHONE, Story, see

TRAVELLER = "四川过路货车司机王师傅"
RECEIPT = re.compile(r"/payments/relief/\d+/$")


def money_within_the_hour(story: Story) -> None:
    """On the phone: no register, no file, no proof; from the township's own purse."""
    page = story.at("township_clerk", size=PHONE)
    page.goto("/payments/relief/")
    page.locator("#id_who").fill(TRAVELLER)
    page.get_by_text("没有档案，或者不在自己村里出的事").click()
    page.locator("#id_stranger").fill(TRAVELLER)
    page.locator("#id_place").select_option(index=2)
    page.locator("#id_what label", has_text="意外受伤").click()
    choice = page.locator("#told .picks label").first
    expect(choice).to_be_visible()
    choice.click()
    page.locator("#id_sign_name").fill("王师傅")
    see(page, "emergency")
    page.locator("[data-pay]").click()
    page.wait_for_url(RECEIPT)
    expect(page.get_by_text("从接到求助到给钱 0 分钟")).to_be_visible()
    see(page, "emergency-paid")
    plan = page.url.rstrip("/").rsplit("/", 1)[1]
    number, fen, account = story.one(
        "SELECT a.number, p.fen, f.division_code FROM payments_reliefpayment p"
        " JOIN payments_reliefplan n ON n.id = p.plan_id JOIN casework_application a ON a.id = n.application_id"
        " JOIN payments_reservefund f ON f.id = p.fund_id WHERE n.id = %s", int(plan),
    )  # fmt: skip
    assert (number[:2], fen > 0, account) == ("JN", True, "533103102000")
    story.note(traveller_plan=plan, traveller_case=number, traveller_fen=fen)


def his_papers_and_a_second_look(story: Story) -> None:
    """A week later: the hospital's slip has come, and somebody has seen him off."""
    story.turn_to("2026-11-13")
    clerk = story.at("township_clerk")
    clerk.goto(f"/payments/relief/{story['traveller_plan']}/")
    clerk.get_by_text("登记走访", exact=True).first.click()
    clerk.get_by_label("看到的情况").fill("伤口已处理，家里人来接，当天返回四川")
    clerk.get_by_text("困难已缓解").click()
    clerk.get_by_role("button", name="登记走访").click()
    expect(clerk.get_by_text("不用再走访").first).to_be_visible()
    take(clerk, story["traveller_case"], "file_papers")
    expect(clerk.get_by_text("已确认").first).to_be_visible()
    clocks = dict(story.rows(
        "SELECT r.key, r.outcome FROM casework_clockresult r JOIN casework_application a ON a.id = r.application_id"
        " WHERE a.number = %s", story["traveller_case"],
    ))  # fmt: skip
    assert set(clocks.values()) == {"kept"}, clocks
    assert len(clocks) == 2
