"""Sending a locked run to the bank: a batch, its transfers, the money on its way, and the file. Again for what failed."""
# ruff: noqa: E501  (statements of SQL read better whole)

from __future__ import annotations

import io
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record
from doudi.jobs import actions as jobs
from doudi.jobs.files import attach
from doudi.jobs.models import Job, JobFile
from doudi.jobs.steps import JobError, Steps
from doudi.kernel.money import format_yuan
from doudi.registry.actions.recording import one_at_a_time
from doudi.registry.actions.refusal import Problems, refuse
from doudi.registry.exports import CSV, XLSX

from ..banking.proving import prove
from ..banking.reading import BadFile
from ..banking.sheets import bank_key
from ..banking.writing import ENCODINGS, FORMS, Unwritable, write_rows
from ..kinds import Book, Decision, LineState, RunState
from ..models import BankBatch, PaymentLine, PaymentRun, Transfer
from ..queries.bank_files import NotWhole, cells_of, face_of
from ..queries.ledger import balance_of
from .bank_booking import SEND, SEND_AGAIN, array_of, book_lines
from .bank_jobs import actor

LINES_A_CHUNK = 20_000
SENDABLE = frozenset({RunState.LOCKED, RunState.SENT, RunState.DONE})


def waiting(run: PaymentRun) -> QuerySet[PaymentLine]:
    """The lines that the next file holds: all of a locked run at first, then what was decided to be sent again."""
    lines = PaymentLine.objects.filter(run=run, fen__gt=0)
    if run.state == RunState.LOCKED:
        return lines.filter(state=LineState.LOCKED)
    later = Transfer.objects.filter(line=OuterRef("line"), pk__gt=OuterRef("pk"))
    newest = Transfer.objects.filter(line=OuterRef("pk"), decision=Decision.AGAIN).filter(~Exists(later))
    return lines.filter(Exists(newest), state=LineState.FAILED)


def start_send(*, run: PaymentRun, by: Staff, at: datetime, form: str = "csv", encoding: str = "gb18030") -> Job:
    """Begin the next file for the bank. Asked twice, the job that is on its way is given again."""
    permit(by, Permission.PAYMENT_MAKE, place=run.division_code)
    _known(form, encoding)
    with transaction.atomic():
        one_at_a_time(f"bank run {run.pk}")
        run.refresh_from_db()
        unfinished = BankBatch.objects.filter(run=run, finished_at__isnull=True).first()
        if unfinished is None:
            unfinished = _open(run, by, at)
        title = _("银行文件：%(number)s") % {"number": unfinished.number}
        params = {"batch": unfinished.pk, "form": form, "encoding": encoding}
        running = Job.objects.filter(kind=SendBatch.kind, params__batch=unfinished.pk, state__in=["waiting", "running"])
        return running.first() or jobs.start(
            SendBatch.kind, by_id=by.pk, at=at, params=params, title=title, place=run.division_code
        )


def _known(form: str, encoding: str) -> None:
    problems = Problems()
    if form not in FORMS:
        problems.add("form", _("请选择 csv 或 xlsx。"))
    if encoding not in ENCODINGS:
        problems.add("encoding", _("请选择 GB18030、GBK 或 UTF-8。"))
    problems.refuse_if_any()


def _open(run: PaymentRun, by: Staff, at: datetime) -> BankBatch:
    if run.state not in SENDABLE:
        raise refuse("", _("批次还没有锁定，不能送银行。"))
    lines = waiting(run)
    _check_accounts(lines)
    _check_funds(run, lines)
    told = lines.aggregate(total=Sum("fen"))
    count = lines.count()
    if not count:
        raise refuse("", _("没有等待送银行的发放。未到账的先换卡、改正或确认停发。"))
    attempt = run.batches.count() + 1
    batch = BankBatch.objects.create(
        run=run, division_code=run.division_code, number=f"{run.county}-{run.number}-{attempt}", attempt=attempt,
        transfers_count=count, total_fen=told["total"], made_by_id=by.pk, made_at=at,
    )  # fmt: skip
    record(
        by=by, action="payment.send", subject=Subject("payment_run", str(run.pk), run.division_code),
        after={"count": count, "fen": told["total"]}, detail={"batch": batch.number, "count": count},
    )  # fmt: skip
    return batch


def _check_accounts(lines: QuerySet[PaymentLine]) -> None:
    """A name that differs was never paid without a second look, whatever the gate said."""
    odd = lines.filter(account__checked_at__isnull=True).exclude(account__differs_because="")
    if (count := odd.count()) > 0:
        raise refuse("", _("有 %(n)s 笔的户名与姓名不同，还没有复核，请发放复核岗先核实账户。") % {"n": count})


def _check_funds(run: PaymentRun, lines: QuerySet[PaymentLine]) -> None:
    if run.state != RunState.LOCKED:
        return
    problems = Problems()
    for fund, name, fen in lines.values_list("fund_id", "fund__name").annotate(fen=Sum("fen")).order_by("fund_id"):
        here = balance_of(Book.FUND, run.county, fund=fund)
        if here < fen:
            said = {"fund": name, "need": format_yuan(fen), "here": format_yuan(here)}
            problems.add("", _("%(fund)s要发 %(need)s 元，专户只有 %(here)s 元。拨款到账后再送银行。") % said)
    problems.refuse_if_any()


def settle_nothing(*, run: PaymentRun, by: Staff, at: datetime) -> PaymentRun:
    """A locked run whose every line is kept back for recoveries needs no bank."""
    permit(by, Permission.PAYMENT_MAKE, place=run.division_code)
    with transaction.atomic():
        one_at_a_time(f"bank run {run.pk}")
        run.refresh_from_db()
        if run.state != RunState.LOCKED or waiting(run).exists():
            raise refuse("", _("这个批次有要送银行的发放。"))
        _sent(run, by, at)
    return run


class SendBatch(Steps):
    """One chunk: some lines become transfers and their money goes on its way; the last chunk writes the file."""

    kind = "payments.bank_file"
    title = gettext_lazy("生成银行文件")
    unit = "笔"

    def count(self, job: Job) -> int | None:
        return _batch(job).transfers_count

    def step(self, job: Job, at: datetime) -> bool:
        batch, by = _batch(job), actor(job, at)
        permit(by, Permission.PAYMENT_MAKE, place=batch.division_code)
        if batch.finished_at is not None:  # the file once more, in another form
            job.done = batch.transfers_count
            return False
        filled = fill(batch, by=by, at=at, limit=LINES_A_CHUNK)
        done = batch.transfers.count() if filled else batch.transfers_count
        job.done = min(done, batch.transfers_count)
        return filled > 0

    def finish(self, job: Job, at: datetime) -> None:
        batch, by = _batch(job), actor(job, at)
        digest = _write(job, batch, at)
        if batch.finished_at is None:
            finish(batch, digest, by=by, at=at)
        elif digest != batch.digest:
            raise JobError(_("内容与当初送银行的不一致，不能再次生成，请告诉系统管理员。"))
        job.result = {"batch": batch.pk, "rows": batch.transfers_count}


def start_again(*, batch: BankBatch, by: Staff, at: datetime, form: str, encoding: str) -> Job:
    """The file of a batch once more, in whatever form the bank reads; nothing else changes."""
    permit(by, Permission.PAYMENT_MAKE, place=batch.division_code)
    _known(form, encoding)
    if batch.finished_at is None:
        raise refuse("", _("这一份文件还没有生成完，请稍候。"))
    with transaction.atomic():
        title = _("银行文件：%(number)s") % {"number": batch.number}
        params = {"batch": batch.pk, "form": form, "encoding": encoding}
        job = jobs.start(SendBatch.kind, by_id=by.pk, at=at, params=params, title=title, place=batch.division_code)
        record(
            by=by, action="payment.send_again", subject=Subject("bank_batch", str(batch.pk), batch.division_code),
            detail={"batch": batch.number, "form": form},
        )  # fmt: skip
    return job


def _batch(job: Job) -> BankBatch:
    batch = BankBatch.objects.select_related("run").filter(pk=job.params["batch"]).first()
    if batch is None:
        raise JobError(_("没有这个银行批次，或者不在您的辖区。"))
    return batch


_FILL = """
WITH chosen AS MATERIALIZED (
  SELECT l.id, l.division_code, l.account_id, l.fen, l.fund_id FROM payments_paymentline l
  WHERE l.id = ANY(%(lines)s::bigint[]) ORDER BY l.id
), added AS (
  INSERT INTO payments_transfer (batch_id, line_id, division_code, sequence, account_id, fen, state, code, decision, decided_because)
  SELECT %(batch)s, id, division_code, %(from)s + row_number() OVER (ORDER BY id), account_id, fen, 'sent', '', '', '' FROM chosen
  RETURNING 1
) SELECT count(*) FROM added
"""


def fill(batch: BankBatch, *, by: Staff, at: datetime, limit: int) -> int:
    """The next lines become transfers, and their money is on its way; how many. Inside the caller's transaction."""
    run, last = batch.run, batch.transfers.order_by("-sequence").values_list("line_id", "sequence").first()
    after, sequence = last or (0, 0)
    lines = list(waiting(run).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:limit])
    if not lines:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"lines": array_of(lines), "batch": batch.pk, "from": sequence})
    again = batch.attempt > 1
    if again:
        PaymentLine.objects.filter(pk__in=lines).update(state=LineState.LOCKED)
    book_lines(
        SEND_AGAIN if again else SEND, run, lines, step=f"send-{batch.pk}-{sequence + 1}", by=by,
        text=_("送银行 %(batch)s，%(n)s 笔") % {"batch": batch.number, "n": len(lines)}, on=timezone.localdate(at), at=at,
    )  # fmt: skip
    return len(lines)


def _write(job: Job, batch: BankBatch, at: datetime) -> str:
    """The file, read back before anybody gets it; the digest it carries."""
    form, encoding = job.params["form"], job.params["encoding"]
    face, key = face_of(batch), bank_key(batch.run.county)
    try:
        content, digest = write_rows(face, cells_of(batch), key, form=form, encoding=encoding)
        prove(content, face, digest, key)
    except NotWhole as problem:
        raise JobError(_("文件内容与控制总数不符，没有生成，请告诉系统管理员。")) from problem
    except (Unwritable, BadFile) as problem:
        raise JobError(str(problem)) from problem
    name = f"{batch.number}.{form}"
    media = XLSX if form == "xlsx" else CSV
    attach(job, JobFile.Role.RESULT, name=name, media_type=media, stream=io.BytesIO(content), at=at)
    return digest


def finish(batch: BankBatch, digest: str, *, by: Staff, at: datetime) -> None:
    """The batch is whole: the run is with the bank."""
    run = batch.run
    BankBatch.objects.filter(pk=batch.pk, finished_at__isnull=True).update(digest=digest, finished_at=at)
    _sent(run, by, at)


def _sent(run: PaymentRun, by: Staff, at: datetime) -> None:
    """What is wholly kept back needs no bank and is settled with the first file."""
    if run.state == RunState.LOCKED:
        PaymentLine.objects.filter(run=run, state=LineState.LOCKED, fen=0).update(state=LineState.PAID)
    PaymentRun.objects.filter(Q(pk=run.pk), ~Q(state=RunState.SENT)).update(
        state=RunState.SENT, sent_at=run.sent_at or at, done_at=None, version=F("version") + 1
    )
    run.refresh_from_db()
    record(
        by=by, action="payment.sent", subject=Subject("payment_run", str(run.pk), run.division_code),
        detail={"run": run.number},
    )  # fmt: skip
