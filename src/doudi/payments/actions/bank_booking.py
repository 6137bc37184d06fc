"""What the bank's work does to the books: one entry for many lines, all its postings in one statement."""
# ruff: noqa: E501  (statements of SQL read better whole)

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connections, transaction

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit

from ..kinds import Book, EntryKind
from ..models import Entry, Fund, PaymentRun
from .posting import account

# Budgets and what was paid are kept by programme and year; money on its way by fund alone.
BY_PROGRAMME = frozenset({Book.PAID, Book.AVAILABLE, Book.COMMITTED, Book.SPENT})


@dataclass(frozen=True)
class Leg:
    """One side of a movement: line by line, so that a household can follow its money, or summed."""

    book: Book
    sign: int
    each: bool = False


@dataclass(frozen=True)
class Way:
    """A movement of lines through the books."""

    kind: EntryKind
    legs: tuple[Leg, ...]


B, K = Book, EntryKind
SEND = Way(K.SEND, (Leg(B.FUND, -1), Leg(B.TRANSIT, 1)))
SEND_AGAIN = Way(K.SEND, (Leg(B.RETURNED, -1, True), Leg(B.TRANSIT, 1)))
ARRIVED = Way(K.PAID, (Leg(B.TRANSIT, -1), Leg(B.PAID, 1, True), Leg(B.COMMITTED, -1), Leg(B.SPENT, 1)))
REFUSED = Way(K.REJECTED, (Leg(B.TRANSIT, -1), Leg(B.RETURNED, 1, True)))
SENT_BACK = Way(K.REJECTED, (Leg(B.PAID, -1, True), Leg(B.RETURNED, 1, True), Leg(B.SPENT, -1), Leg(B.COMMITTED, 1)))
ARRIVED_AFTER_ALL = Way(
    K.PAID, (Leg(B.RETURNED, -1, True), Leg(B.PAID, 1, True), Leg(B.COMMITTED, -1), Leg(B.SPENT, 1))
)
GIVEN_UP = Way(K.TAKE_BACK, (Leg(B.RETURNED, -1, True), Leg(B.FUND, 1), Leg(B.COMMITTED, -1), Leg(B.AVAILABLE, 1)))


def book_lines(
    way: Way, run: PaymentRun, lines: Sequence[int], *, step: str, text: str, by: Staff, on: date, at: datetime,
    using: str = "default",
) -> Entry | None:  # fmt: skip
    """Append the entry that moves these lines; None for no lines. The same step of a run is booked once."""
    if not lines:
        return None
    place = run.division_code
    permit(by, Permission.LEDGER_POST, place=place)
    pairs = _pairs(lines, using)
    _open_accounts(way, run, pairs, using)
    funds = {fund for fund, _programme in pairs}
    count = sum(len(lines) if leg.each else len(pairs if leg.book in BY_PROGRAMME else funds) for leg in way.legs)
    with transaction.atomic(using=using):
        entry = Entry.objects.using(using).create(
            county=run.county, division_code=place, kind=way.kind, about="run", about_id=str(run.pk), step=step[:60],
            text=text[:200], postings_count=count, on=on, at=at, by_id=by.pk,
        )  # fmt: skip
        statement, values = _statement(way, entry, run, lines)
        with connections[using].cursor() as cursor:
            cursor.execute(statement, values)
    return entry


def array_of(ids: Iterable[int]) -> str:
    """Some ten thousand numbers for a statement, with `::bigint[]`: the driver writes an array number by number."""
    return "{" + ",".join(map(str, ids)) + "}"


def _pairs(lines: Sequence[int], using: str) -> set[tuple[int, str]]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT fund_id, programme FROM payments_paymentline WHERE id = ANY(%s::bigint[])",
            [array_of(lines)],
        )
        return {(int(fund), str(programme)) for fund, programme in cursor.fetchall()}


def _open_accounts(way: Way, run: PaymentRun, pairs: set[tuple[int, str]], using: str) -> None:
    funds = Fund.objects.using(using).in_bulk({fund for fund, _programme in pairs})
    for leg in way.legs:
        for fund, programme in pairs:
            narrow = {"programme": programme, "year": run.month.year} if leg.book in BY_PROGRAMME else {}
            account(leg.book, place=run.division_code, fund=funds[fund], using=using, **narrow)  # type: ignore[arg-type]


_EACH = """SELECT %(entry)s, a.id, {sign} l.fen, l.division_code, l.household_id, 'line:' || l.id
FROM l JOIN payments_account a ON a.division_code = %(place)s AND a.book = '{book}' AND a.fund_id = l.fund_id AND a.programme = {programme} AND a.year = {year}"""
_SUMMED = """SELECT %(entry)s, a.id, {sign} sum(l.fen), %(place)s, NULL::bigint, ''
FROM l JOIN payments_account a ON a.division_code = %(place)s AND a.book = '{book}' AND a.fund_id = l.fund_id AND a.programme = {programme} AND a.year = {year} GROUP BY a.id"""


def _statement(way: Way, entry: Entry, run: PaymentRun, lines: Sequence[int]) -> tuple[str, Mapping[str, Any]]:
    """One INSERT for all postings: the database checks in the same statement that they sum to zero."""
    parts = [
        (_EACH if leg.each else _SUMMED).format(
            sign="-" if leg.sign < 0 else "", book=leg.book.value,
            programme="l.programme" if leg.book in BY_PROGRAMME else "''",
            year="%(year)s" if leg.book in BY_PROGRAMME else "0",
        )
        for leg in way.legs
    ]  # fmt: skip
    statement = (
        "WITH l AS MATERIALIZED (SELECT l.id, l.fen, l.division_code, l.household_id, l.fund_id, l.programme"
        " FROM unnest(%(lines)s::bigint[]) wanted (id) JOIN payments_paymentline l ON l.id = wanted.id)"
        " INSERT INTO payments_posting (entry_id, account_id, fen, division_code, household_id, origin) "
    )
    values = {"entry": entry.pk, "place": run.division_code, "year": run.month.year, "lines": array_of(lines)}
    return statement + " UNION ALL ".join(parts), values
