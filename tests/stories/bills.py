"""A year of one patient as the insurance office exports it, and the warning that comes of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from playwright.sync_api import Page, expect

from .conftest import accessible

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


def questions_planned(clerk: Page, task: str) -> None:
    """The round goes on to choose what is to be asked."""
    for _second in range(60):
        clerk.goto(task)
        if clerk.get_by_text("要问", exact=True).count():
            return
        clerk.wait_for_timeout(1000)
    raise AssertionError(clerk.locator("main").inner_text())
