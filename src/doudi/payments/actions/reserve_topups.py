"""A township asks for money, the county approves it, finance pays it out: three people, one entry."""

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
from ..models import Account, ReserveFund, TopUp
from .posting import About, Move, account, county_code, pair
from .reserve import LARGEST_FEN, TEMPORARY, booked, committed, held, record


def ask(*, fund: ReserveFund, fen: int, because: str, by: Staff, at: datetime) -> TopUp:
    """The township says how much and why. One request at a time."""
    permit(by, Permission.RESERVE_PAY, place=fund.division_code)
    problems = Problems()
    if fund.closed_on is not None:
        problems.add("", _("这个乡镇的备用金已经撤销。"))
    if not 0 < fen < LARGEST_FEN:
        problems.add("fen", _("金额应大于 0。"))
    if not because.strip():
        problems.add("because", _("请写明为什么要补充。"))
    problems.refuse_if_any()
    try:
        with transaction.atomic():
            made = TopUp.objects.create(
                fund=fund, division_code=fund.division_code, asked_fen=fen, because=because.strip()[:300],
                asked_by_id=by.pk, asked_at=at,
            )  # fmt: skip
            record("ask", fund, by, fen=fen, top_up=made.pk)
    except IntegrityError as error:
        raise refuse("", _("已有一份补充申请还没有办完，请等它拨付后再申请。")) from error
    return made


def decide(*, top_up: TopUp, fen: int, note: str, by: Staff, at: datetime) -> TopUp:
    """The county approves, the amount changed if need be with a reason; 0 refuses, with a reason."""
    permit(by, Permission.RESERVE_APPROVE, place=top_up.division_code)
    with transaction.atomic():
        current = _held(top_up)
        problems = Problems()
        if current.state != "asked":
            problems.add("", _("这份申请已经审批过了。"))
        if current.asked_by_id == by.pk:
            problems.add("", _("申请的人不能自己审批，请由另一人办理。"))
        if not 0 <= fen < LARGEST_FEN:
            problems.add("fen", _("批准金额不能小于 0。"))
        if fen != current.asked_fen and not note.strip():
            problems.add("note", _("改动金额或不批准，请写明理由。"))
        problems.refuse_if_any()
        current.state, current.approved_fen = ("approved", fen) if fen else ("refused", None)
        current.decided_by_id, current.decided_at, current.decided_note = by.pk, at, note.strip()[:300]
        current.save(update_fields=["state", "approved_fen", "decided_by_id", "decided_at", "decided_note"])
        record("decide", current.fund, by, top_up=current.pk, asked=current.asked_fen, fen=fen)
    return current


def pay(*, top_up: TopUp, by: Staff, on: date, at: datetime) -> TopUp:
    """Finance pays what was approved: FUND to the township's float, and the budget of the year with it."""
    permit(by, Permission.PAYMENT_APPROVE, place=top_up.division_code)
    try:
        with transaction.atomic():
            current = _held(top_up)
            fund = held(current.fund)
            _check_paying(current, fund, by, on)
            fen = current.approved_fen or 0
            text = _("拨补备用金 %(yuan)s 元") % {"yuan": format_yuan(fen)}
            about = About("top_up", str(current.pk), "pay")
            entry = booked(fund, EntryKind.TOP_UP, about, _moves(fund, fen, on), text, by=by, on=on, at=at)
            current.state, current.paid_by_id, current.paid_at, current.entry = "paid", by.pk, at, entry
            current.save(update_fields=["state", "paid_by_id", "paid_at", "entry"])
            record("top_up", fund, by, top_up=current.pk, fen=fen, entry=entry.pk)
    except IntegrityError as error:
        if "account_not_below_zero" not in str(error):
            raise
        raise refuse("", _("资金专户余额或临时救助预算不够，请先下达预算、调入资金。")) from error
    return current


def _moves(fund: ReserveFund, fen: int, on: date) -> list[Move]:
    county, pot = county_code(fund.division_code), fund.fund
    keys = {"place": county, "fund": pot, "programme": TEMPORARY, "year": on.year}
    return [
        *pair(account(Book.FUND, place=county, fund=pot), fund.account, fen),
        *pair(account(Book.AVAILABLE, **keys), committed(fund, on.year), fen),  # type: ignore[arg-type]
    ]


def _check_paying(current: TopUp, fund: ReserveFund, by: Staff, on: date) -> None:
    problems = Problems()
    if current.state != "approved":
        problems.add("", _("这份申请不在待拨付的状态。"))
    if by.pk in (current.asked_by_id, current.decided_by_id):
        problems.add("", _("申请、审批、拨付须是三个人，请由另一人拨付。"))
    if fund.closed_on is not None:
        problems.add("", _("这个乡镇的备用金已经撤销。"))
    problems.refuse_if_any()
    fen, county = current.approved_fen or 0, county_code(fund.division_code)
    there = Account.objects.filter(division_code=county, fund=fund.fund_id)
    pot = there.filter(book=Book.FUND).values_list("balance_fen", flat=True).first() or 0
    budget = there.filter(book=Book.AVAILABLE, programme=TEMPORARY, year=on.year)
    left = min(pot, budget.values_list("balance_fen", flat=True).first() or 0)
    if left < fen:
        said = {"left": format_yuan(left), "y": on.year}
        raise refuse("", _("资金和 %(y)s 年临时救助预算最多还能拨 %(left)s 元，请先下达预算、调入资金。") % said)


def _held(top_up: TopUp) -> TopUp:
    return TopUp.objects.select_for_update(of=("self",)).select_related("fund").get(pk=top_up.pk)
