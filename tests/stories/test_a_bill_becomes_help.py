"""A hospital bill becomes a visit becomes an application: one file, four people, each at their own desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import Page, expect

from .conftest import PHONE, VAR, accessible, look, overflow
from .departments import landed, previewed, sent
from .monitored import ask

Open = Callable[..., Page]
MONTHS, WARD_YUAN, DIALYSIS_YUAN = 12, 28_640, 815
HEADINGS = "结算单号,姓名,身份证号码,结算时间,就医类别,医院名称,医疗费总额,个人自付金额,是否重病,出院诊断"


def settlements(patient: dict[str, Any], today: date) -> bytes:
    """A year of one patient as the office exports it: GBK, a title above, a total below, two rows that are wrong."""
    last = today.year * 12 + today.month - 1
    days = [date((last - i) // 12, (last - i) % 12 + 1, 1) for i in range(MONTHS)]
    run, name, number = patient["number"][-6:], patient["name"], patient["resident_id"]
    rows = [
        f"YB{run}{i:02d},{name},\t{number},{day:%Y/%m/%d},门诊慢特病,市人民医院,4120.00,{DIALYSIS_YUAN}.00,是,尿毒症"
        for i, day in enumerate(days)
    ]
    rows.append(
        f'YB{run}90,{name},\t{number},{days[1]:%Y/%m/%d},住院,市人民医院,"86,210.40","{WARD_YUAN:,}.00",是,尿毒症'
    )
    rows.append(f"YB{run}91,岳某,\t533199197001010000,{days[1]:%Y/%m/%d},住院,市中医院,3100.00,620.00,否,骨折")
    rows.append(f"YB{run}92,刀某,,二〇二六年,住院,市中医院,2100.00,420.00,否,肺炎")
    total = f'合计,,,,,,,"{WARD_YUAN + MONTHS * DIALYSIS_YUAN + 1_040:,}.00",,'
    return "\r\n".join(["芒市医疗保障结算明细", HEADINGS, *rows, total, ""]).encode("gb18030")


def warning_on_the_board(clerk: Page, name: str) -> None:
    """The round has run: the household stands on the board, with the village's coordinator."""
    row = clerk.locator("#list tbody tr", has_text=name).first
    for _second in range(90):
        clerk.goto("/monitoring/?view=open&indicator=medical_heavy")
        if row.count():
            break
        clerk.wait_for_timeout(1000)
    expect(row).to_contain_text("晚月英")
    assert accessible(clerk) == []


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


def questions_planned(clerk: Page, task: str) -> None:
    """The round goes on to choose what is to be asked."""
    for _second in range(60):
        clerk.goto(task)
        if clerk.get_by_text("要问", exact=True).count():
            return
        clerk.wait_for_timeout(1000)
    raise AssertionError(clerk.locator("main").inner_text())


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
