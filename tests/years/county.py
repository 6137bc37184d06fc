"""Six years of the whole product, month by month, with trouble by seed; after every month everything must be right.

On top of the years of money (tests/payments/years.py: deaths, changes, rests, standards, cards, the bank) come
departments' files, warnings and tasks, applications and reviews, the purse, price subsidies, moves, people entered
twice, villages renamed; two checkers at once, and whatever may befall a job (faults.py).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from doudi.accounts.roles import Role
from doudi.audit import sealing
from doudi.audit.verify import check as audit_findings
from doudi.awards.months import months_after
from doudi.payments.actions import runs
from doudi.payments.kinds import LineState, RunState
from doudi.payments.models import PaymentLine, PaymentRun
from doudi.payments.queries.checking import check
from doudi.places.actions import rename_division
from doudi.places.models import Division
from doudi.registry.actions import merge_people, move_household, register_household
from doudi.registry.actions.drafts import PersonDraft
from doudi.registry.models import Household, Person
from tests.conftest import FAR_VILLAGE, OTHER_VILLAGE, VILLAGE, staff_member
from tests.payments.runs_world import a_card
from tests.payments.subsidy_world import a_list, confirmed
from tests.payments.world import at
from tests.payments.years import Family, Years

from .cases import Cases
from .departments import Hospitals
from .faults import Trouble
from .purse import Purse
from .racing import race
from .watching import Watch

FIRST = date(2021, 1, 1)
MONTHS = 72
RISES = ((36, 61), (12, 20))  # index of the month and of food, in tenths of a per cent: triggers, or does not


@dataclass
class County(Years):
    """The county over its years. `found`: what was wrong after which month."""

    start: date = FIRST
    found: list[tuple[date, str]] = field(default_factory=list)
    spent: Counter[str] = field(default_factory=Counter)  # seconds of processor by part
    subsidies: int = 0
    moved: int = 0
    merged: int = 0
    renamed: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.trouble = Trouble(self._die("trouble"), how_often=0.25)
        self.second = staff_member(Role.PAYMENT_CHECKER, username="fuhe-2")
        self.office = staff_member(Role.COUNTY_CLERK)
        self.keeper = staff_member(Role.SYSTEM_ADMIN)
        clerk, reviewer = self.people.clerk, self.people.reviewer
        self.hospitals = Hospitals(self._die("hospitals"), self.trouble)
        self.watch = Watch(self._die("watch"), self.trouble, staff_member(Role.COORDINATOR), clerk)
        self.cases = Cases(self._die("cases"), self.trouble, clerk, reviewer)
        head = staff_member(Role.TOWNSHIP_HEAD)
        day = months_after(self.start, 0).replace(day=4)
        self.purse = Purse(self._die("purse"), clerk, head, reviewer, self.people.finance, self.fund, day)

    def _die(self, name: str) -> Random:
        """A die of its own for each part: one part more leaves the others' years as they were."""
        return Random(f"{self.seed} {name}")

    def month_passes(self, month: date, newcomers: int) -> None:
        """The month, part by part; then everything is looked at."""
        for name, part in self._parts(month, newcomers):
            began = time.process_time()
            try:
                part()
            except Exception as problem:
                raise Broke(month, name) from problem
            self.spent[name] += time.process_time() - began

    def _parts(self, month: date, newcomers: int) -> list[tuple[str, Callable[[], object]]]:
        return [
            ("money", lambda: self.money(month, newcomers)),
            ("hospitals", lambda: self.hospitals.month(month, self._living())),
            ("watch", lambda: self.watch.month(month)),
            ("cases", lambda: self._cases(month)),
            ("purse", lambda: self.purse.month(month)),
            ("subsidy", lambda: self._subsidy(month)),
            ("registry", lambda: self._registry(month)),
            ("looking", lambda: self.found.extend((month, said) for said in self.wrong(month))),
        ]

    def work(self, job: int, moment: datetime) -> None:
        """Every job of the money may be struck."""
        self.trouble.work(job, moment)

    def _living(self) -> list[Person]:
        ids = [one.home.head_id for one in self.families if one.died is None and one.ended is None]
        return list(Person.objects.filter(pk__in=ids, death_date=None).order_by("pk"))

    def _checked(self, run: PaymentRun, day: date) -> PaymentRun:
        """Two checkers press at once: one has checked, the other is told."""
        hands = (self.people.checker, self.second)
        told = race(self.chance_of("checkers"), [
            (hand, lambda hand=hand: runs.check(run=run, by=hand, at=at(day))) for hand in hands
        ])  # fmt: skip
        assert told.count("done") == 1, f"two checkers at once: {told}"
        return PaymentRun.objects.get(pk=run.pk)

    def chance_of(self, name: str) -> Random:
        """A die kept between calls."""
        dice: dict[str, Random] = self.__dict__.setdefault("_dice", {})
        return dice.setdefault(name, self._die(name))

    def _cases(self, month: date) -> None:
        """Whoever was granted through the desks is paid from the next month like everybody."""
        for award in self.cases.month(month, len(self.families)):
            day = month.replace(day=18)
            home = award.household
            self.a_card_of(home, day)
            lines = list(award.lines.filter(superseded_at=None))
            since, fen = min(line.starts_on for line in lines), sum(line.fen_month for line in lines)
            self.families.append(Family(home, award, since, fen, {since: fen}))

    def a_card_of(self, home: Household, day: date) -> None:
        """A card that works."""
        a_card(home.head, number=self._card_number(), on=day)

    def _subsidy(self, month: date) -> None:
        """The index of the month before comes out on the tenth; in some months it triggers, and people are paid."""
        of, chance = months_after(month, -1), self.chance_of("prices")
        triggers = chance.random() < 0.15
        if not triggers or of < self.start:
            return
        on = month.replace(day=14)
        confirmed(self.people, self.office, *RISES[0], month=of, released_on=month.replace(day=10))
        due = self._in_pay(of)
        run = a_list(self.people, of, on)
        self._compare(month, f"subsidy of {of}", run, due)
        self._settle_holds(run, on)
        self._through_the_bank(self._signed(run, on), on)
        self.subsidies += 1
        # Who died within the month is on the list, held; the maker leaves the line out for good.
        gone = {one.home.pk for one in self.families if one.told_on is not None and one.told_on <= on}
        self._compare(month, f"subsidy of {of} paid", run, due - gone)

    def _compare(self, month: date, what: str, run: PaymentRun, due: set[int]) -> None:
        """Whose lines stand, against whose should."""
        rows = PaymentLine.objects.filter(run=run).exclude(state=LineState.DROPPED)
        listed = set(rows.values_list("household", flat=True))
        if listed != due:
            self.found.append((month, f"{what}: {sorted(listed ^ due)} differ"))

    def _in_pay(self, month: date) -> set[int]:
        """Households that are paid for a month, by the truth."""
        return {one.home.pk for one in self.families if one.owed(month)}

    def _registry(self, month: date) -> None:
        """A family moves, somebody is entered a second time and found out, a village gets another name."""
        chance, day = self.chance_of("registry"), month.replace(day=21)
        said = {"by": self.people.clerk, "on": day, "at": at(day)}
        alive = [one for one in self.families if one.died is None]
        if alive and chance.random() < 0.15:
            home = Household.objects.get(pk=chance.choice(alive).home.pk)
            to = OTHER_VILLAGE if home.division_code == VILLAGE else VILLAGE
            move_household(household=home, to_code=to, reason="搬到亲戚家", **said)
            self.moved += 1
        if alive and chance.random() < 0.15:
            self._entered_twice(Person.objects.get(pk=chance.choice(alive).home.head_id), day)
        if chance.random() < 0.05:
            place = Division.objects.get(code=FAR_VILLAGE)
            name = f"勐戛村{self.renamed + 1}"
            rename_division(
                by=self.keeper, division=place, name=name, short_name=name, starts_on=day, source="批复", on=day
            )
            self.renamed += 1

    def _entered_twice(self, person: Person, day: date) -> None:
        """The same man without his number, alone in a household; merged into the first."""
        said = {"by": self.people.clerk, "on": day, "at": at(day)}
        again = PersonDraft(name=person.name, resident_id="", birth_date=person.birth_date, sex=person.sex)
        home = register_household(division_code=VILLAGE, head=again, members=[], address="弄恩村", **said)
        double = Person.objects.get(pk=home.head_id)
        merge_people(survivor=person, absorbed=double, reason="同一人", by=self.people.clerk, at=at(day))
        self.merged += 1

    def wrong(self, month: date) -> list[str]:
        """Everything that does not hold at the end of a month; an empty list is a good month."""
        last = month.replace(day=28)
        sealing.seal(at(last))
        return self.wrong_now(last) + [f"audit: {one}" for one in audit_findings().findings]

    def wrong_now(self, on: date) -> list[str]:
        """The same but for the audit chain, which is read through a connection of its own."""
        found = [f"{one.invariant}: {one.where}" for one in check()]
        found += self.hospitals.wrong() + self.watch.wrong(on) + self.cases.wrong(on) + self.purse.wrong()
        found += [f"run {run.number}: {run.state}" for run in PaymentRun.objects.exclude(state=RunState.DONE)]
        if self.by_the_bank() != self.by_truth():
            found.append(f"the bank paid {self.by_the_bank().items() ^ self.by_truth().items()} otherwise")
        return found


class Broke(Exception):
    """A part of a month came to no end."""

    def __init__(self, month: date, part: str) -> None:
        super().__init__(f"{month:%Y-%m} {part}")
        self.month, self.part = month, part


__all__ = ["FIRST", "MONTHS", "Broke", "County"]
