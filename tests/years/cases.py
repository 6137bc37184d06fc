"""Families who apply: some are decided in time, some lie for months. No clock may run out without somebody being told.

The truth: when each case was taken on. A county decides within thirty working days; whatever has lain for seventy days
must have been told of, whoever counts the days.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from doudi.accounts.models import Staff
from doudi.awards.models import Award
from doudi.casework.actions import determining, notices, opinions
from doudi.casework.models import Application, Conclusion, Determination
from doudi.casework.models.timing import Escalation
from doudi.casework.queries.determinations import comes_out_the_same
from doudi.casework.stages import Stage
from doudi.jobs import actions as jobs
from tests.casework.world import an_accepted
from tests.payments.world import at
from tests.registry.world import a_household, draft
from tests.rulebook.known import make_known

from .faults import Trouble

SURELY_LATE = timedelta(days=70)
TEXTS_SINCE = date(2021, 7, 1)  # before the measure of 2021 there was no text to sign


@dataclass
class Case:
    """A case as the truth knows it."""

    application: int
    accepted: date
    wage: int


@dataclass
class Cases:
    """The township's and the county's desks."""

    chance: Random
    trouble: Trouble
    clerk: Staff
    reviewer: Staff
    decides: float = 0.6  # the share of open cases that is decided in a month
    open: list[Case] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def month(self, month: date, serial: int) -> list[Award]:
        """Somebody applies, something is decided; every week the clocks are read. The awards that were made."""
        if month >= TEXTS_SINCE and self.chance.random() < 0.4:
            self._comes(month.replace(day=3), serial)
        made = [self._decided(case, month) for case in list(self.open) if self.chance.random() < self.decides]
        for day in (6, 13, 20, 27):
            self._round("casework.clocks", month.replace(day=day))
        self._round("casework.reviews", month.replace(day=27))
        return [award for award in made if award is not None]

    def _round(self, kind: str, day: date) -> None:
        self.trouble.work(jobs.start(kind, by_id=None, at=at(day)).pk, at(day), forks=False)

    def _comes(self, day: date, serial: int) -> None:
        home = a_household(self.clerk, head=draft(birth=date(1950 + serial % 40, 2, 3)), on=day - timedelta(days=90))
        wage = self.chance.choice((0, 0, 120_000, 100_000_00))
        until = day - timedelta(days=15)  # what was earned is told for exactly twelve months
        make_known(home, wage, since=until.replace(year=until.year - 1), until=until, at=at(day))
        case = an_accepted(self.clerk, on=day, household=home)
        self.open.append(Case(case.pk, day, wage))

    def _decided(self, case: Case, month: date) -> Award | None:
        """From the opinion to the determination; the survey is not what these years try."""
        self.open.remove(case)
        row, day = Application.objects.filter(pk=case.application), month.replace(day=4)
        row.update(stage=Stage.REVIEW)
        rich = case.wage > 1_000_000
        conclusion = Conclusion.REFUSE if rich else Conclusion.GRANT
        opinions.write_opinion(application=row.get(), conclusion=conclusion, by=self.clerk, on=day, at=at(day))
        said = {"by": self.clerk, "on": day, "at": at(day)}
        later = month.replace(day=18)
        if rich:
            opinions.propose_refusal(application=row.get(), **said)
            made = determining.refuse_application(application=row.get(), by=self.reviewer, on=later, at=at(later))
        else:
            notices.propose_grant(application=row.get(), **said)
            ended = month.replace(day=16)
            notices.end_notice(application=row.get(), by=self.clerk, on=ended, at=at(ended))
            made = determining.confirm(application=row.get(), by=self.reviewer, on=later, at=at(later))
        self.done["refused" if rich else "granted"] += 1
        assert comes_out_the_same(Determination.objects.get(pk=made.pk)), "a determination does not equal its replay"
        return Award.objects.filter(household=row.get().household).first()

    def wrong(self, on: date) -> list[str]:
        """Cases that have lain too long without anybody being told."""
        told = set(Escalation.objects.filter(level="head").values_list("application_id", flat=True))
        late = [one for one in self.open if on - one.accepted > SURELY_LATE]
        return [
            f"case {one.application}: late since months, nobody was told" for one in late if one.application not in told
        ]
