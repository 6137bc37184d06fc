"""Files that come back from the bank: taken once, matched row by row, the money and the lines moved with them (I6)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record
from doudi.jobs import actions as jobs
from doudi.jobs.files import attach, open_file
from doudi.jobs.models import Job, JobFile
from doudi.jobs.steps import JobError, Steps
from doudi.privacy.cipher import keyring
from doudi.registry.actions.recording import one_at_a_time
from doudi.registry.actions.refusal import refuse
from doudi.registry.exports import CSV

from ..banking.reading import BadFile, read_answered
from ..banking.sheets import Answer, Sheet, bank_key
from ..kinds import AnswerState, LineState, RunState, TransferState
from ..models import BankAnswer, BankBatch, BankReturn, PaymentLine, PaymentRun
from .bank_booking import ARRIVED, REFUSED, SENT_BACK, Way, book_lines
from .bank_jobs import actor
from .returns_matching import Known, Verdict, known_of, verdicts

ROWS_A_CHUNK = 20_000


def take_return(*, content: bytes, name: str, county: str, by: Staff, at: datetime) -> tuple[BankReturn, bool]:
    """A file from the bank: refused whole with the line that is wrong, or taken; False: it had been taken before."""
    permit(by, Permission.PAYMENT_MAKE, place=county)
    mac = keyring().content_mac()
    mac.update(content)
    digest = mac.finalize().hex()
    if (before := BankReturn.objects.filter(digest=digest).first()) is not None:
        return before, False
    try:
        sheet = read_answered(content, bank_key(county))
    except BadFile as problem:
        raise refuse("file", str(problem)) from problem
    try:
        return _keep(sheet, content, name, county, digest, by, at), True
    except IntegrityError:  # somebody else has just handed it in
        return BankReturn.objects.get(digest=digest), False


def _keep(sheet: Sheet, content: bytes, name: str, county: str, digest: str, by: Staff, at: datetime) -> BankReturn:
    place = county.ljust(12, "0")
    with transaction.atomic():
        file = BankReturn.objects.create(
            county=county, division_code=place, digest=digest, name=name[:150], rows_count=len(sheet.rows),
            total_fen=sheet.fen, taken_by_id=by.pk, taken_at=at,
        )  # fmt: skip
        title = _("回盘对账：%(name)s") % {"name": name[:60]}
        job = jobs.start(MatchReturn.kind, by_id=by.pk, at=at, params={"file": file.pk}, title=title, place=place)
        attach(job, JobFile.Role.PART, name=name[:100], media_type=CSV, stream=io.BytesIO(content), at=at)
        file.job_id = job.pk
        file.save(update_fields=["job_id"])
        record(
            by=by, action="payment.take_return", subject=Subject("bank_return", str(file.pk), place),
            detail={"batch": sheet.batch, "rows": len(sheet.rows), "fen": sheet.fen},
        )  # fmt: skip
    return file


def turned_away(*, name: str, why: str, county: str, by: Staff) -> None:
    """A file that was refused goes on record: it may be forged."""
    subject = Subject("bank_return", "", county.ljust(12, "0"))
    record(by=by, action="payment.refuse_return", subject=subject, purpose=why[:200], detail={"name_length": len(name)})


class MatchReturn(Steps):
    """One chunk: some rows are matched and what they say is booked, all in one transaction."""

    kind = "payments.bank_return"
    title = gettext_lazy("回盘对账")
    unit = "笔"
    # The file as last read: a stored file never changes.
    _read: tuple[int, Sheet] | None = None

    def count(self, job: Job) -> int | None:
        return _file(job).rows_count

    def step(self, job: Job, at: datetime) -> bool:
        file, by = _file(job), actor(job, at)
        permit(by, Permission.PAYMENT_MAKE, place=file.division_code)
        sheet, first = self._sheet(job, file), job.cursor.get("after", 0)
        rows: Sequence[Any] = sheet.rows[first : first + ROWS_A_CHUNK]
        match(file, sheet.batch, rows, by=by, at=at)
        after = first + len(rows)
        job.done, job.cursor = after, {"after": after}
        return bool(after < len(sheet.rows))

    def finish(self, job: Job, at: datetime) -> None:
        file = _file(job)
        BankReturn.objects.filter(pk=file.pk).update(finished_at=at)
        job.result = {"file": file.pk}

    def _sheet(self, job: Job, file: BankReturn) -> Sheet:
        if self._read is None or self._read[0] != file.pk:
            part = JobFile.objects.filter(job=job, role=JobFile.Role.PART).first()
            if part is None:
                raise JobError(_("上传的文件已过保存期，请向银行要来重新导入。"))
            self._read = file.pk, read_answered(b"".join(open_file(part)), bank_key(file.county))
        return self._read[1]


def _file(job: Job) -> BankReturn:
    file = BankReturn.objects.filter(pk=job.params["file"]).first()
    if file is None:
        raise JobError(_("没有这份回盘文件，或者不在您的辖区。"))
    return file


def match(file: BankReturn, batch_number: str, rows: Sequence[Answer], *, by: Staff, at: datetime) -> None:
    """What these rows turn out to be, and what follows. Two files about a run wait for each other."""
    batch = BankBatch.objects.select_related("run").filter(number=batch_number, run__county=file.county).first()
    if batch is not None:
        one_at_a_time(f"bank run {batch.run_id}")
        batch.run.refresh_from_db()
    known = known_of(batch, rows) if batch is not None and batch.finished_at else {}
    before = {one.transfer: one.state for one in known.values()}
    judged = verdicts(rows, known)
    _write_answers(file, batch_number, rows, judged)
    changed = [one for one in known.values() if one.state != before[one.transfer]]
    if batch is not None and changed:
        _apply(file, batch.run, rows[0].line, changed, before, by, at)


def _write_answers(file: BankReturn, batch: str, rows: Sequence[Answer], judged: Sequence[Verdict]) -> None:
    """One statement for all rows."""
    columns: list[list[Any]] = [[] for _column in range(9)]
    for row, verdict in zip(rows, judged, strict=True):
        told = (
            row.line, row.sequence, row.fen, row.result, row.code, row.on, verdict.state, verdict.said or row.said,
            verdict.transfer,
        )  # fmt: skip
        for column, value in zip(columns, told, strict=True):
            column.append(value)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO payments_bankanswer (file_id, division_code, batch_number, settled_because, row, sequence,"
            ' fen, result, code, "on", state, said, transfer_id)'
            " SELECT %s, %s, %s, '', given.* FROM unnest(%s::int[], %s::int[], %s::bigint[], %s::text[], %s::text[],"
            " %s::date[], %s::text[], %s::text[], %s::bigint[]) given",
            [file.pk, file.division_code, batch, *columns],
        )


def _apply(
    file: BankReturn, run: PaymentRun, row: int, changed: Sequence[Known], before: dict[int, str], by: Staff,
    at: datetime,
) -> None:  # fmt: skip
    _move_transfers(changed)
    paid = [one.line for one in changed if one.state == TransferState.PAID]
    failed = [one.line for one in changed if one.state != TransferState.PAID]
    PaymentLine.objects.filter(pk__in=paid).update(state=LineState.PAID)
    PaymentLine.objects.filter(pk__in=failed).update(state=LineState.FAILED)
    back = {one.line for one in changed if before[one.transfer] == TransferState.PAID}
    booked: tuple[tuple[str, Way, list[int], str], ...] = (
        ("paid", ARRIVED, paid, _("银行发放成功 %(n)s 笔")),
        ("refused", REFUSED, [one for one in failed if one not in back], _("银行退回 %(n)s 笔")),
        ("back", SENT_BACK, [one for one in failed if one in back], _("到账后退汇 %(n)s 笔")),
    )
    for step, way, lines, text in booked:
        book_lines(
            way, run, lines, step=f"return-{file.pk}-{row}-{step}", text=text % {"n": len(lines)}, by=by,
            on=timezone.localdate(at), at=at,
        )  # fmt: skip
    if failed and run.state == RunState.DONE:
        _reopen(run, by)


def _move_transfers(changed: Sequence[Known]) -> None:
    told = [(one.transfer, one.state, one.code, one.on) for one in changed]
    columns: list[Any] = [list(column) for column in zip(*told, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE payments_transfer t SET state = given.state, code = given.code, answered_on = given.day"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::date[]) given (id, state, code, day)"
            " WHERE t.id = given.id",
            columns,
        )


def _reopen(run: PaymentRun, by: Staff) -> None:
    """Money came back after the run was closed: it is with the bank again until that is settled."""
    PaymentRun.objects.filter(pk=run.pk, state=RunState.DONE).update(state=RunState.SENT, done_at=None)
    subject = Subject("payment_run", str(run.pk), run.division_code)
    record(by=by, action="payment.reopen", subject=subject, detail={"run": run.number})


def settle(*, answer: BankAnswer, because: str, by: Staff) -> BankAnswer:
    """Somebody has looked at an answer that matched nothing, and says what became of it."""
    permit(by, Permission.PAYMENT_MAKE, place=answer.division_code)
    if answer.state in (AnswerState.MATCHED, AnswerState.REPEATED):
        raise refuse("", _("这一笔已经对上，不用处理。"))
    if len(because.strip()) < 4:
        raise refuse("because", _("请写明查到的情况和处理结果，至少 4 个字。"))
    with transaction.atomic():
        rows = BankAnswer.objects.filter(pk=answer.pk, settled_by_id__isnull=True)
        if not rows.update(settled_because=because.strip()[:200], settled_by_id=by.pk):
            raise refuse("", _("这一笔刚有人处理过，请刷新后查看。"))
        record(
            by=by, action="payment.settle_answer", purpose=because.strip()[:200],
            subject=Subject("bank_answer", str(answer.pk), answer.division_code),
        )  # fmt: skip
    answer.refresh_from_db()
    return answer
