"""A hospital bill becomes a visit becomes an application: one file, four people, each at their own desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from playwright.sync_api import Page, expect

from .bills import questions_planned, settlements, warning_on_the_board
from .conftest import PHONE, VAR, accessible, look, overflow
from .departments import landed, previewed, sent
from .monitored import ask

Open = Callable[..., Page]


def test_a_bill_becomes_a_visit_becomes_an_application(open_as: Open) -> None:
    patient = ask(str(VAR), "family")
    office = open_as("liaison_medical")
    batch = sent(office, "医保结算", "医保结算明细.csv", settlements(patient, date.today()))  # noqa: DTZ011
    previewed(office, batch)
    expect(office.get_by_role("heading", name="要更正的")).to_be_visible()
    look(office, "feeds-batch")
    assert accessible(office) == []
    landed(office, batch)

    ask(str(VAR), "watch", "changed")
    clerk = open_as("township_clerk")
    warning_on_the_board(clerk, patient["name"])
    clerk.locator("#list tbody tr", has_text=patient["name"]).first.locator("a[data-open]").click()
    task = clerk.url
    expect(clerk.locator("main")).to_contain_text("38,420")
    questions_planned(clerk, task)
    look(clerk, "monitoring-task")
    assert accessible(clerk) == []

    coordinator_went(open_as, task)
    clerk.goto(task)
    expect(clerk.locator("main")).to_contain_text("每周透析三次，借了亲戚的钱")
    clerk.get_by_role("link", name="处置", exact=True).click()
    clerk.get_by_label("核实到的情况").fill("入户属实，住院和透析费用自付太重")
    assert accessible(clerk) == []
    clerk.get_by_role("button", name="办结").click()
    expect(clerk.get_by_text("落实救助政策").first).to_be_visible()
    assert accessible(clerk) == []
    application_stands(clerk, patient["name"])


def coordinator_went(open_as: Open, task: str) -> None:
    """The village's coordinator reports the visit from the phone: this family should apply."""
    phone = open_as("coordinator", size=PHONE)
    phone.goto(task)
    assert (overflow(phone), accessible(phone)) == (0, [])
    phone.get_by_role("link", name="登记入户").click()
    phone.get_by_label("处置意见").select_option("apply_policy")
    phone.get_by_label("看到和了解到的情况").fill("每周透析三次，借了亲戚的钱")
    assert (overflow(phone), accessible(phone)) == (0, [])
    phone.get_by_role("button", name="提交", exact=True).click()
    expect(phone.get_by_text("已登记入户情况")).to_be_visible()


def application_stands(clerk: Page, name: str) -> None:
    """In casework: a case found by monitoring, with what is known already in it."""
    clerk.locator("main a[href^='/cases/']").click()
    clerk.wait_for_url("**/cases/**")
    expect(clerk.locator("main")).to_contain_text(name)
    expect(clerk.locator("main")).to_contain_text("主动发现")
