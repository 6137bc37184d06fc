"""A county paid for some years: people come, die, move, get more or less; cards fail; the bank makes trouble.

Beside it a truth is kept that knows nothing of the product's tables: what each family was due as far as it was known
when a list was made, in plain dictionaries. In the end the bank's own account of what arrived must equal it to the fen.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from doudi.awards import actions as awards
from doudi.awards.models import Award
from doudi.awards.months import months_after, next_month
from doudi.demo.money.lay import card_number
from doudi.jobs.models import Job
from doudi.payments.actions import accounts, bank, budgeting, returns, returns_deciding, runs
from doudi.payments.banking.sheets import bank_key
from doudi.payments.banking.simulator import Habits, SimulatedBank
from doudi.payments.kinds import Afterwards, AnswerState, LineState, Programme, RunKind, RunState
from doudi.payments.models import BankAnswer, BenefitAccount, Fund, Hold, PaymentRun, Transfer
from doudi.payments.queries.checking import Broken, check
from doudi.registry.actions.people import mark_death
from doudi.registry.actions.refusal import Refused
from doudi.registry.models import Household
from tests.awards.world import base, dibao_of, granted, why

from .bank_world import done, file_of
from .runs_world import People, a_card, a_family
from .world import COUNTY, at, county_pays_since, funded

START = date(2024, 1, 1)
TROUBLE = Habits(
    reject=0.04, returned=0.03, spread_days=3, twice=0.3, foreign=0.15, truncated=0.15, forged=0.15, shuffled=True
)
Amounts = dict[date, int]


@dataclass
class Family:
    """A family as the truth knows it: what it is due, month by month; what was put on lists for it."""

    home: Household
    award: Award
    since: date
    fen: int
    due: Amounts = field(default_factory=dict)
    listed: Amounts = field(default_factory=lambda: defaultdict(int))
    ended: date | None = None
    died: date | None = None
    told_on: date | None = None
    rests: set[date] = field(default_factory=set)

    def owed(self, month: date) -> int:
        """What it is due for a month, as known now."""
        if month < self.since or (self.ended is not None and month >= self.ended) or month in self.rests:
            return 0
        steps = [since for since in self.due if since <= month]
        return self.due[max(steps)] if steps else 0


@dataclass
class Years:
    """The county over the years. `truth`: award → what the bank must have paid in the end."""

    people: People
    seed: int
    start: date = START
    families: list[Family] = field(default_factory=list)
    broken: list[tuple[date, Broken]] = field(default_factory=list)
    refused: int = 0
    failed: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.faults: dict[str, str] = {}
        self.bank = SimulatedBank(bank_key(COUNTY), self.seed, TROUBLE, self.faults)
        county_pays_since(self.people.finance, self.start)
        self.fund: Fund = funded(self.people.finance, 10**10)

    def live(self, months: int, newcomers: int = 2) -> None:
        """So many months, one after the other."""
        for n in range(months):
            self.month_passes(months_after(self.start, n), newcomers if n else newcomers * 3)

    def month_passes(self, month: date, newcomers: int) -> None:
        """What happens to people, then what the office does about it, then whether the books agree."""
        self.money(month, newcomers)
        self.broken += [(month, one) for one in check()]

    def money(self, month: date, newcomers: int) -> None:
        """Everything of a month but the look at the books."""
        if month.month == 1 or month == self.start:
            self._budgets(month.year)
        self._events(month, newcomers)
        self._pay(month)

    def work(self, job: int, moment: datetime) -> None:
        """A job of the office to its end: where whoever looks for trouble makes it."""
        done(Job.objects.get(pk=job), moment)

    def _budgets(self, year: int) -> None:
        for programme in Programme:
            day = date(year, 1, 2)
            budgeting.authorise(
                fund=self.fund, programme=programme, year=year, fen=10**9, reference=f"预算-{year}",
                by=self.people.finance, on=day, at=at(day),
            )  # fmt: skip

    # What happens to people

    def _events(self, month: date, newcomers: int) -> None:
        for _n in range(self.chance.randint(0, newcomers)):
            self._comes(month)
        alive = [one for one in self.families if one.ended is None]
        for family in alive:
            self._event(family, month)
        if month.month == 8:
            self._standard_rises(month)

    def _comes(self, month: date) -> None:
        day = months_after(month, -1).replace(day=20)
        fen = self.chance.randrange(200, 900) * 100
        home = a_family(self.people, card=False, on=months_after(self.start, -7))
        a_card(home.head, number=self._card_number(), on=months_after(self.start, -12))
        award = granted(self.people.reviewer, dibao_of(home, fen=fen), on=day)
        self.families.append(Family(home, award, next_month(day), fen, {next_month(day): fen}))

    def _card_number(self) -> str:
        number = card_number(self.chance.randrange(10**11, 10**12))
        if self.chance.random() < 0.05:
            self.faults[number] = self.chance.choice(("E07", "E03", "R01"))
        return number

    def _event(self, family: Family, month: date) -> None:
        dice = self.chance.random()
        if family.died is not None:
            self._death_is_known(family, month)
        elif dice < 0.02:
            family.died = months_after(month, -1).replace(day=self.chance.randint(1, 28))
            family.told_on = months_after(month, self.chance.randint(0, 3))
            self._death_is_known(family, month)
        elif dice < 0.10:
            self._changes(family, month, months_after(month, self.chance.choice((0, 0, 0, -2))))
        elif dice < 0.12:
            self._rests(family, month)

    def _death_is_known(self, family: Family, month: date) -> None:
        """Whoever lived in the house is one award: it ends with the month after the death, whenever that is learnt."""
        assert family.died is not None
        if family.told_on is None or month < family.told_on:
            return
        day = month.replace(day=2)
        mark_death(person=family.home.head, death_date=family.died, by=self.people.clerk, on=day, at=at(day))
        family.ended = next_month(family.died)
        family.award.refresh_from_db()
        said = {"from_month": family.ended, "why": why("death"), "by": self.people.reviewer, "on": day, "at": at(day)}
        awards.end(award=family.award, **said)  # type: ignore[arg-type]

    def _changes(self, family: Family, month: date, since: date) -> None:
        since = max(since, family.since)
        fen = self.chance.randrange(200, 900) * 100
        if fen == family.owed(since) or (since < month and fen < max(family.due.values())):
            return
        self._set(family, fen, since, month.replace(day=3), "review")

    def _standard_rises(self, month: date) -> None:
        """A standard of 1 July, published in August: everybody is due more since its first day."""
        for family in self.families:
            since = max(months_after(month, -1), family.since)
            if family.ended is None and family.owed(month):
                self._set(family, family.owed(month) + 900, since, month.replace(day=4), "standard")

    def _set(self, family: Family, fen: int, since: date, day: date, reason: str) -> None:
        family.award.refresh_from_db()
        awards.change_lines(
            award=family.award, lines=[base(fen)], from_month=since, why=why(reason), by=self.people.reviewer,
            on=day, at=at(day),
        )  # fmt: skip
        family.due = {start: known for start, known in family.due.items() if start < since} | {since: fen}

    def _rests(self, family: Family, month: date) -> None:
        """Suspended for a month, then restarted; half of the time as if it never rested, and the money is made up."""
        if month < family.since or family.rests:
            return
        day, said = month.replace(day=3), {"by": self.people.reviewer}
        family.award.refresh_from_db()
        awards.suspend(award=family.award, from_month=month, why=why("out_of_contact"), on=day, at=at(day), **said)
        family.rests.add(month)
        self._later.append((months_after(month, 1), family, month if self.chance.random() < 0.5 else None))

    @property
    def _later(self) -> list[tuple[date, Family, date | None]]:
        return self.__dict__.setdefault("_restarts", [])

    def _restart_due(self, month: date) -> None:
        for when, family, back in [one for one in self._later if one[0] <= month]:
            self._later.remove((when, family, back))
            if family.ended is not None and family.ended <= (back or month):
                continue
            day = month.replace(day=3)
            family.award.refresh_from_db()
            awards.restart(
                award=family.award, from_month=back or month, why=why("resolved"), by=self.people.reviewer,
                on=day, at=at(day),
            )  # fmt: skip
            family.rests = set() if back else family.rests

    # What the office does

    def _pay(self, month: date) -> None:
        if not self.families:  # the first months of a seed may pass before anybody has come
            return
        self._restart_due(month)
        day = month.replace(day=5)
        run = runs.start_run(county=COUNTY, kind=RunKind.MONTHLY, month=month, by=self.people.maker, on=day, at=at(day))
        run = self._worked(run, day)
        self._settle_holds(run, day)
        self._expect(month)
        self._through_the_bank(self._signed(run, day), day)

    def _signed(self, run: PaymentRun, day: date) -> PaymentRun:
        """Submitted, checked, approved, locked: by three people."""
        run = runs.submit(run=run, by=self.people.maker, at=at(day), leaving_held="")
        run = self._checked(run, day)
        run = runs.approve(run=run, by=self.people.finance, on=day, at=at(day))
        return self._worked(run, day)

    def _checked(self, run: PaymentRun, day: date) -> PaymentRun:
        return runs.check(run=run, by=self.people.checker, at=at(day))

    def _worked(self, run: PaymentRun, day: date) -> PaymentRun:
        self.work(run.job_id or 0, at(day))
        return PaymentRun.objects.get(pk=run.pk)

    def _expect(self, month: date) -> None:
        """The truth's own list: what is due by now and was not listed yet."""
        for family in self.families:
            now = family.since
            while now <= month:
                family.listed[now] = max(family.listed[now], family.owed(now))
                now = months_after(now, 1)

    def _settle_holds(self, run: PaymentRun, day: date) -> None:
        """Large changes were decided: they pass, with the reason."""
        open_ones = Hold.objects.filter(line__run=run, released_at__isnull=True, line__state=LineState.HELD)
        for hold in open_ones.select_related("line__run"):
            if hold.reason == "death":
                runs.drop_line(
                    line=hold.line,
                    because="已去世，停发",
                    by=self.people.maker,
                    at=at(day),
                    afterwards=Afterwards.NEVER,
                )
            else:
                runs.release_hold(hold=hold, because="已核实，按决定发放", by=self.people.maker, at=at(day))

    def _through_the_bank(self, run: PaymentRun, day: date) -> None:
        """Sent, answered over days, what failed is mended and sent again until nothing is left."""
        attempts = 0
        while bank.waiting(run).exists() and attempts < 6:
            attempts += 1
            job = bank.start_send(run=run, by=self.people.maker, at=at(day))
            self.work(job.pk, at(day))
            self.bank.submit(file_of(job), on=day)
            run.refresh_from_db()
            for _n in range(15):
                day += timedelta(days=1)
                self._take(day)
            self._mend(run, day)
        for answer in BankAnswer.objects.exclude(state__in=(AnswerState.MATCHED, AnswerState.REPEATED)):
            if answer.settled_by_id is None:
                returns.settle(answer=answer, because="银行错送，已退回", by=self.people.maker)
        run.refresh_from_db()
        if run.state == RunState.SENT:
            returns_deciding.close_run(run=run, by=self.people.maker, at=at(day))

    def _take(self, day: date) -> None:
        for file in self.bank.fetch(on=day):
            try:
                said = {"content": file.content, "name": file.name, "county": COUNTY}
                received, is_new = returns.take_return(**said, by=self.people.maker, at=at(day))  # type: ignore[arg-type]
            except Refused:
                self.refused += 1
                continue
            if is_new:
                self.work(received.job_id or 0, at(day))

    def _mend(self, run: PaymentRun, day: date) -> None:
        """A card that does not work is replaced, looked at by somebody else, and the money goes there."""
        rows = Transfer.objects.filter(line__run=run, line__state=LineState.FAILED, state__in=("rejected", "returned"))
        for transfer in rows.select_related("line__household__head", "line__run").order_by("pk"):
            if transfer.pk != transfer.line.transfers.order_by("-pk").values_list("pk", flat=True)[0]:
                continue
            self.failed += 1
            returns_deciding.send_again(
                transfer=transfer, account=self._new_card(transfer, day), because="换卡后补发", by=self.people.maker,
                at=at(day),
            )  # fmt: skip

    def _new_card(self, transfer: Transfer, day: date) -> BenefitAccount:
        head = transfer.line.household.head  # type: ignore[union-attr]
        if head.death_date:
            return transfer.account
        number = card_number(self.chance.randrange(10**11, 10**12))
        card = accounts.register_account(
            number=number, holder=head.name, bank="农村信用社", because="原卡不能用", by=self.people.clerk, on=day,
            at=at(day), person=head,
        )  # fmt: skip
        return accounts.check_account(account=card, because="看过本人的卡", by=self.people.checker, at=at(day))

    # What came of it

    def by_truth(self) -> dict[int, int]:
        """Award → fen that must have arrived."""
        return {one.award.pk: total for one in self.families if (total := sum(one.listed.values()))}

    def by_the_bank(self) -> dict[int, int]:
        """Award → fen that the bank says arrived, by its own record."""
        found: dict[int, int] = defaultdict(int)
        rows = Transfer.objects.values_list("batch__number", "sequence", "line__award_id", "line__kind")
        owners = {(batch, sequence): (award, kind) for batch, sequence, award, kind in rows}
        for key, fen in self.bank.paid_fen.items():
            award, kind = owners.get(key, (0, ""))  # nobody's: what nothing here sent
            if kind != "subsidy":  # what was paid for dear prices is not what the award is
                found[award] += fen
        return {award: fen for award, fen in found.items() if fen}
