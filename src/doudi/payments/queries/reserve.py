"""Reserve funds read: what stands, what moved, how long it lasts, what waits for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Min, QuerySet, Sum, Window
from django.utils.functional import cached_property

from doudi.accounts.models import Assignment, Staff
from doudi.accounts.permissions import GRANTS, Permission
from doudi.accounts.queries import names_of
from doudi.accounts.scope import within
from doudi.places.queries import place_name

from ..kinds import Book, EntryKind
from ..models import Account, CashCount, Posting, ReserveFund, TopUp

LOOKS_BACK = timedelta(days=90)
# Less of it than this, and days left are a guess that nobody should plan by.
LEAST_HISTORY = timedelta(days=30)
LEAST_PAYMENTS = 3
LOW_PERCENT = 30
LOW_DAYS = 14


@dataclass(frozen=True)
class Forecast:
    """How long the money lasts at the pace of the last 90 days; `days` None: too little is known."""

    days: int | None = None
    on: date | None = None
    spent_fen: int = 0


@dataclass(frozen=True)
class Standing:
    """A fund as a page shows it."""

    fund: ReserveFund
    balance_fen: int
    missing_fen: int
    forecast: Forecast
    open_top_up: TopUp | None
    last_count: CashCount | None
    keeper: str

    @property
    def name(self) -> str:
        """The township."""
        return place_name(self.fund.division_code[:9]) or self.fund.division_code

    @property
    def percent(self) -> int:
        """How full it is."""
        return self.balance_fen * 100 // self.fund.target_fen

    @cached_property
    def low(self) -> bool:
        """Under 30 % of its size, or gone within 14 days."""
        days = self.forecast.days
        return self.percent < LOW_PERCENT or (days is not None and days < LOW_DAYS)

    @property
    def wanted_fen(self) -> int:
        """What fills it up again."""
        return max(self.fund.target_fen - self.balance_fen - self.missing_fen, 0)


def funds_for(staff: Staff) -> QuerySet[ReserveFund]:
    """The funds within reach of a person, closed ones last."""
    rows = ReserveFund.objects.select_related("account", "fund")
    return staff.scope.narrow(rows, Permission.RESERVE_READ).order_by(F("closed_on").desc(nulls_first=True), "pk")


def fund_at(place: str) -> ReserveFund | None:
    """The open fund of the township that a place lies in."""
    rows = ReserveFund.objects.select_related("account", "fund")
    return rows.filter(division_code=township(place), closed_on__isnull=True).first()


def township(place: str) -> str:
    """The 12 digits of the township that a place lies in."""
    return place[:9].ljust(12, "0")


def standings(funds: Sequence[ReserveFund], today: date) -> list[Standing]:
    """Every fund with its figures, in a handful of queries however many there are."""
    ids = [f.pk for f in funds]
    spent, claims = _spent(funds, today), _missing(funds)
    asked = {t.fund_id: t for t in TopUp.objects.filter(fund__in=ids, state__in=["asked", "approved"])}
    counted = {c.fund_id: c for c in CashCount.objects.filter(fund__in=ids, state="done").order_by("on", "pk")}
    names = names_of(f.keeper_id for f in funds if f.keeper_id)
    return [
        Standing(
            fund=f, balance_fen=f.account.balance_fen, missing_fen=claims.get(f.division_code, 0),
            forecast=forecast(f, spent.get(f.account_id, (0, 0)), today), open_top_up=asked.get(f.pk),
            last_count=counted.get(f.pk), keeper=names.get(f.keeper_id or 0, ""),
        )
        for f in funds
    ]  # fmt: skip


def standing_of(fund: ReserveFund, today: date) -> Standing:
    """One fund with its figures."""
    return standings([fund], today)[0]


def _spent(funds: Sequence[ReserveFund], today: date) -> Mapping[int, tuple[int, int]]:
    """Account → what was spent on relief in the last 90 days, and in how many payments."""
    rows = Posting.objects.filter(
        account__in=[f.account_id for f in funds], entry__kind=EntryKind.RELIEF, entry__on__gt=today - LOOKS_BACK,
        entry__on__lte=today,
    )  # fmt: skip
    sums: dict[int, tuple[int, int]] = {}
    for account, fen in rows.values_list("account_id", "fen"):
        total, n = sums.get(account, (0, 0))
        sums[account] = (total - fen, n + 1)
    return sums


def _missing(funds: Sequence[ReserveFund]) -> Mapping[str, int]:
    rows = Account.objects.filter(book=Book.RECEIVABLE, division_code__in=[f.division_code for f in funds])
    return dict(rows.values_list("division_code").annotate(Sum("balance_fen")))


def forecast(fund: ReserveFund, spent: tuple[int, int], today: date) -> Forecast:
    """Balance over the daily spend since 90 days ago, or since the fund opened if that is later."""
    fen, payments = spent
    known = min(today - fund.opened_on, LOOKS_BACK)
    if known < LEAST_HISTORY or payments < LEAST_PAYMENTS or fen <= 0:
        return Forecast(spent_fen=fen)
    days = fund.account.balance_fen * known.days // fen
    return Forecast(days, today + timedelta(days=days), fen)


@dataclass(frozen=True)
class Movement:
    """A line of the ledger of a fund, with what stood there after it."""

    posting: Posting
    after_fen: int
    who: str


def movements(fund: ReserveFund) -> QuerySet[Posting]:
    """Every movement, oldest first, with the running balance beside it."""
    rows = Posting.objects.filter(account=fund.account_id).select_related("entry")
    return rows.annotate(after_fen=Window(Sum("fen"), order_by=F("id").asc())).order_by("id")


def shown(rows: Sequence[Posting]) -> Iterator[Movement]:
    """Movements with the name of whoever booked them."""
    names = names_of(row.entry.by_id for row in rows if row.entry.by_id)
    for row in rows:
        yield Movement(row, row.after_fen, names.get(row.entry.by_id or 0, ""))  # type: ignore[attr-defined]


def top_ups_waiting(staff: Staff) -> QuerySet[TopUp]:
    """Requests that wait for this person: to approve, or to pay out."""
    rows = TopUp.objects.select_related("fund")
    asked = staff.scope.narrow(rows, Permission.RESERVE_APPROVE).filter(state="asked").exclude(asked_by_id=staff.pk)
    approved = staff.scope.narrow(rows, Permission.PAYMENT_APPROVE).filter(state="approved")
    return (asked | approved).order_by("pk")


def keepers_of(place: str) -> list[tuple[str, str]]:
    """Who in a township may keep the money."""
    roles = [role.value for role in GRANTS[Permission.RESERVE_PAY]]
    rows = Assignment.objects.filter(within(place[:9]), role__in=roles, staff__is_active=True)
    people = rows.values("staff_id").annotate(name=Min("staff__name")).order_by("name")
    return [(str(row["staff_id"]), row["name"]) for row in people]
