"""The money of a year in figures: budgets and their execution, payment on time, returns, subsidies, reserve funds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Max, Min, Q, Sum
from django.db.models.functions import TruncMonth

from doudi.places.queries import calendar_for, place_name

from ..kinds import Book, LineState, Programme, RunKind, RunState, TransferState
from ..models import Account, Posting, ReliefPayment, ReserveFund, Transfer
from ..models.runs import PaymentRun
from .subsidy_clock import due_day

OUT = (RunState.SENT, RunState.DONE)
BUDGET = (Book.AUTHORISED, Book.AVAILABLE, Book.COMMITTED, Book.SPENT)


@dataclass(frozen=True)
class Execution:
    """A budget: what was authorised, what is taken, what is spent, what is left; in fen."""

    label: str
    programme: str
    authorised_fen: int
    committed_fen: int
    spent_fen: int
    available_fen: int

    @property
    def programme_label(self) -> str:
        """The programme in words."""
        return str(Programme(self.programme).label)

    @property
    def percent(self) -> int | None:
        """Spent of authorised, in whole percent; None without a budget."""
        return self.spent_fen * 100 // self.authorised_fen if self.authorised_fen else None


@dataclass(frozen=True)
class Timeliness:
    """A run: how much arrived by its day, how much later, how much has not."""

    run: PaymentRun
    lines: int
    in_time: int
    later: int
    missing: int
    first: date | None
    last: date | None

    @property
    def percent(self) -> int | None:
        """Arrived by the day, of all that was sent, in whole percent."""
        return self.in_time * 100 // self.lines if self.lines else None


@dataclass(frozen=True)
class Failures:
    """What the bank could not pay for one reason: how often, how much, and what became of it."""

    code: str
    count: int
    fen: int
    paid_since: int
    open: int
    closed: int


@dataclass(frozen=True)
class Subsidy:
    """A price subsidy: the index month, whom it reached, and by when it had to."""

    run: PaymentRun
    month: date
    people: int
    fen: int
    due: date | None
    arrived: date | None

    @property
    def late(self) -> bool | None:
        """Whether the last of it came after the day; None while it is under way."""
        return None if self.due is None or self.arrived is None else self.arrived > self.due


@dataclass(frozen=True)
class Reserve:
    """A township's reserve fund: what is there, what it is filled up to, what the year has spent."""

    fund: ReserveFund
    township: str
    balance_fen: int
    spent_fen: int
    payments: int


def executions(county: str, year: int) -> list[Execution]:
    """One row a programme, in their order; programmes without a budget are left out."""
    rows = Account.objects.filter(county=county, year=year, book__in=BUDGET)
    sums: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows.values("programme", "book").annotate(fen=Sum("balance_fen")):
        sums[row["programme"]][row["book"]] = row["fen"]
    return [_execution(str(Programme(p).label), p, sums[p]) for p in Programme.values if p in sums]


def executions_by_fund(county: str, year: int) -> list[Execution]:
    """One row a fund and programme."""
    rows = Account.objects.filter(county=county, year=year, book__in=BUDGET).order_by("fund__rank", "fund_id")
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in rows.values("fund__name", "programme", "book").annotate(fen=Sum("balance_fen")):
        sums[row["fund__name"], row["programme"]][row["book"]] = row["fen"]
    return [_execution(fund, programme, books) for (fund, programme), books in sums.items()]


def _execution(label: str, programme: str, books: Mapping[str, int]) -> Execution:
    return Execution(
        label, programme, -books.get(Book.AUTHORISED, 0), books.get(Book.COMMITTED, 0), books.get(Book.SPENT, 0),
        books.get(Book.AVAILABLE, 0),
    )  # fmt: skip


def spent_by_month(county: str, year: int) -> dict[str, dict[int, int]]:
    """Programme → month → what was spent of the year's budget in it."""
    rows = Posting.objects.filter(account__county=county, account__book=Book.SPENT, account__year=year)
    found: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    grouped = rows.annotate(month=TruncMonth("entry__on")).values("account__programme", "month")
    for row in grouped.annotate(total=Sum("fen")):
        # What was spent of a year's budget after it ended still counts for its last month.
        month = row["month"].month if row["month"].year == year else 12
        found[row["account__programme"]][month] += row["total"]
    return found


def timeliness(county: str, year: int) -> list[Timeliness]:
    """Every run of the year that was sent, the newest first."""
    runs = PaymentRun.objects.filter(county=county, month__year=year, state__in=OUT).order_by("-month", "-id")
    arrived = Q(lines__transfers__state=TransferState.PAID)
    in_time = arrived & Q(lines__transfers__answered_on__lte=F("pay_by"))
    told = runs.annotate(
        n=Count("lines", filter=Q(lines__state__in=SENT_LINES, lines__fen__gt=0), distinct=True),
        good=Count("lines", filter=in_time, distinct=True),
        all_good=Count("lines", filter=arrived, distinct=True),
        first=Min("lines__transfers__answered_on", filter=arrived),
        last=Max("lines__transfers__answered_on", filter=arrived),
    )
    return [Timeliness(r, r.n, r.good, r.all_good - r.good, r.n - r.all_good, r.first, r.last) for r in told]


SENT_LINES = (LineState.LOCKED, LineState.PAID, LineState.FAILED, LineState.CLOSED)


def failures(county: str, year: int) -> list[Failures]:
    """What came back in the year, by the bank's code, the most frequent first."""
    bad = (TransferState.REJECTED, TransferState.RETURNED)
    rows = Transfer.objects.filter(batch__run__county=county, batch__run__month__year=year, state__in=bad)
    told = rows.values("code").annotate(
        n=Count("id"),
        fen=Sum("fen"),
        paid=Count("id", filter=Q(line__state=LineState.PAID)),
        open=Count("id", filter=Q(line__state__in=(LineState.FAILED, LineState.LOCKED))),
        closed=Count("id", filter=Q(line__state=LineState.CLOSED)),
    )
    return [
        Failures(r["code"], r["n"], r["fen"], r["paid"], r["open"], r["closed"]) for r in told.order_by("-n", "code")
    ]


def subsidies(county: str, year: int) -> list[Subsidy]:
    """The price subsidies of a year's index months."""
    runs = PaymentRun.objects.filter(county=county, kind=RunKind.PRICE_SUBSIDY, month__year=year)
    told = runs.exclude(state=RunState.CANCELLED).select_related("release").order_by("-month")
    calendar, found = calendar_for(), []
    for run in told.annotate(reached=Count("lines__people", filter=Q(lines__people__counts=True))):
        assert run.release is not None
        lines = run.lines.exclude(state__in=(LineState.DROPPED, LineState.CLOSED))
        fen = lines.aggregate(fen=Sum("fen"))["fen"] or 0
        assert run.release.released_on is not None
        due, _missing = due_day(run.release.released_on, calendar)
        arrived = _arrived(run)
        found.append(Subsidy(run, run.release.month, run.reached, fen, due, arrived))
    return found


def _arrived(run: PaymentRun) -> date | None:
    """The day on which the last of it was answered; None while something is under way."""
    if run.state != RunState.DONE:
        return None
    rows = Transfer.objects.filter(batch__run=run, state=TransferState.PAID)
    last: date | None = rows.aggregate(last=Max("answered_on"))["last"]
    return last


def reserves(county: str, year: int) -> Sequence[Reserve]:
    """The reserve funds that are open."""
    spent = {
        row["fund"]: (row["fen"], row["n"])
        for row in ReliefPayment.objects.filter(fund__county=county, on__year=year)
        .values("fund")
        .annotate(fen=Sum("fen"), n=Count("id"))
    }
    funds = ReserveFund.objects.filter(county=county, closed_on=None).select_related("account")
    return [
        Reserve(one, place_name(one.division_code[:9]), one.account.balance_fen, *spent.get(one.pk, (0, 0)))
        for one in funds.order_by("division_code")
    ]


def years_of(county: str, today: date) -> list[int]:
    """The years with a budget, and this one; the newest first."""
    rows = Account.objects.filter(county=county, book=Book.AUTHORISED).values_list("year", flat=True)
    return sorted({*rows, today.year}, reverse=True)
