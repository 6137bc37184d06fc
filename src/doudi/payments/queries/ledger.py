"""The books read: balances, trial balance, statements of a fund, a household, a township."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import within

from ..kinds import MONEY_BOOKS, Book
from ..models import Account, Fund, Posting


@dataclass(frozen=True)
class Balance:
    """An account with what went in and out by a day, in fen."""

    account: Account
    in_fen: int
    out_fen: int

    @property
    def fen(self) -> int:
        """What stands there."""
        return self.in_fen - self.out_fen


@dataclass(frozen=True)
class TrialBalance:
    """All accounts of a county; the totals of in and out are equal, or the books are broken."""

    rows: Sequence[Balance]
    on: date

    @property
    def in_fen(self) -> int:
        return sum(row.in_fen for row in self.rows)

    @property
    def out_fen(self) -> int:
        return sum(row.out_fen for row in self.rows)


def balance_of(book: Book, county: str, *, fund: Fund | None = None, programme: str = "", year: int = 0) -> int:
    """What stands on the accounts of a book in a county, in fen; narrowed by fund, programme, year where given."""
    rows = Account.objects.filter(county=county, book=book)
    if fund is not None:
        rows = rows.filter(fund=fund)
    if programme:
        rows = rows.filter(programme=programme)
    if year:
        rows = rows.filter(year=year)
    return rows.aggregate(total=Sum("balance_fen"))["total"] or 0


def trial_balance(county: str, on: date) -> TrialBalance:
    """Every account of a county with its movements up to a day, summed from the postings, not from the balances."""
    moved = (
        Posting.objects.filter(account__county=county, entry__on__lte=on)
        .values("account_id")
        .annotate(into=Sum("fen", filter=Q(fen__gt=0)), out=Sum("fen", filter=Q(fen__lt=0)))
    )
    sums = {row["account_id"]: (row["into"] or 0, -(row["out"] or 0)) for row in moved}
    accounts = Account.objects.filter(county=county).select_related("fund").order_by("book", "fund__rank", "year", "pk")
    return TrialBalance([Balance(one, *sums.get(one.pk, (0, 0))) for one in accounts], on)


def movements(county: str, *, since: date, until: date) -> QuerySet[Posting]:
    """The postings of a period, newest first."""
    rows = Posting.objects.filter(entry__county=county, entry__on__gte=since, entry__on__lt=until)
    return rows.select_related("entry", "account__fund").order_by("-entry__on", "-id")


def of_fund(fund: Fund, *, since: date, until: date) -> QuerySet[Posting]:
    """The statement of a fund: what came, what was sent, what came back."""
    return movements(fund.county, since=since, until=until).filter(account__fund=fund, account__book__in=MONEY_BOOKS)


def of_household(household: int, staff: Staff) -> QuerySet[Posting]:
    """Every posting that concerns a household, oldest first, as far as the asker reads books there."""
    rows = Posting.objects.filter(household_id=household).select_related("entry", "account__fund")
    return staff.scope.narrow(rows, Permission.LEDGER_READ).order_by("entry__on", "id")


def of_township(place: str, *, since: date, until: date) -> QuerySet[Posting]:
    """The postings that concern people of a township, or its reserve fund."""
    rows = movements(place[:6], since=since, until=until)
    return rows.filter(within(place[:9]))
