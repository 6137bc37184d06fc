"""Builders for the tests of the bank: a locked run with the bank, its answers, who decides what became of them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from doudi.awards.models import Award
from doudi.jobs import runner
from doudi.jobs.files import open_file
from doudi.jobs.models import Job, JobFile, State
from doudi.payments.actions import bank, returns
from doudi.payments.actions.posting import About, account, pair, post
from doudi.payments.banking.port import Answered
from doudi.payments.banking.sheets import ANSWERED, Answer, Sheet, bank_key
from doudi.payments.banking.simulator import Habits, SimulatedBank
from doudi.payments.banking.writing import write
from doudi.payments.holders import luhn
from doudi.payments.kinds import Book, EntryKind
from doudi.payments.models import (
    BankBatch,
    BankReturn,
    BenefitAccount,
    Fund,
    LinePerson,
    PaymentLine,
    PaymentRun,
    Transfer,
)
from doudi.payments.queries.bank_files import sheet_of

from .runs_world import People, a_county, on_dibao
from .world import COUNTY, NOVEMBER, at

_cards = itertools.count(1)
SENT_ON, BACK_ON = date(2026, 11, 9), date(2026, 11, 11)
PLACE = COUNTY.ljust(12, "0")


def a_run(people: People, families: int = 3) -> PaymentRun:
    """A locked run with so many families of 600 yuan each."""
    a_county(people)
    return by_hand(people, [on_dibao(people) for _family in range(families)])


def by_hand(people: People, awards: Sequence[Award]) -> PaymentRun:
    """The list of November as the tables want it when it is locked, without the work of making it."""
    fund, moment, fen = Fund.objects.get(code="ZY"), at(date(2026, 11, 6)), 60_000
    run = PaymentRun.objects.create(
        county=COUNTY, division_code=PLACE, number="FF-202611-01", kind="monthly", month=NOVEMBER,
        pay_by=date(2026, 11, 10), made_by_id=people.maker.pk, made_at=moment,
    )  # fmt: skip
    for award in awards:
        card = BenefitAccount.objects.known().get(person=award.household.head)
        line = PaymentLine.objects.create(
            run=run, division_code=award.division_code, kind="monthly", programme=award.programme, award=award,
            household=award.household, month=NOVEMBER, due_fen=fen, fen=fen, account=card, fund=fund, state="locked",
        )  # fmt: skip
        for member in award.members.all():
            LinePerson.objects.create(
                line=line, division_code=line.division_code, person=member.person, month=NOVEMBER, what="base"
            )
    total = fen * len(awards)
    keys = {"place": PLACE, "fund": fund, "programme": "dibao", "year": 2026}
    post(
        kind=EntryKind.COMMIT, about=About("run", str(run.pk), "commit-1"), text="占用预算", place=PLACE,
        moves=pair(account(Book.AVAILABLE, **keys), account(Book.COMMITTED, **keys), total), by=people.finance,
        on=moment.date(), at=moment,
    )  # fmt: skip
    PaymentRun.objects.filter(pk=run.pk).update(
        state="locked", checked_by_id=people.checker.pk, checked_at=moment, approved_by_id=people.finance.pk,
        approved_at=moment, lines_count=len(awards), total_fen=total, digest="d1" * 32,
    )  # fmt: skip
    run.refresh_from_db()
    return run


def good_number(serial: int | None = None) -> str:
    """The number of a bank card whose check digit is right."""
    front = f"62170000{next(_cards) if serial is None else serial:010d}"
    return next(front + digit for digit in "0123456789" if luhn(front + digit))


def done(job: Job, moment: datetime) -> Job:
    """The job run to its end; an error in it is an error of the test."""
    runner.run(job.pk, clock=lambda: moment)
    job.refresh_from_db()
    assert job.state == State.DONE, job.message
    return job


def file_of(job: Job) -> bytes:
    """The file that a job left."""
    return b"".join(open_file(JobFile.objects.filter(job=job, role=JobFile.Role.RESULT).latest("pk")))


def sent(people: People, run: PaymentRun, *, on: date = SENT_ON, **form: str) -> tuple[BankBatch, bytes]:
    """The next batch of a run, and its file."""
    job = done(bank.start_send(run=run, by=people.maker, at=at(on), **form), at(on))
    run.refresh_from_db()
    return BankBatch.objects.get(pk=job.params["batch"]), file_of(job)


def the_bank(seed: int = 1, faults: dict[str, str] | None = None, **habits: Any) -> SimulatedBank:
    """A bank that shares the county's key."""
    return SimulatedBank(bank_key(COUNTY), seed, Habits(**habits), faults or {})


def answers_to(batch: BankBatch, *results: str, on: date = BACK_ON, **changes: Any) -> list[Answer]:
    """What the bank says, transfer by transfer; 'E07' is a rejection with that code, '' says nothing."""
    found = []
    for row, result in zip(sheet_of(batch).rows, results, strict=False):
        code = result if result.startswith(("E", "R0")) else ""
        said = "returned" if code == "R01" else "rejected" if code else result
        if said:
            found.append(Answer(row.sequence, row.holder, row.number, row.fen, said, code, "", on))
    return [replace(one, **changes) for one in found]


def a_file(batch: str, rows: Sequence[Answer], *, on: date = BACK_ON, key: bytes | None = None, **form: str) -> bytes:
    """A file of the bank."""
    return write(Sheet(ANSWERED, batch, on, rows), key or bank_key(COUNTY), **form)[0]


def taken(people: People, content: bytes, *, name: str = "回盘.csv", on: date = BACK_ON) -> BankReturn:
    """A file of the bank, handed in and matched."""
    file, is_new = returns.take_return(content=content, name=name, county=COUNTY, by=people.maker, at=at(on))
    if is_new:
        done(Job.objects.get(pk=file.job_id), at(on))
    file.refresh_from_db()
    return file


def answered(people: People, batch: BankBatch, *results: str, on: date = BACK_ON, **changes: Any) -> BankReturn:
    """A file with these results, taken."""
    return taken(people, a_file(batch.number, answers_to(batch, *results, on=on, **changes), on=on), on=on)


def all_taken(people: People, files: Sequence[Answered], *, on: date) -> list[str]:
    """Every file of the bank handed in; why those that were refused were."""
    from doudi.registry.actions.refusal import Refused

    refused = []
    for file in files:
        try:
            taken(people, file.content, name=file.name, on=on)
        except Refused as problem:
            refused.append(str(problem))
    return refused


def states(rows: QuerySet[Any]) -> list[str]:
    """How they stand, in their order."""
    return list(rows.order_by("pk").values_list("state", flat=True))


def lines(run: PaymentRun) -> QuerySet[PaymentLine]:
    """The lines of a run."""
    return PaymentLine.objects.filter(run=run)


def transfers(batch: BankBatch) -> list[Transfer]:
    """The transfers of a batch in their order."""
    return list(batch.transfers.select_related("line").order_by("sequence"))
