"""Money that must come back: demanded with a reason and a clause, approved by a second person, repaid or waived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record
from doudi.awards.models import Award
from doudi.kernel.money import format_yuan
from doudi.policy.law import LAW26
from doudi.registry.actions.recording import one_at_a_time
from doudi.registry.actions.refusal import Problems, refuse
from doudi.registry.models import Household

from ..kinds import Book, EntryKind, Fault, LineState, Programme
from ..models import Account, Fund, Instalment, PaymentLine, Recovery
from ..queries.recoveries import claimed_in, outstanding_fen, paid_in
from .numbering import RECOVERY, next_number
from .posting import About, Move, account, post


def clauses_of(fault: Fault, on: date) -> list[str]:
    """What the demand rests on: fraud has its own article, before and after the Social Assistance Law; the rest rests
    on the rule that an amount changes, with reasons told, when the circumstances do.
    """
    if fault == Fault.FRAUD:
        return ["LAW26-73" if LAW26.in_force(on) else "D649-68"]
    return ["M57-32", "M57-35"] if fault == Fault.CHANGE else ["M57-32"]


def open_recovery(
    *, household: Household, programme: str, months: Mapping[date, int], fault: str, because: str, by: Staff,
    on: date, at: datetime, reference: str = "", keep_fen_month: int = 0, award: Award | None = None,
) -> Recovery:  # fmt: skip
    """Demand what was paid too much, month by month; nothing is claimed before somebody else approves it."""
    permit(by, Permission.PAYMENT_MAKE, place=household.division_code)
    with transaction.atomic():
        one_at_a_time(f"recoveries {household.pk}")
        last, fund = _check(household, programme, months, fault, because, keep_fen_month)
        county = household.division_code[:6]
        one = Recovery.objects.create(
            county=county, division_code=household.division_code, number=next_number(RECOVERY, county, on),
            household=household, award=award, programme=programme, fund=fund, year=last.run.month.year,
            fault=fault, fen=sum(months.values()), because=because.strip()[:300], clauses=clauses_of(Fault(fault), on),
            months={day.isoformat(): fen for day, fen in sorted(months.items())}, reference=reference.strip()[:40],
            keep_fen_month=keep_fen_month, opened_by_id=by.pk, opened_on=on, opened_at=at,
        )  # fmt: skip
        _record("open_recovery", one, by, fen=one.fen)
    return one


def _check(
    household: Household, programme: str, months: Mapping[date, int], fault: str, because: str, keep: int
) -> tuple[PaymentLine, Fund]:
    """Everything that is wrong at once; the last payment it came from, which names the fund."""
    problems = Problems()
    if fault not in Fault.values:
        problems.add("fault", _("请选择多发的原因。"))
    if programme not in Programme.values:
        problems.add("programme", _("请选择救助项目。"))
    if len(because.strip()) < 4:
        problems.add("because", _("请写明为什么要追回，至少 4 个字。"))
    if keep < 0:
        problems.add("keep_fen_month", _("每月扣回的金额不能小于 0。"))
    if not months or any(fen <= 0 for fen in months.values()):
        problems.add("months", _("请至少填写一个月，金额应大于 0。"))
    for month, fen in sorted(months.items()):
        left = paid_in(household, programme, month) - claimed_in(household, programme, month)
        if fen > left:
            said = {"month": f"{month:%Y-%m}", "fen": format_yuan(fen), "left": format_yuan(left)}
            problems.add("months", _("%(month)s要追回 %(fen)s 元，这个月到账而未追的只有 %(left)s 元。") % said)
    lines = PaymentLine.objects.filter(household=household, programme=programme, state=LineState.PAID)
    last = lines.filter(fund__isnull=False).select_related("fund", "run").order_by("-month", "-pk").first()
    problems.refuse_if_any()
    assert last is not None  # something was paid in these months
    assert last.fund is not None
    return last, last.fund


def approve(*, recovery: Recovery, by: Staff, on: date, at: datetime) -> Recovery:
    """A second person agrees: from now on it is owed."""
    with transaction.atomic():
        one = _held(recovery, by, Permission.PAYMENT_CHECK, wanting_approval=True)
        Recovery.objects.filter(pk=one.pk).update(approved_by_id=by.pk, approved_at=at, version=F("version") + 1)
        _book(one, EntryKind.CLAIM, "claim", _claim(one), _paid(one), one.fen, by, on, at)
        _record("approve_recovery", one, by, fen=one.fen)
    recovery.refresh_from_db()
    return recovery


def turn_down(*, recovery: Recovery, because: str, by: Staff, on: date) -> Recovery:
    """The second person does not agree: nothing is claimed."""
    if len(because.strip()) < 4:
        raise refuse("because", _("请写明不同意的理由，至少 4 个字。"))
    with transaction.atomic():
        one = _held(recovery, by, Permission.PAYMENT_CHECK, wanting_approval=True)
        Recovery.objects.filter(pk=one.pk).update(
            closed_on=on, refused_because=because.strip()[:200], version=F("version") + 1
        )
        _record("turn_down_recovery", one, by, fen=one.fen)
    recovery.refresh_from_db()
    return recovery


def repay(*, recovery: Recovery, fen: int, how: str, note: str, by: Staff, on: date, at: datetime) -> Instalment:
    """A part came back, in cash or by transfer, with its receipt."""
    if how not in ("cash", "bank"):
        raise refuse("how", _("请选择现金或转账。"))
    if not note.strip():
        raise refuse("note", _("请填写收据或银行流水编号。"))
    with transaction.atomic():
        one = _held(recovery, by, Permission.PAYMENT_MAKE)
        part = _instalment(one, how, fen, note, by, on, at)
        fund = account(Book.FUND, place=_place(one), fund=one.fund)
        _book(one, EntryKind.RECOVERED, f"back-{part.pk}", fund, _claim(one), fen, by, on, at)
        _record("repay_recovery", one, by, fen=fen)
    recovery.refresh_from_db()
    return part


def waive(*, recovery: Recovery, fen: int, because: str, by: Staff, on: date, at: datetime) -> Instalment:
    """A part is not demanded any longer; the second person decides that, never who opened it."""
    if len(because.strip()) < 4:
        raise refuse("because", _("请写明免予追回的理由和依据，至少 4 个字。"))
    with transaction.atomic():
        one = _held(recovery, by, Permission.PAYMENT_CHECK)
        part = _instalment(one, "waived", fen, because, by, on, at)
        _book(one, EntryKind.WAIVED, f"waived-{part.pk}", _paid(one), _claim(one), fen, by, on, at)
        _record("waive_recovery", one, by, fen=fen)
    recovery.refresh_from_db()
    return part


def keep_back(*, recovery: Recovery, fen_month: int, by: Staff) -> Recovery:
    """How much is kept back from each month's payment from the next list on; 0: nothing."""
    if fen_month < 0:
        raise refuse("keep_fen_month", _("每月扣回的金额不能小于 0。"))
    with transaction.atomic():
        one = _held(recovery, by, Permission.PAYMENT_MAKE)
        Recovery.objects.filter(pk=one.pk).update(keep_fen_month=fen_month, version=F("version") + 1)
        _record("keep_back", one, by, fen=fen_month)
    recovery.refresh_from_db()
    return recovery


def _held(recovery: Recovery, by: Staff, permission: Permission, *, wanting_approval: bool = False) -> Recovery:
    """The recovery as it stands, with nobody else at it; refused where it cannot go on."""
    permit(by, permission, place=recovery.division_code)
    one_at_a_time(f"recoveries {recovery.household_id}")
    one = Recovery.objects.select_related("fund").get(pk=recovery.pk)
    if permission == Permission.PAYMENT_CHECK and one.opened_by_id == by.pk:
        raise refuse("", _("追回是您提出的，要由另一人决定。"))
    if one.closed_on is not None:
        raise refuse("", _("这笔追回已经了结，请刷新后查看。"))
    if wanting_approval and one.approved_at is not None:
        raise refuse("", _("这笔追回刚有人同意过，请刷新后查看。"))
    if not wanting_approval and one.approved_at is None:
        raise refuse("", _("这笔追回还没有经另一人同意。"))
    return one


def _instalment(one: Recovery, how: str, fen: int, note: str, by: Staff, on: date, at: datetime) -> Instalment:
    left = outstanding_fen(one)
    if not 0 < fen <= left:
        raise refuse("fen", _("金额应大于 0，不超过未还的 %(left)s 元。") % {"left": format_yuan(left)})
    part = Instalment.objects.create(
        recovery=one, division_code=one.division_code, how=how, fen=fen, on=on, at=at, by_id=by.pk,
        note=note.strip()[:200],
    )  # fmt: skip
    over = {"closed_on": on} if fen == left else {}
    Recovery.objects.filter(pk=one.pk).update(version=F("version") + 1, **over)
    return part


def _place(one: Recovery) -> str:
    return one.county.ljust(12, "0")


def _claim(one: Recovery) -> Account:
    return account(Book.RECEIVABLE, place=_place(one), programme=one.programme)


def _paid(one: Recovery) -> Account:
    return account(Book.PAID, place=_place(one), fund=one.fund, programme=one.programme, year=one.year)


def _book(
    one: Recovery, kind: EntryKind, step: str, to: Account, from_: Account, fen: int, by: Staff, on: date, at: datetime
) -> None:
    concerns = (one.division_code, one.household_id, f"recovery:{one.pk}")
    post(
        kind=kind, about=About("recovery", str(one.pk), step), place=_place(one), by=by, on=on, at=at,
        moves=[Move(to, fen, *concerns), Move(from_, -fen, *concerns)],
        text=_("%(number)s：%(what)s") % {"number": one.number, "what": EntryKind(kind).label},
    )  # fmt: skip


def _record(action: str, one: Recovery, by: Staff, **detail: int) -> None:
    subject = Subject("household", str(one.household_id), one.division_code)
    record(by=by, action=f"payment.{action}", subject=subject, detail={"recovery": one.number, **detail})


def printed(*, recovery: Recovery, by: Staff) -> None:
    """The letter was printed: on record."""
    permit(by, Permission.PAYMENT_READ, place=recovery.division_code)
    _record("print_recovery", recovery, by)
