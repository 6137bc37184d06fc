"""January: a new budget, and a list that knows the rise, its back-pay, and who is no longer on it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from doudi.payments.banking.simulator import SimulatedBank

from .. import teller
from ..lists import built, handed_on, locked
from .ch10_money import LINES, ROWS, answered, pk_of, sent_to
from .story import Story, see

YEAR_YUAN, PROGRAMMES = "2000000", ("dibao", "individual_dibao", "tekun")


def a_budget_for_the_year(story: Story) -> None:
    """Without one nothing can be locked: the finance bureau authorises it, and the first money comes."""
    story.turn_to("2027-01-04")
    finance = story.at("finance")
    for programme in PROGRAMMES:
        entered(finance, "/payments/funds/budget/", programme=programme, year="2027", fen=YEAR_YUAN, on="2027-01-04")
    entered(finance, "/payments/funds/inflow/", fen=YEAR_YUAN, on="2027-01-04")
    finance.goto("/payments/funds/?year=2027")
    see(finance, "budget")


def entered(finance: Page, address: str, **fields: str) -> None:
    """Money or a budget, for the first fund."""
    finance.goto(address)
    form = finance.locator("main")
    form.locator("[name=fund]").select_option(index=1)
    form.locator("[name=reference]").fill("芒财社〔2027〕1号")
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    finance.locator("main form [data-primary], main form button.pri").first.click()
    expect(finance.get_by_text("已记账").first).to_be_visible()


def january_with_its_back_pay(story: Story) -> None:
    """Every line with its why: the month at the new amount, the months before as what was still owed."""
    story.turn_to("2027-01-05")
    maker = story.at("payment_maker")
    address = built(maker, "2027-01")
    name = story["bill_card"]["name"]
    maker.goto(f"{address}?view=all&name={name}")
    expect(maker.locator(ROWS, has_text=name)).to_have_count(2)
    see(maker, "back-pay")
    for gone in ("dying", "fading"):
        maker.goto(f"{address}?view=all&name={story[gone]['name']}")
        for row in maker.locator(ROWS, has_text=story[gone]["name"]).all_inner_texts():
            assert "2027" not in row
    handed_on(maker, address)
    locked(story.at("payment_checker"), story.at("finance"), address)
    number = story.one("SELECT number FROM payments_paymentrun WHERE id = %s", pk_of(address))
    story.note(run={"run": pk_of(address), "number": number})
    bank, folder = SimulatedBank(bytes.fromhex(story.ask("bank", "key"))), story.var / "bank"
    sent_to(bank, maker, story, folder)
    story.turn_to("2027-01-06")
    maker = story.at("payment_maker")
    answered(bank, maker, story, folder)
    teller.reconciled(maker, story["run"])


def the_statement_of_the_quarter(story: Story) -> None:
    """What the family was due, to the fen: December at the old amount, its rise after the fact, January at the new."""
    clerk, old, new = story.at("township_clerk"), story["bill_fen"], story["bill_raised_fen"]
    teller.statement_says(clerk, story["bill"]["number"], "已到账")
    see(clerk, "statement-quarter")
    told = [(f"{month:%Y-%m}", *what) for month, *what in story.rows(LINES, story["bill_award"])]
    assert told == [
        ("2026-12", "arrears", new - old, "paid"),
        ("2026-12", "monthly", old, "paid"),
        ("2027-01", "monthly", new, "paid"),
    ]
    for gone in ("dying", "fading"):
        last = max(month for month, *_rest in story.rows(LINES, story[gone]["award"]))
        assert f"{last:%Y-%m}" == {"dying": "2026-11", "fading": "2026-12"}[gone]
