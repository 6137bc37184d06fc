"""What is kept back from a month for a recovery: in the list, at the lock, in the books."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from doudi.accounts.models import Staff
from doudi.payments.actions import recoveries
from doudi.payments.kinds import Book, LineState, RunState
from doudi.payments.models import Instalment, PaymentRun
from doudi.payments.queries.checking import check
from doudi.payments.queries.ledger import balance_of

from .bank_world import BACK_ON, a_run, answered, lines, sent
from .runs_world import People, a_draft, lines_of, locked
from .world import COUNTY, DECEMBER, NOVEMBER, at


@pytest.fixture
def december(people: People) -> PaymentRun:
    """A family owes 200 yuan and repays 50 a month; the draft of the next month."""
    return owing(people, fen=20_000, a_month=5_000)


def owing(people: People, *, fen: int, a_month: int) -> PaymentRun:
    """A family was paid too much and agreed to keep back so much a month; the draft of the next month."""
    batch, _content = sent(people, run := a_run(people, 1))
    answered(people, batch, "paid")
    home, when = lines(run).get().household, {"on": BACK_ON, "at": at(BACK_ON)}
    said = {"programme": "dibao", "months": {NOVEMBER: fen}, "fault": "change", "because": "10月已就业，未及时报告"}
    one = recoveries.open_recovery(household=home, keep_fen_month=a_month, by=people.maker, **said, **when)
    recoveries.approve(recovery=one, by=people.checker, **when)
    return a_draft(people, DECEMBER)


def test_the_line_says_what_is_due_and_what_is_kept(december: PaymentRun) -> None:
    (line,) = lines_of(december)
    assert (line.due_fen, line.kept_fen, line.fen) == (60_000, 5_000, 55_000)


def test_it_comes_back_when_the_list_is_locked(people: People, december: PaymentRun) -> None:
    run = locked(people, december)
    assert run.total_fen == 55_000
    assert [(one.how, one.fen) for one in Instalment.objects.all()] == [("kept", 5_000)]
    assert balance_of(Book.RECEIVABLE, COUNTY) == 15_000
    assert not check()


def test_what_was_repaid_meanwhile_is_not_kept_once_more(people: People, december: PaymentRun) -> None:
    (line,) = lines_of(december)
    one = recoveries.Recovery.objects.get(household=line.household)
    said = {"recovery": one, "by": people.maker, "on": BACK_ON, "at": at(BACK_ON)}
    recoveries.repay(fen=18_000, how="cash", note="收据 7", **said)
    assert locked(people, december).total_fen == 58_000
    assert balance_of(Book.RECEIVABLE, COUNTY) == 0
    one.refresh_from_db()
    assert one.closed_on is not None


def test_a_run_that_is_kept_back_whole_needs_no_bank(people: People, signed_in: Callable[[Staff], Any]) -> None:
    run = locked(people, owing(people, fen=60_000, a_month=60_000))
    client, address = signed_in(people.maker), f"/payments/bank/{run.pk}/"
    assert run.total_fen == 0
    assert "全部扣回，不送银行" in client.get(address).content.decode()
    assert client.post(f"{address}settle/").status_code == 302
    run.refresh_from_db()
    assert (run.state, lines(run).get().state, check()) == (RunState.SENT, LineState.PAID, [])


def test_a_run_with_something_to_send_is_not_settled_without_the_bank(
    people: People, december: PaymentRun, signed_in: Callable[[Staff], Any]
) -> None:
    run = locked(people, december)
    answer = signed_in(people.maker).post(f"/payments/bank/{run.pk}/settle/", follow=True)
    assert "有要送银行的发放" in answer.content.decode()
    run.refresh_from_db()
    assert run.state == RunState.LOCKED
