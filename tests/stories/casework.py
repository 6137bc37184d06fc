"""What a clerk does with a case, as functions over a page: each is one stretch of the way, through the real forms."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import psycopg
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from .running import ask

ADDRESS = r"/cases/([A-Z]+-\d{4}-\d{4}-\d+)/"
TOWNSHIP = "533103102"
ROUND_SECONDS = 180  # the worker sends and reads one question after the other


def enter_families(var: str) -> dict[str, dict[str, Any]]:
    """Enter the families of families.py into the running demo; returns what is known of each."""
    found: dict[str, dict[str, Any]] = ask(var, "families")
    return found


def age_notice(var: str, number: str, days: int) -> None:
    """Let the days of a notice pass: its rows move back, nothing else about the case does."""
    with psycopg.connect(f"postgresql://postgres@/doudi_demo?host={var}/pg-demo") as db:
        done = db.execute(
            "UPDATE casework_publicnotice n SET posted_on = posted_on - %s::int, last_day = last_day - %s::int"
            " FROM casework_application a WHERE a.id = n.application_id AND a.number = %s AND n.taken_down_on IS NULL",
            [days, days, number],
        )
        assert done.rowcount == 1


def forget_switches(var: str) -> None:
    """Stories may run again on the same county: what they switched on before is as if it had not been."""
    with psycopg.connect(f"postgresql://postgres@/doudi_demo?host={var}/pg-demo") as db:
        db.execute("DELETE FROM casework_townshipswitch WHERE basis LIKE '芒民发〔2026〕1号%'")


def number_of(page: Page) -> str:
    """The number of the case whose page is open."""
    return page.url.split("/cases/")[1].split("/")[0]


def take_down(page: Page, home: dict[str, Any], *, programme: str = "", **details: str) -> str:
    """Fill in the application: every group "没有", except for the details given by fact (`wage_income_fen="12000"`)."""
    page.goto(f"/cases/new/{home['number']}/")
    if programme:
        page.locator(f"input[name=programme][value={programme}]").check()
    answer_groups(page, home, details)
    page.get_by_role("button", name="登记申请", exact=True).click()
    page.wait_for_url("**/cases/*-*/")
    return number_of(page)


def answer_groups(page: Page, home: dict[str, Any], details: dict[str, str]) -> None:
    """Each question "没有"; a group with a detail is opened and the detail typed."""
    for group in page.locator("#intake [name^='g-'][value=none]").all():
        group.check()
    for fact, typed in details.items():
        field = page.locator(f"[name='d-person-{home['head']}-{fact}']")
        holder = page.locator("[data-when]").filter(has=field)
        name = (holder.get_attribute("data-when") or "").split("=")[0]
        page.locator(f"input[name='{name}'][value=some]").check()
        field.fill(typed)


def sign_all(page: Page, number: str, home: dict[str, Any], *, drawn: bool = False) -> None:
    """Every consent that is missing and the pledge; the first signature with the pointer if wished."""
    page.goto(f"/cases/{number}/")
    page.get_by_role("link", name="去签名").click()
    page.wait_for_url("**/verification/households/**")
    start = page.url
    while (unsigned := page.locator("tr.odd-one a[href*='/sign/']")).count():
        unsigned.first.click()
        sign(page, drawn=drawn)
        drawn = False
        page.goto(start)
    page.get_by_role("link", name="签承诺书").click()
    page.wait_for_url("**/pledge/**")
    for box in page.locator("input[name=statements]").all()[:2]:
        box.check()
    sign(page)
    page.goto(f"/cases/{number}/")
    expect(page.get_by_role("heading", name="还缺的材料")).to_have_count(0)


def sign(page: Page, *, drawn: bool = False) -> None:
    """Sign the form that is open: by the first who may."""
    choose_signer(page)
    if drawn:
        draw(page)
    else:
        type_name(page)
    page.get_by_role("button", name="签署", exact=True).click()
    page.wait_for_url(re.compile(r"/verification/households/[^/]+/(\?.*)?$"))


def choose_signer(page: Page) -> None:
    """The last of those who may sign."""
    signer = page.locator("#id_signer")
    signer.wait_for()
    signer.select_option(index=signer.locator("option").count() - 1)


def type_name(page: Page) -> None:
    """The signer's name typed."""
    page.locator("#id_sign_name").fill(page.locator("#id_signer option:checked").inner_text())
    page.locator("input[name=sign_method][value=typed]").check()


def draw(page: Page) -> None:
    """A zigzag on the pad."""
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 20):
        page.mouse.move(box["x"] + 40 + step * 8, box["y"] + 40 + (step % 6) * 8)
    page.mouse.up()


def take(page: Page, number: str, move: str, **fields: str) -> None:
    """Take one step on its own page; `fields` by name, radio buttons by value."""
    page.goto(f"/cases/{number}/steps/{move}/")
    fill(page, fields)
    page.locator("main form [data-primary]").click()
    page.wait_for_url(f"**/cases/{number}/")


def fill(page: Page, fields: dict[str, str]) -> None:
    """Fields by name; of several with one name the button with the value."""
    form = page.locator("main")  # dialogs of the frame have fields of their own
    for name, value in fields.items():
        if form.locator(f"input[type=radio][name='{name}']").count():
            form.locator(f"input[name='{name}'][value='{value}']").check()
        elif form.locator(f"select[name='{name}']").count():
            form.locator(f"select[name='{name}']").select_option(value)
        else:
            form.locator(f"[name='{name}']").fill(value)


def verified(clerk: Page, county: Page, number: str) -> str:
    """Ask, let the county run the round and the worker finish it; returns the address of the round."""
    take(clerk, number, "start_verification")
    return run_round(clerk, county, number)


def run_round(clerk: Page, county: Page, number: str) -> str:
    """The county starts the round that waits; the worker does it; the report is there."""
    clerk.goto(f"/cases/{number}/")
    address = clerk.get_by_role("link", name="核对详情").get_attribute("href") or ""
    county.goto(address)
    county.get_by_role("button", name="开始查询").click()
    for _second in range(ROUND_SECONDS):
        county.goto(address)
        if county.get_by_role("link", name="打印报告").count():
            return address
        county.wait_for_timeout(500)
    raise AssertionError(f"no report: {county.locator('main').inner_text()}")


def visited(page: Page, number: str, *, county: bool = False, second: str = "何俊") -> None:
    """Two people were there; the family signs with its name typed."""
    page.goto(f"/cases/{number}/visit/{'county/' if county else ''}")
    page.locator("[name=second_name]").fill(second)
    for box in page.locator("textarea[name^=p_]").all()[:2]:
        box.fill("砖木结构自有房屋，无新建；户主骨折，暂不能下地")
    page.locator("input[name=result][value=matches]").check()
    choose_signer(page)
    type_name(page)
    page.locator("main form [data-primary]").click()
    page.wait_for_url(f"**/cases/{number}/")


def accepted(page: Page, home: dict[str, Any], *, programme: str = "", **details: str) -> str:
    """From intake to acceptance."""
    number = take_down(page, home, programme=programme, **details)
    sign_all(page, number, home)
    take(page, number, "submit")
    take(page, number, "accept")
    return number


def surveyed(clerk: Page, county: Page, number: str) -> None:
    """Verified, visited, and on to the review; every source must agree with what was declared."""
    verified(clerk, county, number)
    visited(clerk, number)
    take(clerk, number, "finish_survey")


def noticed(clerk: Page, number: str) -> None:
    """The opinion to confirm, and the notice."""
    take(clerk, number, "write_opinion", conclusion="grant")
    take(clerk, number, "propose_grant")


def text_of(page: Page, address: str) -> str:
    """The text of a PDF, without blanks and line ends."""
    answer = page.request.get(address)
    assert answer.ok, f"{address}: {answer.status}"
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(answer.body())).pages)
    return "".join(text.replace("\u2060", "").split())


def switch(page: Page, kind: str, today: date, *, var: str) -> None:
    """The county turns a switch of the township on, from the day before on."""
    forget_switches(var)
    page.goto("/cases/switches/")
    since = (today - timedelta(days=1)).isoformat()
    fill(page, {"township": TOWNSHIP, "kind": kind, "basis": "芒民发〔2026〕1号", "starts_on": since})
    page.locator("main form:has([name=basis]) button.pri").click()
    expect(page.get_by_text("已开通").first).to_be_visible()


def switch_off(page: Page) -> None:
    """What a story turned on does not stay."""
    page.goto("/cases/switches/")
    page.locator("form[action$='/end/'] button").first.click()
    expect(page.get_by_text("已停止").first).to_be_visible()


def in_days(days: int) -> str:
    """A day from today as an input takes it."""
    return (date.today() + timedelta(days=days)).isoformat()  # noqa: DTZ011  the demo runs on this machine's day
