"""The months of the price subsidy as pages show them: index, line, triggered or not, paid, and the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum, TextChoices
from django.utils.translation import gettext_lazy as _

from doudi.places.queries import calendar_for
from doudi.rulebook.queries.book import county_book

from ..kinds import LineState, RunKind, RunState
from ..models import IndexRelease, LinePerson, Office, PaymentLine, PaymentRun
from ..months import month_of, months_after
from .subsidy_clock import Clock, clock_of
from .subsidy_index import Deciding, Level, Releases, deciding, releases_of
from .subsidy_proof import Proof, proof_of
from .subsidy_runs import is_locked, paid_on

FIRST = date(2019, 1, 1)
AMBER = 5


class State(TextChoices):
    """Where an index month stands."""

    EMPTY = "empty", _("没有录入")
    NATION_ONLY = "nation", _("只有全国指数")
    INCOMPLETE = "incomplete", _("指数不全")
    UNCONFIRMED = "unconfirmed", _("待复核")
    QUIET = "quiet", _("未达到启动条件")
    ELSEWHERE = "elsewhere", _("由原渠道发放")
    TO_START = "to_start", _("达到，待启动")
    RUNNING = "running", _("办理中")
    PAID = "paid", _("已送银行")


@dataclass(frozen=True)
class Paid:
    """What the runs of a month hold."""

    people: int = 0
    fen: int = 0


@dataclass(frozen=True)
class Month:
    """An index month: what was released, what follows, what was paid."""

    month: date
    releases: Releases
    deciding: Deciding | None
    # The proof of the index that decides, else of the nation's, for comparison.
    shown: Proof | None
    runs: Sequence[PaymentRun]
    paid: Paid
    clock: Clock | None
    elsewhere: bool

    @property
    def nation(self) -> IndexRelease | None:
        """The nation's index, for comparison."""
        return self.releases.get(Level.NATION)

    @property
    def proof(self) -> Proof | None:
        """The proof of the index that decides; None while there is none."""
        return self.shown if self.deciding else None

    @property
    def triggered(self) -> bool:
        """Whether the index that decides reached a line; the nation's never decides."""
        return self.deciding is not None and self.proof is not None and self.proof.triggered is True

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.deciding is None or self.proof is None:
            return State.NATION_ONLY if self.nation else State.EMPTY
        if self.runs:
            return State.PAID if all(map(is_locked, self.runs)) and self.clock_is_done else State.RUNNING
        if self.proof.triggered is None:
            return State.INCOMPLETE
        if self.deciding.release.confirmed_by_id is None:
            return State.UNCONFIRMED
        if not self.proof.triggered:
            return State.QUIET
        return State.ELSEWHERE if self.elsewhere else State.TO_START

    @property
    def clock_is_done(self) -> bool:
        """Whether the money went to the bank."""
        return paid_on(self.runs) is not None

    @property
    def is_late(self) -> bool:
        """Whether it should have been paid by now and was not."""
        return self.clock is not None and self.clock.paid_on is None and self.clock.late


def months(county: str, today: date, first: date = FIRST) -> list[Month]:
    """Every month that is over, the newest first."""
    last = months_after(month_of(today), -1)
    releases, runs = releases_of(county, first, last), _runs(county, first, last)
    paid, begins = _paid(county, first, last), _first_month(county)
    calendar, book, found = calendar_for(county), county_book(), []
    month = last
    while month >= first:
        known = releases.get(month, {})
        chosen = deciding(county, month, known, book)
        release = chosen.release if chosen else known.get(Level.NATION)
        proof = proof_of(release, book) if release else None
        elsewhere = begins is None or month < begins
        mine = runs.get(month, ())
        clock = None
        if chosen and proof and proof.triggered and chosen.release.released_on and not elsewhere:
            clock = clock_of(chosen.release.released_on, today, paid_on=paid_on(mine), calendar=calendar)
        found.append(Month(month, known, chosen, proof, mine, paid.get(month, Paid()), clock, elsewhere))
        month = months_after(month, -1)
    return found


def the_month(county: str, month: date, today: date) -> Month | None:
    """One month; None for one that is not over or too long ago."""
    return next((one for one in months(county, today, month) if one.month == month), None) if month >= FIRST else None


def open_months(county: str, today: date) -> list[Month]:
    """Months that are triggered and not yet with the bank, the earliest clock first."""
    since = _first_month(county)
    if since is None:
        return []
    found = [one for one in months(county, today, since) if one.triggered and one.clock and not one.clock_is_done]
    return sorted(found, key=lambda one: one.clock.due if one.clock else date.max)


def to_confirm(county: str) -> Sequence[IndexRelease]:
    """Indices that wait for the second person."""
    rows = IndexRelease.objects.filter(county=county, replaced_at__isnull=True, confirmed_by_id__isnull=True)
    return list(rows.exclude(area="0").order_by("month"))


def _first_month(county: str) -> date | None:
    return Office.objects.filter(county=county).values_list("first_month", flat=True).first()


def _runs(county: str, first: date, last: date) -> Mapping[date, list[PaymentRun]]:
    rows = PaymentRun.objects.filter(county=county, kind=RunKind.PRICE_SUBSIDY, month__range=(first, last))
    found: dict[date, list[PaymentRun]] = {}
    for run in rows.exclude(state=RunState.CANCELLED).order_by("pk"):
        found.setdefault(run.month, []).append(run)
    return found


def _paid(county: str, first: date, last: date) -> Mapping[date, Paid]:
    """What stands on the lists of each month, in two queries."""
    ours = Q(run__county=county, run__kind=RunKind.PRICE_SUBSIDY, month__range=(first, last))
    lines = PaymentLine.objects.filter(ours).exclude(state__in=[LineState.DROPPED, LineState.CLOSED])
    sums = dict(lines.values_list("month").annotate(fen=Sum("fen")).order_by())
    ours = Q(line__run__county=county, month__range=(first, last), counts=True)
    counted = LinePerson.objects.filter(ours).exclude(what="base")
    people = dict(counted.values_list("month").annotate(n=Count("person", distinct=True)).order_by())
    return {month: Paid(people.get(month, 0), fen) for month, fen in sums.items()}
