"""Handing over approved help: from the reserve fund at once, or through the bank with the next run. Once a press."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject
from doudi.audit.actions import record as write
from doudi.casework.owners import case_owner
from doudi.documents import actions as documents
from doudi.documents.models import Kind
from doudi.kernel.money import format_yuan
from doudi.registry.actions.refusal import Problems, refuse
from doudi.verification.actions.images import png_of
from doudi.verification.actions.signing import Mark, seal_of
from doudi.verification.models import Method

from ..kinds import Book, EntryKind, PaymentForm
from ..models import Account, Entry, ReliefPayment, ReliefPlan, ReserveFund
from ..queries.reserve import fund_at
from .posting import About, Move, account, county_code, pair, post
from .reserve import TEMPORARY, budget_of, committed, spending

# What the database calls a second press: of the same button, or of the same part by somebody else.
ONCE = ("payments_reliefpayment_token", "payments_reliefask_token", "entry_once_a_step", "relief_payment_once_a_number")


@dataclass(frozen=True)
class Handing:
    """How money is handed over. `token` is the client's own number for this press of the button."""

    form: PaymentForm
    receiver: str
    mark: Mark
    token: UUID
    note: str = ""
    by_bank: bool = False


def paid_before(token: UUID) -> ReliefPayment | None:
    """What this press of the button has already paid."""
    return ReliefPayment.objects.filter(token=token).select_related("plan").first()


def pay_instalment(
    *, plan: ReliefPlan, number: int, handing: Handing, by: Staff, on: date, at: datetime
) -> ReliefPayment:
    """Hand over the next part that is due under an approval. Pressed twice, paid once."""
    permit(by, Permission.CASE_HANDLE, place=plan.division_code)
    permit(by, Permission.RESERVE_PAY, place=plan.division_code)
    if (before := paid_before(handing.token)) is not None:
        return before
    try:
        with transaction.atomic():
            return pay(plan, number, handing, by=by, on=on, at=at)
    except IntegrityError as error:
        return repeated(handing.token, error)


def repeated(token: UUID, error: IntegrityError) -> ReliefPayment:
    """The payment that the other press made; somebody else's press is told, any other refusal goes on."""
    if not any(one in str(error) for one in ONCE):
        raise error
    if (before := paid_before(token)) is None:
        raise refuse("", _("这一期刚刚已经由别人发放，请刷新后查看。")) from error
    return before


def pay(plan: ReliefPlan, number: int, handing: Handing, *, by: Staff, on: date, at: datetime) -> ReliefPayment:
    """In the caller's transaction: the signature kept, the money booked, the payment written."""
    fen = _due(plan, number, handing, on)
    fund = None if handing.by_bank else _fund(plan)
    content, document = _signed(plan, handing, by, at)
    shown = _("收到临时救助 %(yuan)s 元") % {"yuan": format_yuan(fen)}
    # Everything that can be done before is: while the purse is held, others wait.
    write(
        by=by, action="relief.pay", subject=Subject("application", str(plan.application_id), plan.division_code),
        detail={"plan": plan.pk, "number": number, "fen": fen, "form": handing.form, "bank": handing.by_bank},
    )  # fmt: skip
    digest = seal_of(content, shown, plan.pk, at)
    entry = _book(fund, plan, number, fen, by=by, on=on, at=at) if fund else None
    return ReliefPayment.objects.create(
        plan=plan, division_code=plan.division_code, number=number, fen=fen, form=handing.form, fund=fund,
        receiver=handing.receiver.strip(), note=handing.note.strip() or None, signed_document_id=document,
        signed_digest=digest, token=handing.token, entry=entry, on=on, at=at, by_id=by.pk,
    )  # fmt: skip


def _due(plan: ReliefPlan, number: int, handing: Handing, on: date) -> int:
    """What the part comes to; refused out of turn, before its day, or without anybody who received it."""
    problems = Problems()
    made = plan.payments.count()
    if not 1 <= number <= len(plan.instalments):
        raise refuse("", _("这笔救助没有第 %(n)s 期。") % {"n": number})
    part = plan.instalments[number - 1]
    if number <= made:
        problems.add("", _("这一期已经发放。"))
    elif number > made + 1:
        problems.add("", _("请按顺序发放，先办第 %(n)s 期。") % {"n": made + 1})
    if on < date.fromisoformat(part["on"]):
        problems.add("", _("这一期 %(day)s 起才能发放。") % {"day": part["on"]})
    if not handing.by_bank and not handing.receiver.strip():
        problems.add("receiver", _("请写明钱（物）交给了谁。"))
    if handing.form == PaymentForm.GOODS and not handing.note.strip():
        problems.add("note", _("请写明买了什么，或者交到哪里。"))
    problems.refuse_if_any()
    return int(part["fen"])


def _fund(plan: ReliefPlan) -> ReserveFund:
    fund = fund_at(plan.division_code)
    if fund is None:
        raise refuse("amount_fen", _("这个乡镇还没有设立备用金，请改走银行代发，并请财政设立备用金。"))
    return fund


def _signed(plan: ReliefPlan, handing: Handing, by: Staff, at: datetime) -> tuple[bytes, int | None]:
    """What was signed, and the picture's document where it was drawn. Nobody signs for what the bank will pay."""
    if handing.by_bank:
        return b"", None
    if handing.mark.method != Method.DRAWN:
        if not handing.mark.name.strip():
            raise refuse("sign_name", _("请收款人手写签名，或看着录入姓名。"))
        return handing.mark.name.strip().encode(), None
    image = png_of(handing.mark.image)
    kept = documents.store(
        by=by, source=io.BytesIO(image), name=f"{_('签收')}-{plan.pk}.png", kind=Kind.OTHER,
        owner=case_owner(plan.application), at=at,
    )  # fmt: skip
    return image, kept.pk


def _book(fund: ReserveFund, plan: ReliefPlan, number: int, fen: int, *, by: Staff, on: date, at: datetime) -> Entry:
    text = _("临时救助支出 %(yuan)s 元（%(n)s）") % {"yuan": format_yuan(fen), "n": plan.application.number}
    about, known = About("relief", str(plan.pk), str(number)), _accounts(fund)
    with spending(fund, fen) as current:
        return post(
            kind=EntryKind.RELIEF, about=about, moves=_moves(current, plan, fen, known), text=text,
            place=current.division_code, by=by, on=on, at=at,
        )  # fmt: skip


Known = dict[tuple[str, int], Account]


def _accounts(fund: ReserveFund) -> Known:
    """The accounts of help in an emergency that exist already, by book and year, in one query."""
    places = [fund.division_code, county_code(fund.division_code)]
    rows = Account.objects.filter(
        division_code__in=places,
        fund=fund.fund_id,
        programme=TEMPORARY,
        book__in=(Book.PAID, Book.SPENT, Book.COMMITTED),
    )
    found = {}
    for one in rows:
        if (one.book == Book.COMMITTED) == (one.division_code == fund.division_code):
            found[one.book, one.year] = one
    return found


def _moves(fund: ReserveFund, plan: ReliefPlan, fen: int, known: Known) -> Sequence[Move]:
    county, pot, origin = county_code(fund.division_code), fund.fund, f"relief:{plan.pk}"
    moves: list[Move] = [Move(fund.account, -fen, origin=origin)]
    for year, part in budget_of(fund, fen):
        keys = {"place": county, "fund": pot, "programme": TEMPORARY, "year": year}
        paid, spent = (known.get((b, year)) or account(b, **keys) for b in (Book.PAID, Book.SPENT))  # type: ignore[arg-type]
        moves.append(Move(paid, part, plan.division_code, plan.application.household_id, origin))
        moves += pair(known.get((Book.COMMITTED, year)) or committed(fund, year), spent, part)
    return moves
