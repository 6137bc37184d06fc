"""Accounts from a list of the office or the bank: right rows are entered like by hand, wrong ones come back."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import NotPermitted, permit
from doudi.audit.actions import Subject, record
from doudi.jobs import actions as jobs
from doudi.jobs.files import attach, open_file
from doudi.jobs.models import Job, JobFile
from doudi.jobs.steps import JobError, Steps
from doudi.kernel.text import compact
from doudi.privacy.fields import blind
from doudi.registry.actions.refusal import Refused, refuse
from doudi.registry.exports import XLSX, write_xlsx
from doudi.registry.imports.cells import CellProblem, number_text
from doudi.registry.imports.reading import Unreadable, as_text, read_cells
from doudi.registry.models import Person

from .accounts import register_account
from .bank_jobs import actor

ROWS_A_CHUNK = 50
HEADINGS = {
    "name": ("姓名", "户主姓名", "领款人"),
    "resident_id": ("身份证号", "身份证号码", "公民身份号码", "证件号码"),
    "number": ("银行账号", "账号", "卡号", "银行卡号", "一卡通账号"),
    "holder": ("户名", "账户名", "开户名"),
    "bank": ("开户行", "开户银行", "银行"),
    "differs_because": ("户名不同的原因", "备注"),
}
NEEDED = ("resident_id", "number", "bank")


def start_import(*, content: bytes, name: str, place: str, by: Staff, on: date, at: datetime) -> Job:
    """Read the head of a list and enter its rows in the background."""
    permit(by, Permission.BENEFIT_ACCOUNT_WRITE)
    try:
        cells, columns, first = _table(content)
    except Unreadable as problem:
        raise refuse("file", str(problem)) from problem
    with transaction.atomic():
        params = {"on": on.isoformat()}
        title = _("导入账户：%(name)s") % {"name": name[:60]}
        job = jobs.start(ImportAccounts.kind, by_id=by.pk, at=at, params=params, title=title, place=place)
        attach(job, JobFile.Role.PART, name=name[:100], media_type=XLSX, stream=io.BytesIO(content), at=at)
        record(
            by=by, action="payment.import_accounts", subject=Subject("job", str(job.pk), place),
            detail={"rows": len(cells) - first, "columns": len(columns)},
        )  # fmt: skip
    return job


def _table(content: bytes) -> tuple[list[list[Any]], Mapping[str, int], int]:
    """The cells, which column is which, and where the rows begin. Unreadable names what is missing."""
    cells = read_cells(content)
    for number, row in enumerate(cells[:15]):
        texts = [compact(as_text(cell)[:20]) for cell in row]
        columns = {
            field: texts.index(word) for field, words in HEADINGS.items() for word in reversed(words) if word in texts
        }
        if "resident_id" in columns:
            if missing := [HEADINGS[field][0] for field in NEEDED if field not in columns]:
                raise Unreadable(_("缺少列：%(names)s") % {"names": "、".join(missing)})
            return cells, columns, number + 1
    raise Unreadable(_("没有找到表头：要有身份证号、银行账号、开户行三列"))


class ImportAccounts(Steps):
    """One chunk is some rows; each is entered by itself or left out with what is wrong."""

    kind = "payments.accounts"
    title = gettext_lazy("导入账户")
    unit = "个账户"

    def count(self, job: Job) -> int | None:
        cells, _columns, first = _stored(job)
        return len(cells) - first

    def step(self, job: Job, at: datetime) -> bool:
        by, (cells, columns, first) = actor(job, at), _stored(job)
        start, bad = first + job.cursor.get("after", 0), list(job.cursor.get("bad", []))
        on = date.fromisoformat(job.params["on"])
        rows = cells[start : start + ROWS_A_CHUNK]
        for number, row in enumerate(rows, start=start + 1):
            if any(as_text(cell) for cell in row) and (problems := enter_row(row, columns, by=by, on=on, at=at)):
                bad.append([number, "；".join(problems)])
                job.report(row=number, field="", message="；".join(problems)[:300])
        job.done += len(rows)
        job.cursor = {"after": job.cursor.get("after", 0) + len(rows), "bad": bad}
        return bool(start + len(rows) < len(cells))

    def finish(self, job: Job, at: datetime) -> None:
        bad = job.cursor.get("bad", [])
        job.result = {"saved": job.done - len(bad), "bad": len(bad)}
        if not bad:
            return
        cells, _columns, first = _stored(job)
        headings = [as_text(cell) for cell in cells[first - 1]] + [_("错误说明"), _("原文件行号")]
        width = len(headings) - 2
        rows = [[*[as_text(c) for c in [*cells[n - 1], *[""] * width][:width]], told, n] for n, told in bad]
        stream = io.BytesIO()
        write_xlsx(stream, headings, rows, sheet=_("需更正"))
        stream.seek(0)
        attach(job, JobFile.Role.CORRECTION, name=_("账户需更正.xlsx"), media_type=XLSX, stream=stream, at=at)


def _stored(job: Job) -> tuple[list[list[Any]], Mapping[str, int], int]:
    part = JobFile.objects.using(job.using).filter(job=job, role=JobFile.Role.PART).first()
    if part is None:
        raise JobError(_("上传的文件已过保存期，请重新上传。"))
    return _table(b"".join(open_file(part)))


def enter_row(row: Sequence[Any], columns: Mapping[str, int], *, by: Staff, on: date, at: datetime) -> list[str]:
    """One row entered, or what is wrong with it."""
    said = {field: row[column] if column < len(row) else "" for field, column in columns.items()}
    try:
        number, card = compact(number_text(said["resident_id"])).upper(), _card(said["number"])
    except CellProblem as problem:
        return [str(problem)]
    person = Person.objects.filter(
        resident_id_index=blind(number, purpose="resident_id"), merged_into__isnull=True
    ).first()
    if person is None:
        return [_("没有登记这个身份证号，或者不在您的辖区")]
    if (name := as_text(said.get("name"))) and name != person.name:
        return [_("姓名与登记的不一致，登记的是“%(name)s”") % {"name": person.name}]
    try:
        with transaction.atomic():
            register_account(
                person=person, number=card, holder=as_text(said.get("holder")) or person.name,
                bank=as_text(said["bank"]), because=_("批量导入"), by=by, on=on, at=at,
                differs_because=as_text(said.get("differs_because")),
            )  # fmt: skip
    except NotPermitted:
        return [_("该户不在您的辖区。")]
    except Refused as refused:
        return [problem.message for problem in refused.problems]
    return []


def _card(cell: Any) -> str:
    """A card number as text; one that a spreadsheet has rounded is lost."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 1e15:
        raise CellProblem(_("账号被表格软件当作数字保存，后几位已丢失。请把该列设为“文本”格式，对照卡面重新填写。"))
    return as_text(cell)
