"""The monthly count: one counts, a second person counts again and confirms; a difference is explained and booked.

What is missing becomes a claim (应追回) until it is put back; what is too much first settles such a claim. So the
budget that a fund holds is always its money and what is missing from it.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.kernel.money import format_yuan
from doudi.registry.actions.refusal import Problems, refuse

from ..kinds import Book, EntryKind
from ..models import CashCount, Entry, ReserveFund
from .posting import About, Move, account, county_code, pair
from .reserve import LARGEST_FEN, TEMPORARY, balance, booked, committed, held, missing, record


def count(*, fund: ReserveFund, counted_fen: int, explained: str, by: Staff, on: date, at: datetime) -> CashCount:
    """What the first person counted, beside what the book says at this moment."""
    permit(by, Permission.RESERVE_PAY, place=fund.division_code)
    with transaction.atomic():
        book = balance(held(fund))
        problems = Problems()
        if not 0 <= counted_fen < LARGEST_FEN:
            problems.add("counted_fen", _("清点金额不能小于 0。"))
        if counted_fen != book and not explained.strip():
            said = {"book": format_yuan(book), "gap": format_yuan(counted_fen - book)}
            problems.add("explained", _("账面是 %(book)s 元，差 %(gap)s 元，请写明原因。") % said)
        problems.refuse_if_any()
        try:
            with transaction.atomic():
                made = CashCount.objects.create(
                    fund=fund, division_code=fund.division_code, on=on, book_fen=book, counted_fen=counted_fen,
                    explained=explained.strip()[:300], counted_by_id=by.pk, at=at,
                )  # fmt: skip
        except IntegrityError as error:
            raise refuse("", _("已有一次清点等第二人确认，请先确认或作废。")) from error
        record("count", fund, by, count=made.pk, book=book, counted=counted_fen)
    return made


def confirm_count(*, count: CashCount, counted_fen: int, by: Staff, on: date, at: datetime) -> CashCount:
    """The second person counts again and says the same; only then is a difference booked."""
    permit(by, Permission.RESERVE_PAY, place=count.division_code)
    with transaction.atomic():
        fund = held(count.fund)
        current = _open(count)
        _check_second(current, fund, counted_fen, by)
        entry = _book(fund, current, by=by, on=on, at=at) if current.counted_fen != current.book_fen else None
        current.state, current.witnessed_by_id, current.witnessed_at, current.entry = "done", by.pk, at, entry
        current.save(update_fields=["state", "witnessed_by_id", "witnessed_at", "entry"])
        record("confirm_count", fund, by, count=current.pk, gap=current.counted_fen - current.book_fen)
    return current


def void_count(*, count: CashCount, by: Staff) -> CashCount:
    """Count anew: the two did not find the same, or money moved in between."""
    permit(by, Permission.RESERVE_PAY, place=count.division_code)
    with transaction.atomic():
        fund = held(count.fund)
        current = _open(count)
        current.state = "void"
        current.save(update_fields=["state"])
        record("void_count", fund, by, count=current.pk)
    return current


def _open(count: CashCount) -> CashCount:
    current = CashCount.objects.select_for_update(of=("self",)).get(pk=count.pk)
    if current.state != "open":
        raise refuse("", _("这次清点已经办结。"))
    return current


def _check_second(current: CashCount, fund: ReserveFund, counted_fen: int, by: Staff) -> None:
    problems = Problems()
    if current.counted_by_id == by.pk:
        problems.add("", _("清点要两个人：请由另一人再点一遍后确认。"))
    if balance(fund) != current.book_fen:
        problems.add("", _("清点之后备用金又有收支，请作废这次清点，重新清点。"))
    if counted_fen != current.counted_fen:
        problems.add("counted_fen", _("两个人点的数不一样，请一起重新清点；先作废这次清点。"))
    problems.refuse_if_any()


def _book(fund: ReserveFund, current: CashCount, *, by: Staff, on: date, at: datetime) -> Entry:
    gap = current.counted_fen - current.book_fen
    moves = _less(fund, -gap) if gap < 0 else _more(fund, gap, on)
    said = {"gap": format_yuan(gap), "why": current.explained}
    text = _("清点差额 %(gap)s 元：%(why)s") % said
    return booked(fund, EntryKind.COUNT, About("count", str(current.pk), "1"), moves, text, by=by, on=on, at=at)


def _less(fund: ReserveFund, fen: int) -> list[Move]:
    return [*pair(fund.account, account(Book.RECEIVABLE, place=fund.division_code, fund=fund.fund), fen)]


def _more(fund: ReserveFund, fen: int, on: date) -> list[Move]:
    back = min(fen, missing(fund))
    claim = account(Book.RECEIVABLE, place=fund.division_code, fund=fund.fund)
    moves, rest = [*pair(claim, fund.account, back)], fen - back
    county, pot = county_code(fund.division_code), fund.fund
    authorised = account(Book.AUTHORISED, place=county, fund=pot, programme=TEMPORARY, year=on.year)
    moves += pair(account(Book.SOURCE, place=county, fund=pot), fund.account, rest)
    return [*moves, *pair(authorised, committed(fund, on.year), rest)]
