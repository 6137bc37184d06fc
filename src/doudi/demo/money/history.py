"""The months paid so far, the way the office does it: a list by three people, the bank, its answers, cards mended.

The newest month is left as an office finds it on a working day: sent, answered, some payments still to be mended.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from doudi.accounts.models import Staff
from doudi.awards.months import months_after
from doudi.jobs import runner
from doudi.jobs.files import open_file
from doudi.jobs.models import Job, JobFile
from doudi.payments.actions import (
    accounts,
    bank,
    reserve,
    reserve_topups,
    returns,
    returns_deciding,
    runs,
    subsidy_index,
)
from doudi.payments.banking.sheets import bank_key
from doudi.payments.banking.simulator import Habits, SimulatedBank
from doudi.payments.kinds import HoldReason, LineState, RunKind, RunState
from doudi.payments.models import (
    BankBatch,
    BenefitAccount,
    Fund,
    Hold,
    IndexRelease,
    Office,
    PaymentRun,
    ReserveFund,
    Transfer,
)
from doudi.registry.actions.refusal import Refused

from .lay import BANK, COUNTY, card_number, demo_staff

HABITS = Habits(reject=0.006, spread_days=2, twice=0.2, shuffled=True)
RESERVES = (("533103102", 6_000_000), ("533103103", 5_000_000))
LEFT_OPEN = 6
LEFT_UNTIL = 15  # what a newest month left open is mended after this day, once it is no longer the newest
LAST_DAY_OF_PAYMENT = 6


@dataclass(frozen=True)
class Office3:
    """The three people of a list, and who enters cards."""

    maker: Staff
    checker: Staff
    finance: Staff
    clerk: Staff


def pay_past_months(*, seed: int, today: date, at: datetime) -> int:
    """Pay every month since the county began that has no list yet, up to this one; returns how many.

    What an earlier newest month left to a visitor is mended first: a later day has come (`doudi demo day`).
    A month is one transaction: no worker takes its jobs meanwhile, and stopped half-way it is begun again.
    """
    office = Office.objects.filter(county=COUNTY).first()
    if office is None:
        return 0
    who = Office3(*(demo_staff(name, at) for name in ("zhidan", "fuhe", "caizheng", "shijingban")))
    months, paid = _months(office.first_month, today), set(PaymentRun.objects.values_list("month", flat=True))
    left = [] if months[-1] in paid else [month for month in months if month not in paid]
    teller = SimulatedBank(bank_key(COUNTY), seed, HABITS)
    for run in PaymentRun.objects.filter(kind=RunKind.MONTHLY, state=RunState.SENT, month__lt=months[-1]):
        chance = random.Random(f"left {seed} {run.month}")  # noqa: S311
        with suppress(Refused), transaction.atomic():  # what a visitor has in hand stays with them
            _finish(run, who, teller, chance, run.month.replace(day=LEFT_UNTIL))
    for month in left:
        with transaction.atomic():
            _pay(month, who, teller, random.Random(f"bank {seed} {month}"), is_last=month == months[-1])  # noqa: S311
    if not ReserveFund.objects.exists():
        _reserves(who, today, at)
    if not IndexRelease.objects.exists():
        subsidy_index.load_history(county=COUNTY, at=at)
    return len(left)


def _months(first: date, today: date) -> Sequence[date]:
    last = today.replace(day=1) if today.day > LAST_DAY_OF_PAYMENT else months_after(today.replace(day=1), -1)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [months_after(first, n) for n in range(count)]


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(4), tzinfo=UTC)


def _pay(month: date, who: Office3, teller: SimulatedBank, chance: random.Random, *, is_last: bool) -> None:
    day = month.replace(day=3)
    at = _noon(day)
    run = runs.start_run(county=COUNTY, kind=RunKind.MONTHLY, month=month, by=who.maker, on=day, at=at)
    run = runs.finish_jobs(run, at)
    _release(run, who.maker, at)
    run = runs.submit(run=run, by=who.maker, at=at, leaving_held="没有登记账户，登记后补发")
    run = runs.check(run=run, by=who.checker, at=at)
    run = runs.approve(run=run, by=who.finance, on=day, at=at)
    run = runs.finish_jobs(run, at)
    _send(run, who, teller, day)
    _mend(run, who, chance, day + timedelta(days=5), leave=LEFT_OPEN if is_last else 0)
    if not is_last:
        _finish(run, who, teller, chance, day)


def _finish(run: PaymentRun, who: Office3, teller: SimulatedBank, chance: random.Random, day: date) -> None:
    """Every card that does not work is replaced, the money sent again, and the month closed."""
    _mend(run, who, chance, day + timedelta(days=5), leave=0)
    while bank.waiting(run).exists():
        day += timedelta(days=6)
        _send(run, who, teller, day)
        _mend(run, who, chance, day + timedelta(days=5), leave=0)
    run.refresh_from_db()
    if run.state == RunState.SENT:
        returns_deciding.close_run(run=run, by=who.maker, at=_noon(day + timedelta(days=5)))


def _release(run: PaymentRun, maker: Staff, at: datetime) -> None:
    """What can be settled by looking is released; whoever has no card waits."""
    rows = Hold.objects.filter(line__run=run, line__state=LineState.HELD, released_at__isnull=True)
    for hold in rows.exclude(reason__in=(HoldReason.NO_ACCOUNT, HoldReason.OVER_BUDGET)).select_related("line__run"):
        if hold.reason != HoldReason.DEATH:
            runs.release_hold(hold=hold, because="已向乡镇核实，情况属实", by=maker, at=at)


def _send(run: PaymentRun, who: Office3, teller: SimulatedBank, day: date) -> None:
    """The file goes out, the answers of the next days come in."""
    job = _done(bank.start_send(run=run, by=who.maker, at=_noon(day)), day)
    file = JobFile.objects.filter(job=job, role=JobFile.Role.RESULT).latest("pk")
    teller.submit(b"".join(open_file(file)), on=day)
    run.refresh_from_db()
    for n in range(1, 5):
        later = day + timedelta(days=n)
        for answer in teller.fetch(on=later):
            try:
                taken, is_new = returns.take_return(
                    content=answer.content, name=answer.name, county=COUNTY, by=who.maker, at=_noon(later)
                )
            except Refused:
                continue
            if is_new:
                _done(Job.objects.get(pk=taken.job_id or 0), later)


def _done(job: Job, day: date) -> Job:
    runner.run(job.pk, clock=lambda: _noon(day))
    job.refresh_from_db()
    return job


def _mend(run: PaymentRun, who: Office3, chance: random.Random, day: date, *, leave: int) -> None:
    """Cards that do not work are replaced and the money goes there; `leave` of them are for the visitor."""
    newest = BankBatch.objects.filter(run=run).latest("pk")
    rows = Transfer.objects.filter(batch=newest, line__state=LineState.FAILED, state__in=("rejected", "returned"))
    for transfer in list(rows.select_related("line__household", "line__run", "account__person").order_by("pk"))[leave:]:
        card = _new_card(transfer.account, who, chance, day)
        returns_deciding.send_again(
            transfer=transfer, account=card, because="本人已换卡，按新卡补发", by=who.maker, at=_noon(day)
        )


def _new_card(old: BenefitAccount, who: Office3, chance: random.Random, day: date) -> BenefitAccount:
    person = old.person
    if person is None or person.death_date is not None:
        return old
    current = BenefitAccount.objects.known().on(day).filter(person=person).exclude(pk=old.pk).first()
    if current is not None:
        return current
    row = accounts.register_account(
        number=card_number(chance.randrange(10**11, 10**12)), holder=person.name, bank=BANK, because="原卡不能用，换卡",
        by=who.clerk, on=day, at=_noon(day), person=person,
    )  # fmt: skip
    return accounts.check_account(account=row, because="看过本人身份证和新卡", by=who.checker, at=_noon(day))


def _reserves(who: Office3, today: date, at: datetime) -> None:
    """Reserve funds in the two townships that have sign-ins, filled once."""
    pot = Fund.objects.get(county=COUNTY, code="SX")
    reviewer = demo_staff("shenhe", at)
    for (place, target), name in zip(RESERVES, ("jingban", "jingban-mengga"), strict=True):
        keeper = demo_staff(name, at)
        made = reserve.open_reserve(
            place=place, fund=pot, target_fen=target, keeper_id=keeper.pk, by=who.finance, on=today, at=at
        )
        asked = reserve_topups.ask(fund=made, fen=target, because="年初核定额度", by=keeper, at=at)
        agreed = reserve_topups.decide(top_up=asked, fen=target, note="", by=reviewer, at=at)
        reserve_topups.pay(top_up=agreed, by=who.finance, on=today, at=at)
