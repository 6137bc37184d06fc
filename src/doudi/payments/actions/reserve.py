"""The reserve fund of a township: opened by finance, its money moved through the ledger, never below zero.

Every act on a fund takes its row first, so that two people at one fund wait for each other; the ledger's own check is
the last guard whatever happens above it. Money stands on FLOAT at the township; the budget it holds stands on COMMITTED
at the township by year, and is spent oldest year first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject
from doudi.audit.actions import record as write
from doudi.kernel.money import format_yuan
from doudi.registry.actions.refusal import Problems, refuse

from ..kinds import Book, EntryKind, Programme
from ..models import Account, Entry, Fund, ReserveFund
from .posting import About, Move, account, county_code, pair, post

LARGEST_FEN = 100_000_000_00  # a hundred million yuan: more is a slip of the finger
TEMPORARY = Programme.TEMPORARY


def open_reserve(
    *, place: str, fund: Fund, target_fen: int, keeper_id: int | None, by: Staff, on: date, at: datetime
) -> ReserveFund:
    """A township keeps ready money of a fund, up to `target_fen`. `place`: the township, 9 or 12 digits."""
    code = place[:9].ljust(12, "0")
    permit(by, Permission.PAYMENT_APPROVE, place=code)
    _check_opening(code, fund, target_fen)
    try:
        with transaction.atomic():
            made = ReserveFund.objects.create(
                county=code[:6], division_code=code, fund=fund, account=account(Book.FLOAT, place=code, fund=fund),
                target_fen=target_fen, keeper_id=keeper_id, opened_on=on,
            )  # fmt: skip
            record("open", made, by, target_fen=target_fen)
    except IntegrityError as error:
        raise refuse("place", _("这个乡镇已经有备用金，请在它的台账里调整额度。")) from error
    return made


def _check_opening(code: str, fund: Fund, target_fen: int) -> None:
    problems = Problems()
    if code[6:9] == "000":
        problems.add("place", _("备用金按乡镇设立，请选择乡镇。"))
    if fund.programmes and TEMPORARY not in fund.programmes:
        problems.add("fund", _("%(f)s不能用于临时救助，请换一项资金。") % {"f": fund.name})
    if not 0 < target_fen < LARGEST_FEN:
        problems.add("target_fen", _("核定额度应大于 0，请核对。"))
    problems.refuse_if_any()


def change_reserve(
    *, fund: ReserveFund, target_fen: int, keeper_id: int | None, by: Staff, version: int
) -> ReserveFund:
    """Another size or another keeper."""
    permit(by, Permission.PAYMENT_APPROVE, place=fund.division_code)
    if not 0 < target_fen < LARGEST_FEN:
        raise refuse("target_fen", _("核定额度应大于 0，请核对。"))
    with transaction.atomic():
        current = held(fund)
        if current.version != version:
            raise refuse("", _("备用金的设置刚刚被其他人改过，请刷新后再改。"))
        before = {"target_fen": current.target_fen, "keeper": current.keeper_id}
        current.target_fen, current.keeper_id, current.version = target_fen, keeper_id, current.version + 1
        current.save(update_fields=["target_fen", "keeper_id", "version"])
        record("change", current, by, before=before, target_fen=target_fen, keeper=keeper_id)
    return current


def give_back(*, fund: ReserveFund, fen: int, reference: str, by: Staff, on: date, at: datetime) -> Entry:
    """The township hands money back and finance has it: the reverse of a top-up, the oldest budget last."""
    permit(by, Permission.PAYMENT_APPROVE, place=fund.division_code)
    problems = Problems()
    if not 0 < fen < LARGEST_FEN:
        problems.add("fen", _("金额应大于 0。"))
    if not reference.strip():
        problems.add("reference", _("请填写缴款凭证编号，同一编号只记一次。"))
    problems.refuse_if_any()
    with spending(fund, fen) as current:
        county, pot = county_code(current.division_code), current.fund
        moves = [*pair(current.account, account(Book.FUND, place=county, fund=pot), fen)]
        for year, part in budget_of(current, fen):
            available = account(Book.AVAILABLE, place=county, fund=pot, programme=TEMPORARY, year=year)
            moves += pair(committed(current, year), available, part)
        text = _("交回备用金 %(yuan)s 元（%(ref)s）") % {"yuan": format_yuan(fen), "ref": reference.strip()}
        about = About("give_back", str(current.pk), reference.strip()[:60])
        entry = booked(current, EntryKind.GIVE_BACK, about, moves, text, by=by, on=on, at=at)
        record("give_back", current, by, fen=fen, entry=entry.pk)
    return entry


def close_reserve(*, fund: ReserveFund, by: Staff, on: date) -> ReserveFund:
    """No more of it: everything was given back and nothing is missing."""
    permit(by, Permission.PAYMENT_APPROVE, place=fund.division_code)
    with transaction.atomic():
        current = held(fund)
        if balance(current) or missing(current):
            raise refuse("", _("备用金还有余额或短款，先交回、补齐后再撤销。"))
        current.closed_on, current.version = on, current.version + 1
        current.save(update_fields=["closed_on", "version"])
        record("close", current, by)
    return current


def held(fund: ReserveFund) -> ReserveFund:
    """The fund, held until the transaction ends: of two people at one fund the second sees what the first did."""
    rows = ReserveFund.objects.select_for_update(of=("self",)).select_related("account", "fund")
    return rows.get(pk=fund.pk)


def balance(fund: ReserveFund) -> int:
    """What the book says now, in fen."""
    return Account.objects.values_list("balance_fen", flat=True).get(pk=fund.account_id)


def missing(fund: ReserveFund) -> int:
    """What a count found missing and nobody has put back, in fen."""
    return account(Book.RECEIVABLE, place=fund.division_code, fund=fund.fund).balance_fen


def committed(fund: ReserveFund, year: int) -> Account:
    """The budget of a year that the fund holds."""
    return account(Book.COMMITTED, place=fund.division_code, fund=fund.fund, programme=TEMPORARY, year=year)


@contextmanager
def spending(fund: ReserveFund, fen: int) -> Iterator[ReserveFund]:
    """One transaction with the fund held; too little money is said in words, whoever notices it first."""
    try:
        with transaction.atomic():
            current = held(fund)
            if current.closed_on is not None:
                raise closed()
            if (left := balance(current)) < fen:
                raise too_little(left)
            yield current
    except IntegrityError as error:
        if "account_not_below_zero" not in str(error):
            raise
        raise too_little(balance(fund)) from error


def closed() -> Exception:
    """There is no such purse any more."""
    return refuse("fund", _("这个乡镇的备用金已经撤销，请走银行代发。"))


def too_little(left: int) -> Exception:
    """How much is left, and the two ways on."""
    said = {"left": format_yuan(left)}
    return refuse("amount_fen", _("备用金只剩 %(left)s 元，不够这一笔。请申请补充备用金，或改走银行代发。") % said)


def budget_of(fund: ReserveFund, fen: int) -> Sequence[tuple[int, int]]:
    """To which years' budget an amount goes back: [(year, fen)], the newest first. The fund must be held.

    What is paid takes the oldest first: that is done where the money goes out, in `wall_purse.sql`.
    """
    rows = Account.objects.filter(
        division_code=fund.division_code, book=Book.COMMITTED, fund=fund.fund_id, programme=TEMPORARY,
        balance_fen__gt=0,
    )  # fmt: skip
    taken: list[tuple[int, int]] = []
    for year, there in rows.order_by("-year").values_list("year", "balance_fen"):
        if fen > 0:
            taken.append((year, min(there, fen)))
            fen -= min(there, fen)
    return taken


def booked(
    fund: ReserveFund, kind: EntryKind, about: About, moves: Sequence[Move], text: str, *, by: Staff, on: date,
    at: datetime,
) -> Entry:  # fmt: skip
    """Post for a fund; a document number that was booked already is said."""
    try:
        with transaction.atomic():
            return post(kind=kind, about=about, moves=moves, text=text, place=fund.division_code, by=by, on=on, at=at)
    except IntegrityError as error:
        if "entry_once_a_step" not in str(error):
            raise
        raise refuse("reference", _("这个编号已经记过账，请核对是否重复。")) from error


def record(action: str, fund: ReserveFund, by: Staff, *, before: Any = None, **detail: Any) -> None:
    """One event about a fund."""
    write(
        by=by, action=f"reserve.{action}", subject=Subject("reserve", str(fund.pk), fund.division_code),
        before=before, after=detail, detail=detail,
    )  # fmt: skip
