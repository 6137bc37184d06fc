"""Export and reconciliation killed at any statement: taken up again, nothing is lost and nothing doubled (seeded)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from doudi.jobs import runner
from doudi.jobs.models import Job, State
from doudi.payments.actions import bank, returns
from doudi.payments.kinds import Book
from doudi.payments.models import BankAnswer, Transfer
from doudi.payments.queries.checking import check
from doudi.payments.queries.ledger import balance_of

from .bank_world import BACK_ON, SENT_ON, a_file, a_run, answers_to, sent, transfers
from .runs_world import People
from .world import COUNTY, at


class Killed(BaseException):
    """As if the process had been killed: nothing catches it, and the open transaction is gone."""


@contextmanager
def killed_at(statement: int) -> Iterator[None]:
    """The n-th statement from now on is never sent."""
    left = [statement]

    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return execute(*arguments)

    with connection.execute_wrapper(count):
        yield


def run_through(job: Job, seed: int, kills: int = 12) -> int:
    """The job, killed at random statements and taken up again until it is done; how often it died."""
    chance, died = random.Random(seed), 0
    for _kill in range(kills):
        try:
            with killed_at(chance.randint(1, 60)):
                runner.run(job.pk, clock=lambda: job.created_at)
        except Killed:
            died += 1
    runner.run(job.pk, clock=lambda: job.created_at)
    job.refresh_from_db()
    assert job.state == State.DONE, job.message
    return died


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_export_killed_anywhere_sends_every_line_once(
    people: People, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(bank, "LINES_A_CHUNK", 2)
    run = a_run(people, 5)
    assert run_through(bank.start_send(run=run, by=people.maker, at=at(SENT_ON)), seed) > 2
    assert sorted(Transfer.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]
    assert balance_of(Book.TRANSIT, COUNTY) == run.total_fen
    assert check() == []


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_a_reconciliation_killed_anywhere_matches_every_answer_once(
    people: People, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    batch, _content = sent(people, a_run(people, 5))
    monkeypatch.setattr(returns, "ROWS_A_CHUNK", 2)
    content = a_file(batch.number, answers_to(batch, "paid", "E07", "paid", "R01", "paid"))
    file, _new = returns.take_return(content=content, name="回盘.csv", county=COUNTY, by=people.maker, at=at(BACK_ON))
    assert run_through(Job.objects.get(pk=file.job_id), seed) > 2
    assert list(BankAnswer.objects.values_list("row", "state")) == [(n, "matched") for n in range(4, 9)]
    assert [one.state for one in transfers(batch)] == ["paid", "rejected", "paid", "returned", "paid"]
    assert check() == []


@pytest.mark.planted
def test_the_killing_is_noticed_where_a_step_is_not_one_transaction(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: transfers written without their money; the check must say so."""
    monkeypatch.setattr(bank, "book_lines", lambda *_a, **_k: None)
    sent(people, a_run(people, 2))
    assert {one.invariant for one in check()} == {"I3"}
