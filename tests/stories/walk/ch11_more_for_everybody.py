"""December: the standard rises from the month before, and prices pass the line; both reach those who receive."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import expect

from doudi.payments.banking.simulator import SimulatedBank

from .. import teller
from ..lists import handed_on, locked, settled
from ..prices import begun, confirmed, entered
from ..standards import apply, propose, publish, raised_award, see_the_effect
from .ch10_money import answered, sent_to
from .story import Story, see

SINCE = date(2026, 11, 1)
RAISED = """
SELECT c.before_fen, c.after_fen, c.effective_from FROM awards_awardchange c JOIN awards_award w ON w.id = c.award_id
WHERE w.number = %s AND c.reason = 'standard'
"""


def a_standard_rises_from_the_month_before(story: Story) -> None:
    """Proposed by one, its effect seen, published and applied by another; every award is raised from its first day."""
    story.turn_to("2026-12-10")
    clerk, reviewer = story.at("county_clerk"), story.at("county_reviewer")
    draft = propose(clerk, SINCE)
    page = f"/awards/standards/{draft}/"
    see_the_effect(clerk, page)
    see(clerk, "standard")
    publish(reviewer, draft)
    apply(reviewer, page)
    raised_award(reviewer, page)
    expect(reviewer.get_by_text("保障标准调整").first).to_be_visible()
    before, after, since = story.one(RAISED, story["bill_award"])
    assert (before, f"{since}") == (story["bill_fen"], "2026-12-01")
    assert after > before
    story.note(bill_raised_fen=after, draft=draft)


def prices_pass_the_line(story: Story) -> None:
    """The index of November: entered, confirmed by another, found to be over the line; the list is signed by three."""
    clerk, reviewer = story.at("county_clerk"), story.at("county_reviewer")
    entered(clerk, "2026-11", "3.5", "6.0", on=story.today)
    confirmed(reviewer, "2026-11")
    see(reviewer, "prices")
    maker = story.at("payment_maker")
    begun(maker, "2026-11")
    pk, number = story.one("SELECT id, number FROM payments_paymentrun WHERE kind = 'price_subsidy'")
    address = f"/payments/runs/{pk}/"
    settled(maker, address, "制单中")
    handed_on(maker, address)
    locked(story.at("payment_checker"), story.at("finance"), address)
    story.note(run={"run": pk, "number": number})


def the_subsidy_arrives(story: Story) -> None:
    """Within twenty working days from the release; most are paid within one."""
    maker, folder = story.at("payment_maker"), story.var / "bank"
    bank = SimulatedBank(bytes.fromhex(story.ask("bank", "key")))
    sent_to(bank, maker, story, folder)
    story.turn_to("2026-12-11")
    maker = story.at("payment_maker")
    answered(bank, maker, story, folder)
    teller.reconciled(maker, story["run"])
    maker.goto("/payments/subsidy/2026-11/")
    see(maker, "subsidy")
    paid, fen = story.one(
        "SELECT count(*), sum(fen) FROM payments_paymentline WHERE run_id = %s AND state = 'paid'", story["run"]["run"]
    )
    assert paid > 0
    assert fen > 0
