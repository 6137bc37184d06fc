"""Writing into the ledger: accounts found or opened, entries with their postings in one statement, reversals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.registry.actions.refusal import refuse

from ..kinds import Book, EntryKind
from ..models import Account, Entry, Fund, Posting


@dataclass(frozen=True)
class Move:
    """An amount in fen on an account: above zero in, below zero out; and whom it concerns, if anybody."""

    account: Account
    fen: int
    place: str = ""
    household: int | None = None
    origin: str = ""


@dataclass(frozen=True)
class About:
    """What an entry follows from. The same step of the same thing is posted once, however often it is tried."""

    kind: str
    id: str
    step: str


def county_code(place: str) -> str:
    """The 12 digits of the county a place lies in."""
    return place[:6].ljust(12, "0")


def account(
    book: Book, *, place: str, fund: Fund | None = None, programme: str = "", year: int = 0, using: str = "default"
) -> Account:
    """The account, opened if it was never used. `place`: 12 digits, of the county or of a township."""
    keys = {"division_code": place, "book": book, "fund": fund, "programme": programme, "year": year}
    found = Account.objects.using(using).filter(**keys).first()
    if found is not None:
        return found
    try:
        with transaction.atomic(using=using):
            return Account.objects.using(using).create(county=place[:6], **keys)
    except IntegrityError:  # somebody else has just opened it
        return Account.objects.using(using).get(**keys)


def post(
    *,
    kind: EntryKind,
    about: About,
    moves: Iterable[Move],
    text: str,
    place: str,
    by: Staff | None,
    on: date,
    at: datetime,
    reverses: Entry | None = None,
    using: str = "default",
) -> Entry:
    """Append an entry. The database refuses what does not sum to zero, overdraws, or was posted before.

    `by` None is the system. Zero amounts are left out.
    """
    if by is not None:
        permit(by, Permission.LEDGER_POST, place=place)
    rows = [one for one in moves if one.fen]
    # No savepoint of its own: an entry that is refused takes the caller's act with it.
    with transaction.atomic(using=using, savepoint=False):
        entry = Entry.objects.using(using).create(
            county=place[:6], division_code=place, kind=kind, about=about.kind, about_id=about.id, step=about.step,
            text=text[:200], postings_count=len(rows), reverses=reverses, on=on, at=at, by_id=by.pk if by else None,
        )  # fmt: skip
        Posting.objects.using(using).bulk_create(
            Posting(
                entry=entry, account=one.account, fen=one.fen, division_code=one.place or place,
                household_id=one.household, origin=one.origin,
            )
            for one in rows
        )  # fmt: skip
    return entry


def reverse(*, entry: Entry, because: str, by: Staff, on: date, at: datetime) -> Entry:
    """Take an entry back by another with the opposite postings; once only."""
    if not because.strip():
        raise refuse("because", _("请写明冲正原因。"))
    if entry.kind == EntryKind.REVERSAL or Entry.objects.filter(reverses=entry).exists():
        raise refuse("", _("这笔分录已经冲正过，不能再次冲正。"))
    moves = [
        Move(row.account, -row.fen, row.division_code, row.household_id, row.origin)
        for row in entry.postings.select_related("account").order_by("id")
    ]
    return post(
        kind=EntryKind.REVERSAL, about=About("reversal", str(entry.pk), "1"), moves=moves,
        text=_("冲正 #%(n)s：%(why)s") % {"n": entry.pk, "why": because.strip()}, place=entry.division_code,
        by=by, on=on, at=at, reverses=entry,
    )  # fmt: skip


def pair(from_: Account, to: Account, fen: int, **concerns: object) -> Sequence[Move]:
    """The two sides of a movement."""
    return (Move(from_, -fen, **concerns), Move(to, fen, **concerns))  # type: ignore[arg-type]
