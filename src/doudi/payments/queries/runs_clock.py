"""By when a run must be paid, and how that clock stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from doudi.kernel.calendar import MissingYear
from doudi.places.queries import calendar_for

from ..kinds import RunKind, RunState
from ..limits import PAY_BY_DAY, SUBSIDY_WORKDAYS
from ..models import IndexRelease, PaymentRun
from ..months import next_month
from .subsidy_clock import due_day

AMBER_WORKDAYS = 3


@dataclass(frozen=True)
class PayClock:
    """The last day, the working day by which the bank must have the file, and the working days left until then."""

    due: date
    last_workday: date
    left: int
    paid_on: date | None
    confirmed: bool

    @property
    def tone(self) -> str:
        """The colour, as the clocks of cases have it: done, late, time to hurry, or nothing."""
        if self.paid_on is not None:
            return "green" if self.paid_on <= self.due else "red"
        if self.left < 0:
            return "red"
        return "amber" if self.left <= AMBER_WORKDAYS else ""


def pay_by_of(kind: RunKind | str, month: date, release: IndexRelease | None = None) -> date:
    """The last day to pay: the 10th for monthly money, 20 working days from the release of the index for subsidies."""
    if kind == RunKind.PRICE_SUBSIDY and release is not None and release.released_on is not None:
        assert release.released_on is not None
        return due_day(release.released_on, calendar_for(release.county))[0]
    if kind == RunKind.MONTHLY:
        return month.replace(day=PAY_BY_DAY.days)
    return next_month(month) - timedelta(days=1)


def pay_clock(run: PaymentRun, today: date) -> PayClock:
    """How the clock of a run stands; in calendar days where the calendar of the year is missing."""
    paid_on = run.sent_at.date() if run.sent_at else None
    confirmed = SUBSIDY_WORKDAYS.confirmed if run.kind == RunKind.PRICE_SUBSIDY else PAY_BY_DAY.confirmed
    try:
        calendar = calendar_for(run.county)
        last = run.pay_by
        while not calendar.is_workday(last):
            last -= timedelta(days=1)
        ahead = today <= last
        left = calendar.workdays_between(today, last) if ahead else -calendar.workdays_between(last, today)
    except MissingYear:
        last, left = run.pay_by, (run.pay_by - today).days
    return PayClock(run.pay_by, last, left if today <= last else min(left, -1), paid_on, confirmed)


def needs_clock(run: PaymentRun) -> bool:
    """A cancelled run is not late."""
    return run.state != RunState.CANCELLED
