"""What a household was paid: every payment with its why and its state, on a page and on paper."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import date
from typing import Any

from doudi.accounts.models import Staff
from doudi.audit.models import AuditEvent
from doudi.payments.models import PaymentLine, PaymentRun
from doudi.payments.queries.statements import Statement, latest, statement
from doudi.registry.models import Household

from .bank_world import answered, sent
from .runs_world import People, a_county, a_locked_run, on_dibao


def a_run(people: People, families: int) -> PaymentRun:
    """November, made the way the office makes it."""
    a_county(people)
    for _family in range(families):
        on_dibao(people)
    return a_locked_run(people)


def home_of(line: PaymentLine) -> Household:
    """The household of a line."""
    assert line.household is not None
    return line.household


def told(people: People, home: Household) -> Statement:
    """The statement of 2026 as the clerk sees it."""
    return statement(home, since=date(2026, 1, 1), until=date(2027, 1, 1), staff=people.clerk)


def text_of(content: bytes) -> str:
    """The words of a PDF."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def test_a_locked_payment_waits_for_the_bank(people: People) -> None:
    line = PaymentLine.objects.filter(run=a_run(people, 1)).get()
    one = told(people, home_of(line)).payments[0]
    assert (one.fen, one.state, one.tone) == (60_000, "已审签，待送银行", "wait")


def test_what_arrived_says_when_and_on_which_card(people: People) -> None:
    run = a_run(people, 1)
    batch, _file = sent(people, run)
    answered(people, batch, "paid")
    line = PaymentLine.objects.get(run=run)
    found = told(people, home_of(line))
    assert (found.payments[0].state, found.payments[0].on) == ("已到账", date(2026, 11, 11))
    assert (found.paid_fen, found.coming_fen) == (60_000, 0)


def test_what_failed_says_that_the_money_is_still_there(people: People) -> None:
    run = a_run(people, 1)
    batch, _file = sent(people, run)
    answered(people, batch, "E07")
    found = told(people, home_of(PaymentLine.objects.get(run=run)))
    assert (found.payments[0].tone, found.coming_fen) == ("bad", 60_000)
    assert "钱还在" in found.payments[0].said


def test_each_payment_says_why_with_its_clause(people: People) -> None:
    line = PaymentLine.objects.get(run=a_run(people, 1))
    part = told(people, home_of(line)).payments[0].parts[0]
    assert (part.kind, part.fen) == ("基本保障金", 60_000)
    assert "最低生活保障审核确认办法" in part.clauses


def test_the_household_page_gets_the_last_payments(people: People) -> None:
    line = PaymentLine.objects.get(run=a_run(people, 1))
    assert [one.fen for one in latest(home_of(line), people.clerk)] == [60_000]


def test_opening_the_statement_is_on_record(people: People, signed_in: Callable[[Staff], Any]) -> None:
    home = home_of(PaymentLine.objects.get(run=a_run(people, 1)))
    page = signed_in(people.clerk).get(f"/payments/households/{home.number}/?year=2026").content.decode()
    assert "600<i>.00</i>" in page
    assert AuditEvent.objects.filter(action="payment.read_statement", subject_id=str(home.pk)).count() == 1


def test_on_paper_the_family_reads_sum_state_and_what_to_do(people: People, signed_in: Callable[[Staff], Any]) -> None:
    home = home_of(PaymentLine.objects.get(run=a_run(people, 1)))
    answer = signed_in(people.clerk).get(f"/payments/households/{home.number}/statement.pdf?year=2026")
    words = text_of(answer.content)
    assert "领款明细" in words
    assert "600.00" in words
    assert "行政复议" in words


def test_a_year_without_payments_says_so(people: People, signed_in: Callable[[Staff], Any]) -> None:
    home = home_of(PaymentLine.objects.get(run=a_run(people, 1)))
    page = signed_in(people.clerk).get(f"/payments/households/{home.number}/?year=2025").content.decode()
    assert "这一年没有领款" in page
