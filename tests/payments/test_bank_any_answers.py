"""Whatever the bank answers, in whatever order, and whatever people decide meanwhile: nobody is paid twice (I3, I6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from doudi.payments.actions import bank, returns, returns_deciding
from doudi.payments.banking.sheets import Answer
from doudi.payments.kinds import AnswerState
from doudi.payments.models import BankAnswer, BankBatch, BankReturn, PaymentLine, PaymentRun, Transfer
from doudi.payments.queries.bank import failed_transfers
from doudi.payments.queries.bank_files import sheet_of
from doudi.payments.queries.checking import check
from doudi.registry.actions.refusal import Refused

from .bank_world import BACK_ON, PLACE, a_run, sent
from .runs_world import People
from .world import COUNTY, at

ROW = some.tuples(
    some.integers(1, 4),
    some.sampled_from(["paid", "rejected", "returned"]),
    some.sampled_from(["", "", "", "fen", "holder"]),
)
FILE = some.tuples(some.just("file"), some.integers(0, 2), some.lists(ROW, min_size=1, max_size=5))
DECISION = some.tuples(some.sampled_from(["again", "stop", "send"]), some.integers(0, 3))
STEPS = some.lists(some.one_of(FILE, FILE, DECISION), min_size=1, max_size=8)


def take(people: People, run: PaymentRun, number: int, batch: BankBatch | None, rows: list[tuple[Any, ...]]) -> None:
    """A file of the bank about a batch, or about one that is nobody's."""
    sheet = {row.sequence: row for row in sheet_of(batch or run.batches.get(attempt=1)).rows}
    answers = []
    for line, (sequence, result, odd) in enumerate(rows, start=4):
        row = sheet.get(sequence) or replace(sheet[1], sequence=sequence)
        one = Answer(
            sequence, row.holder, row.number, row.fen, result, "" if result == "paid" else "E07", "", BACK_ON, line
        )
        answers.append(replace(one, **{"fen": {"fen": 1}, "holder": {"holder": "别人"}}.get(odd, {})))
    file = BankReturn.objects.create(
        county=COUNTY, division_code=PLACE, digest=f"{number:064d}", name="回盘", rows_count=len(rows), total_fen=0,
        taken_by_id=people.maker.pk, taken_at=at(BACK_ON),
    )  # fmt: skip
    returns.match(file, batch.number if batch else "533103-XX-1", answers, by=people.maker, at=at(BACK_ON))


def decide(people: People, run: PaymentRun, what: str, which: int) -> None:
    """Somebody sends again, gives up, or makes the next file."""
    said: dict[str, Any] = {"because": "已经核实", "by": people.maker, "at": at(BACK_ON)}
    if what == "send":
        if bank.waiting(run).exists():
            sent(people, run, on=BACK_ON)
        return
    waiting = list(failed_transfers(people.maker, run))
    if which < len(waiting):
        one = waiting[which]
        if what == "again":
            returns_deciding.send_again(transfer=one, account=one.account, **said)
        else:
            returns_deciding.give_up(transfer=one, **said)


def holds(rows: int) -> None:
    """Every answer is kept with a verdict, and no line is under way or paid twice."""
    assert check() == []
    assert BankAnswer.objects.count() == rows
    assert not BankAnswer.objects.exclude(state__in=AnswerState.values).exists()
    live = Transfer.objects.filter(state__in=["sent", "paid"]).values_list("line_id", flat=True)
    assert len(live) == len(set(live))
    paid = set(Transfer.objects.filter(state="paid").values_list("line_id", flat=True))
    assert paid == set(PaymentLine.objects.filter(state="paid").values_list("pk", flat=True))


def test_any_sequence_of_answers_and_decisions_keeps_the_books_right(people: People) -> None:
    first, _content = sent(people, run := a_run(people, 3))

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def play(steps: list[tuple[Any, ...]]) -> None:
        begun, rows = transaction.savepoint(), 0
        for number, step in enumerate(steps):
            run.refresh_from_db()
            batches = [first, run.batches.order_by("-attempt").first(), None]
            try:
                if step[0] == "file":
                    take(people, run, number, batches[step[1]], step[2])
                    rows += len(step[2])
                else:
                    decide(people, run, *step)
            except Refused:
                continue
        holds(rows)
        transaction.savepoint_rollback(begun)

    play()
