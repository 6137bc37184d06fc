"""December's money: a list by three people, two cards that do not work, both mended, and what the family can read."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from doudi.payments.banking.simulator import SimulatedBank

from .. import teller
from ..lists import built, handed_on, locked
from .story import Story, see

ROWS = "table[data-rows] tbody tr"
SIGNERS = "SELECT number, made_by_id, checked_by_id, approved_by_id FROM payments_paymentrun WHERE id = %s"
LINES = """
SELECT l.month, l.kind, l.fen, l.state FROM payments_paymentline l JOIN awards_award w ON w.id = l.award_id
WHERE w.number = %s AND l.state <> 'dropped' ORDER BY l.month, l.kind
"""


def three_people_sign_a_list(story: Story) -> None:
    """Maker, checker, finance; who died is not on it, who was confirmed last month is for the first time."""
    story.turn_to("2026-12-03")
    maker = story.at("payment_maker")
    address = built(maker, "2026-12")
    for key in ("bill", "refused", "permit"):
        name = story[f"{key}_card"]["name"]
        maker.goto(f"{address}?view=all&name={name}")
        expect(maker.locator(ROWS, has_text=name)).to_have_count(1)
    maker.goto(f"{address}?view=all&name={story['dying']['name']}")
    expect(maker.locator(ROWS, has_text=story["dying"]["name"])).to_have_count(0)
    maker.goto(address)
    see(maker, "run")
    handed_on(maker, address)
    finance = story.at("finance")
    locked(story.at("payment_checker"), finance, address)
    see(finance, "run-locked")
    number, *signers = story.one(SIGNERS, pk_of(address))
    assert len(set(signers)) == 3
    story.note(run={"run": pk_of(address), "number": number})


def the_bank_sends_two_back(story: Story) -> None:
    """A closed card and a name that does not fit: new cards, seen by a second person, and the money goes there."""
    maker, folder = story.at("payment_maker"), story.var / "bank"
    closed, odd = story["bill_card"], story["refused_card"]
    bank = SimulatedBank(bytes.fromhex(story.ask("bank", "key")), faults={closed["card"]: "E07", odd["card"]: "E03"})
    sent_to(bank, maker, story, folder)
    story.turn_to("2026-12-04")
    maker = story.at("payment_maker")
    answered(bank, maker, story, folder)
    maker.goto(f"/payments/bank/{story['run']['run']}/")
    expect(teller.row(maker, closed["name"])).to_contain_text("银行卡已注销")
    expect(teller.row(maker, odd["name"])).to_contain_text("户名与账号不一致")
    see(maker, "bank-rejects")
    clerk, checker = story.at("township_clerk"), story.at("payment_checker")
    for one in (closed, odd):
        teller.another_card(clerk, one)
        teller.looked_at(checker, one["name"])
        teller.sent_again(maker, story["run"], one["name"])
    sent_to(bank, maker, story, folder)
    story.turn_to("2026-12-07")
    maker = story.at("payment_maker")
    answered(bank, maker, story, folder)
    teller.reconciled(maker, story["run"])


def sent_to(bank: SimulatedBank, maker: Page, story: Story, folder: Path) -> None:
    """The file goes out by the maker's own hand."""
    folder.mkdir(exist_ok=True)
    bank.submit(teller.file_for_the_bank(maker, story["run"], folder), on=story.today)


def answered(bank: SimulatedBank, maker: Page, story: Story, folder: Path) -> None:
    """What the bank hands out is handed in."""
    for answer in bank.fetch(on=story.today):
        teller.hand_in(maker, folder, answer.content)


def what_the_family_reads(story: Story) -> None:
    """Their statement, and the books."""
    clerk = story.at("township_clerk")
    teller.statement_says(clerk, story["bill"]["number"], "已到账")
    see(clerk, "statement")
    teller.statement_says(clerk, story["refused"]["number"], "已到账")
    for award, fen in ((story["bill_award"], story["bill_fen"]), (story["refused_award"], story["refused_fen"])):
        months = story.rows(LINES, award)
        assert [(f"{month:%Y-%m}", kind, paid, state) for month, kind, paid, state in months] == [
            ("2026-12", "monthly", fen, "paid")
        ]
    assert story.ask("bank", "check") == []


def pk_of(address: str) -> int:
    """The id in an address."""
    return int(address.split("?")[0].rstrip("/").rsplit("/", 1)[1])
