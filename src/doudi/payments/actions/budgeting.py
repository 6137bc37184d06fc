"""Funds and budgets: opened, filled, authorised by year and programme. Finance alone does this."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record
from doudi.kernel.money import bounded, format_yuan
from doudi.registry.actions.refusal import Problems, refuse

from ..kinds import Book, EntryKind, Programme, Source
from ..models import Entry, Fund, Office
from .posting import About, account, pair, post


def open_fund(
    *, county: str, code: str, name: str, source: Source, rank: int, programmes: Sequence[str], by: Staff, at: datetime
) -> Fund:
    """A pot of money of one source; `programmes` empty: for everything."""
    permit(by, Permission.PAYMENT_APPROVE, place=county)
    problems = Problems()
    if not code.strip().replace("-", "").isalnum():
        problems.add("code", _("代码请用字母和数字。"))
    if not name.strip():
        problems.add("name", _("请填写资金名称。"))
    if unknown := [one for one in programmes if one not in Programme.values]:
        problems.add("programmes", _("不认识的救助项目：%(p)s。") % {"p": "、".join(unknown)})
    problems.refuse_if_any()
    try:
        with transaction.atomic():
            fund = Fund.objects.create(
                county=county, code=code.strip()[:20], name=name.strip()[:80], source=source, rank=rank,
                programmes=list(programmes),
            )  # fmt: skip
            _record(by, "open_fund", fund, after={"code": fund.code, "source": source})
    except IntegrityError as error:
        raise refuse("code", _("这个代码已经有一项资金，请换一个。")) from error
    return fund


def receive(*, fund: Fund, fen: int, reference: str, by: Staff, on: date, at: datetime) -> Entry:
    """Money has arrived on the account of a fund. The same document number is entered once."""
    place = fund.county.ljust(12, "0")
    permit(by, Permission.PAYMENT_APPROVE, place=place)
    _check(fen, reference)
    moves = pair(account(Book.SOURCE, place=place, fund=fund), account(Book.FUND, place=place, fund=fund), fen)
    text = _("%(fund)s到账 %(yuan)s 元（%(ref)s）") % {"fund": fund.name, "yuan": format_yuan(fen), "ref": reference}
    return _once(
        EntryKind.INFLOW, About("inflow", str(fund.pk), reference.strip()[:60]), moves, text, fund, "receive", fen,
        by=by, on=on, at=at,
    )  # fmt: skip


def authorise(
    *, fund: Fund, programme: Programme, year: int, fen: int, reference: str, by: Staff, on: date, at: datetime
) -> Entry:
    """A budget for a programme and year, or, below zero, what is taken from it again."""
    place = fund.county.ljust(12, "0")
    permit(by, Permission.PAYMENT_APPROVE, place=place)
    _check(abs(fen), reference)
    if fund.programmes and programme not in fund.programmes:
        raise refuse("programme", _("%(f)s不用于%(p)s，请核对。") % {"f": fund.name, "p": programme.label})
    keys = {"place": place, "fund": fund, "programme": programme, "year": year}
    moves = pair(account(Book.AUTHORISED, **keys), account(Book.AVAILABLE, **keys), fen)  # type: ignore[arg-type]
    said = {"y": year, "p": programme.label, "yuan": format_yuan(fen), "ref": reference}
    text = _("%(y)s 年%(p)s预算 %(yuan)s 元（%(ref)s）") % said
    step = f"{programme}-{year}-{reference.strip()}"[:60]
    return _once(
        EntryKind.BUDGET, About("budget", str(fund.pk), step), moves, text, fund, "authorise", fen, by=by, on=on, at=at
    )


def begin(*, county: str, first_month: date, by: Staff, at: datetime) -> Office:
    """From which month on this county pays through the product; said once."""
    permit(by, Permission.PAYMENT_APPROVE, place=county)
    if first_month.day != 1:
        raise refuse("first_month", _("请填写当月 1 日。"))
    if Office.objects.filter(county=county).exists():
        raise refuse("first_month", _("起始月份已经设定，不能更改。"))
    with transaction.atomic():
        office = Office.objects.create(county=county, first_month=first_month)
        record(
            by=by, action="ledger.begin", subject=Subject("county", county, county.ljust(12, "0")),
            detail={"first_month": f"{first_month:%Y-%m}"},
        )  # fmt: skip
    return office


def _check(fen: int, reference: str) -> None:
    problems = Problems()
    if fen <= 0:
        problems.add("fen", _("金额应大于 0。"))
    else:
        bounded(fen)
    if not reference.strip():
        problems.add("reference", _("请填写文件或凭证编号，同一编号只记一次。"))
    problems.refuse_if_any()


def _once(
    kind: EntryKind, about: About, moves: object, text: str, fund: Fund, action: str, fen: int,
    *, by: Staff, on: date, at: datetime,
) -> Entry:  # fmt: skip
    place = fund.county.ljust(12, "0")
    try:
        with transaction.atomic():
            entry = post(kind=kind, about=about, moves=moves, text=text, place=place, by=by, on=on, at=at)  # type: ignore[arg-type]
            _record(by, action, fund, after={"fen": fen, "entry": entry.pk})
    except IntegrityError as error:
        if "entry_once_a_step" in str(error):
            raise refuse("reference", _("这个编号已经记过账，请核对是否重复。")) from error
        if "account_not_below_zero" in str(error):
            raise refuse("fen", _("收回的金额超过可用预算，请核对。")) from error
        raise
    return entry


def _record(by: Staff, action: str, fund: Fund, *, after: dict[str, object]) -> None:
    subject = Subject("fund", str(fund.pk), fund.county.ljust(12, "0"))
    record(by=by, action=f"ledger.{action}", subject=subject, after=after, detail={"fund": fund.code, **after})
