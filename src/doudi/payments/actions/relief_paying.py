"""Handing over approved help: from the reserve fund at once, or through the bank with the next run. Once a press.

Many may pay from one purse at the same moment, so little is asked of the database: what was paid before, the purse, the
event, and the payment, whose statement takes the money out of the purse (`doudi_pay_from_purse`, decision 0102).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, connection, transaction
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

from ..kinds import PaymentForm
from ..models import ReliefPayment, ReliefPlan
from ..queries.reserve import fund_at, township
from .reserve import closed, too_little

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
    found = standing(plan, handing.token)
    if found.pressed and (before := paid_before(handing.token)) is not None:
        return before
    try:
        with transaction.atomic():
            return pay(plan, number, handing, found, by=by, on=on, at=at)
    except IntegrityError as error:
        return answered(error, handing.token, plan.division_code)


class Standing(NamedTuple):
    """What is known before a part is handed over: the parts made, whether this press paid already, the open purse."""

    made: int
    pressed: bool
    purse: int | None


STANDING = """
SELECT (SELECT count(*) FROM payments_reliefpayment WHERE plan_id = %s),
  EXISTS (SELECT FROM payments_reliefpayment WHERE token = %s),
  (SELECT id FROM payments_reservefund WHERE division_code = %s AND closed_on IS NULL)
"""


def standing(plan: ReliefPlan, token: UUID) -> Standing:
    """All of it in one statement: a rush is made of many small ones."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [plan.pk, token, township(plan.division_code)])
        return Standing(*cursor.fetchone())


def answered(error: IntegrityError, token: UUID, place: str) -> ReliefPayment:
    """What the database refused: the payment that the other press made, or why there is none, in words."""
    if (before := paid_before(token)) is not None:
        return before
    told = getattr(error.__cause__, "diag", None)
    name = getattr(told, "constraint_name", None) or ""
    if name == "purse_closed":
        raise closed() from error
    if name == "purse_holds_too_little":
        raise too_little(int(getattr(told, "message_detail", 0))) from error
    if name == "account_not_below_zero" and (fund := fund_at(place)) is not None:
        raise too_little(fund.account.balance_fen) from error
    if any(name.startswith(one) for one in ONCE):
        raise refuse("", _("这一期刚刚已经由别人发放，请刷新后查看。")) from error
    raise error


def pay(
    plan: ReliefPlan, number: int, handing: Handing, found: Standing, *, by: Staff, on: date, at: datetime
) -> ReliefPayment:
    """In the caller's transaction: the signature kept, the money booked, the payment written."""
    fen = _due(plan, number, handing, found.made, on)
    fund = None if handing.by_bank else found.purse
    if fund is None and not handing.by_bank:
        raise refuse("amount_fen", _("这个乡镇还没有设立备用金，请改走银行代发，并请财政设立备用金。"))
    content, document = _signed(plan, handing, by, at)
    shown = _("收到临时救助 %(yuan)s 元") % {"yuan": format_yuan(fen)}
    # Everything that can be done before is: while the purse is held, others wait.
    write(
        by=by, action="relief.pay", subject=Subject("application", str(plan.application_id), plan.division_code),
        detail={"plan": plan.pk, "number": number, "fen": fen, "form": handing.form, "bank": handing.by_bank},
    )  # fmt: skip
    payment = ReliefPayment(
        plan=plan, division_code=plan.division_code, number=number, fen=fen, form=handing.form, fund_id=fund,
        receiver=handing.receiver.strip(), note=handing.note.strip() or None, signed_document_id=document,
        signed_digest=seal_of(content, shown, plan.pk, at), token=handing.token, on=on, at=at, by_id=by.pk,
    )  # fmt: skip
    if fund is None:
        payment.save(force_insert=True)
        return payment
    permit(by, Permission.LEDGER_POST, place=township(plan.division_code))
    return _from_purse(payment, plan)


def _due(plan: ReliefPlan, number: int, handing: Handing, made: int, on: date) -> int:
    """What the part comes to; refused out of turn, before its day, or without anybody who received it."""
    problems = Problems()
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


# The columns of the payment in their order. Its entry is what the function books.
PAY = """
INSERT INTO payments_reliefpayment (plan_id, division_code, number, fen, form, fund_id, receiver, note,
  signed_document_id, signed_digest, token, "on", at, by_id, entry_id)
VALUES (%(plan_id)s, %(division_code)s, %(number)s, %(fen)s, %(form)s, %(fund_id)s, %(receiver)s, %(note)s,
  %(signed_document_id)s, %(signed_digest)s, %(token)s, %(on)s, %(at)s, %(by_id)s,
  doudi_pay_from_purse(%(fund_id)s, %(fen)s, %(division_code)s, %(household)s, %(plan_id)s, %(number)s, %(said)s,
                       %(on)s, %(at)s, %(by_id)s))
RETURNING id, entry_id
"""


def _from_purse(payment: ReliefPayment, plan: ReliefPlan) -> ReliefPayment:
    """The payment and the booking of its money, in one statement."""
    words = {"yuan": format_yuan(payment.fen), "n": plan.application.number}
    said = {"said": _("临时救助支出 %(yuan)s 元（%(n)s）") % words, "household": plan.application.household_id}
    for field in ReliefPayment._meta.concrete_fields:
        said[field.attname] = field.get_db_prep_save(getattr(payment, field.attname), connection)
    with connection.cursor() as cursor:
        cursor.execute(PAY, said)
        payment.pk, payment.entry_id = cursor.fetchone()
    payment._state.adding, payment._state.db = False, connection.alias
    return payment
