"""What becomes of money that did not arrive: sent again to a right account, sent again as it was, or given up."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record
from doudi.registry.actions.recording import one_at_a_time
from doudi.registry.actions.refusal import Problems, refuse
from doudi.registry.models import Membership

from ..kinds import Afterwards, AnswerState, Decision, LineState, RunState, TransferState
from ..models import BankAnswer, BankBatch, BenefitAccount, PaymentLine, PaymentRun, Transfer
from ..queries.bank import reconciliation_of, unsettled
from .bank_booking import ARRIVED_AFTER_ALL, GIVEN_UP, book_lines

FAILED = frozenset({TransferState.REJECTED, TransferState.RETURNED})


def send_again(*, transfer: Transfer, account: BenefitAccount, because: str, by: Staff, at: datetime) -> Transfer:
    """The line goes into the next file of its run, to this account: the same, or a checked one of the same family."""
    permit(by, Permission.PAYMENT_MAKE, place=transfer.line.division_code)
    with transaction.atomic():
        line = _failed_line(transfer)
        _check_account(account, line, because, at)
        if account.pk != line.account_id:
            PaymentLine.objects.filter(pk=line.pk, state=LineState.FAILED).update(account=account)
        _decide(transfer, Decision.AGAIN, because, by, at)
    return transfer


def give_up(
    *, transfer: Transfer, because: str, by: Staff, at: datetime, afterwards: Afterwards = Afterwards.LATER
) -> Transfer:
    """The line is not paid: its money goes back to its fund, the budget is free again, the reason stays.

    `LATER`: the month comes again in the next list; `NEVER`: it does not.
    """
    permit(by, Permission.PAYMENT_MAKE, place=transfer.line.division_code)
    with transaction.atomic():
        line = _failed_line(transfer)
        problems = Problems()
        _check_reason(because, problems)
        problems.refuse_if_any()
        _decide(transfer, Decision.STOP, because, by, at)
        PaymentLine.objects.filter(pk=line.pk, state=LineState.FAILED).update(
            state=LineState.CLOSED, dropped_because=because.strip()[:200], afterwards=afterwards
        )
        text = _("停发 1 笔：%(why)s") % {"why": because.strip()}
        book_lines(
            GIVEN_UP, line.run, [line.pk], step=f"close-{line.pk}", text=text, by=by, on=timezone.localdate(at), at=at
        )
    return transfer


def believe(*, answer: BankAnswer, because: str, by: Staff, at: datetime) -> BankAnswer:
    """The bank has confirmed that what it first rejected did arrive: paid after all, and not sent again."""
    permit(by, Permission.PAYMENT_MAKE, place=answer.division_code)
    transfer = answer.transfer
    if answer.state != AnswerState.CONTRADICTS or answer.result != "paid" or transfer is None:
        raise refuse("", _("只有“先退回、后到账”的矛盾回盘可以这样处理。"))
    problems = Problems()
    _check_reason(because, problems)
    problems.refuse_if_any()
    with transaction.atomic():
        line = _failed_line(transfer)
        _settled(answer, because, by)
        values = {"decision": "", "decided_because": "", "decided_by_id": None, "decided_at": None}
        Transfer.objects.filter(pk=transfer.pk).update(
            state=TransferState.PAID, code="", answered_on=answer.on, **values
        )
        PaymentLine.objects.filter(pk=line.pk).update(state=LineState.PAID)
        text = _("银行确认到账 1 笔：%(why)s") % {"why": because.strip()}
        on, step = timezone.localdate(at), f"believe-{answer.pk}"
        book_lines(ARRIVED_AFTER_ALL, line.run, [line.pk], step=step, text=text, by=by, on=on, at=at)
    return answer


def _settled(answer: BankAnswer, because: str, by: Staff) -> None:
    rows = BankAnswer.objects.filter(pk=answer.pk, settled_by_id__isnull=True)
    if not rows.update(settled_because=because.strip()[:200], settled_by_id=by.pk):
        raise refuse("", _("这一笔刚有人处理过，请刷新后查看。"))
    subject = Subject("bank_answer", str(answer.pk), answer.division_code)
    record(by=by, action="payment.believe_answer", subject=subject, purpose=because.strip()[:200])


def _failed_line(transfer: Transfer) -> PaymentLine:
    """The line as it stands now, held for this transaction. Refused if it is no longer a failed one."""
    one_at_a_time(f"bank run {transfer.line.run_id}")
    transfer.refresh_from_db()
    line = PaymentLine.objects.select_related("run").get(pk=transfer.line_id)
    newest = line.transfers.order_by("-pk").first()
    if line.state != LineState.FAILED or transfer.state not in FAILED or newest != transfer:
        raise refuse("", _("这一笔刚有变化（已到账、已重发或已停发），请刷新后查看。"))
    if BankBatch.objects.filter(run=line.run, finished_at__isnull=True).exists():
        raise refuse("", _("这个批次正在生成银行文件，请等生成完再办。"))
    return line


def _check_reason(because: str, problems: Problems) -> None:
    if len(because.strip()) < 4:
        problems.add("because", _("请写明原因，至少 4 个字。"))


def _check_account(account: BenefitAccount, line: PaymentLine, because: str, at: datetime) -> None:
    problems = Problems()
    _check_reason(because, problems)
    if account.must_be_checked and account.checked_at is None:
        problems.add("account", _("这个账户还没有复核，请发放复核岗核实后再补发。"))
    if account.superseded_at is not None and account.pk != line.account_id:
        problems.add("account", _("这个账户已经更换，请选择现在的账户。"))
    if not _of_the_same(account, line, timezone.localdate(at)):
        problems.add("account", _("账户不属于这一笔的收款人或同户家庭成员。"))
    problems.refuse_if_any()


def _of_the_same(account: BenefitAccount, line: PaymentLine, on: date) -> bool:
    before = line.account
    if before is None or account.pk == before.pk:
        return True
    if (account.person_id, account.institution_id) == (before.person_id, before.institution_id):
        return True
    if account.person_id is None or line.household_id is None:
        return False
    members = Membership.objects.known().on(on).filter(household_id=line.household_id, person_id=account.person_id)
    return bool(members.exists())


def _decide(transfer: Transfer, decision: Decision, because: str, by: Staff, at: datetime) -> None:
    Transfer.objects.filter(pk=transfer.pk).update(
        decision=decision, decided_because=because.strip()[:200], decided_by_id=by.pk, decided_at=at
    )
    transfer.refresh_from_db()
    place = transfer.division_code
    record(
        by=by, action=f"payment.{'send_line_again' if decision == Decision.AGAIN else 'give_up_line'}",
        subject=Subject("payment_line", str(transfer.line_id), place), purpose=because.strip()[:200],
    )  # fmt: skip


def close_run(*, run: PaymentRun, by: Staff, at: datetime) -> PaymentRun:
    """Reconciled: nothing under way, nothing undecided, no answer unexplained, and the four sides agree to the fen."""
    permit(by, Permission.PAYMENT_MAKE, place=run.division_code)
    with transaction.atomic():
        one_at_a_time(f"bank run {run.pk}")
        run.refresh_from_db()
        _check_done(run)
        rows = PaymentRun.objects.filter(pk=run.pk, state=RunState.SENT)
        rows.update(state=RunState.DONE, done_at=at, version=F("version") + 1)
        subject = Subject("payment_run", str(run.pk), run.division_code)
        record(by=by, action="payment.close_run", subject=subject, detail={"run": run.number})
        run.refresh_from_db()
    return run


def _check_done(run: PaymentRun) -> None:
    problems = Problems()
    for said in against_closing(run):
        problems.add("", said)
    problems.refuse_if_any()


def against_closing(run: PaymentRun) -> list[str]:
    """Everything that stands against closing, at once: the page says it before anybody presses."""
    found = [] if run.state == RunState.SENT else [_("只有已送银行的批次可以完成对账。")]
    told = reconciliation_of(run)
    if told.under_way.count:
        found.append(_("还有 %(n)s 笔银行没有回盘。") % {"n": told.under_way.count})
    if told.failed.count:
        found.append(_("还有 %(n)s 笔未到账没有处理完。") % {"n": told.failed.count})
    if count := unsettled(run).count():
        found.append(_("还有 %(n)s 条对不上的回盘没有说明。") % {"n": count})
    if told.difference_fen:
        found.append(_("四方对账有差额，不能完成对账，请告诉系统管理员。"))
    return found
