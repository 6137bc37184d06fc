"""The morning round of referrals, and returned sheets, as jobs."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from doudi.accounts.models import Staff
from doudi.accounts.scope import scope_of
from doudi.jobs.files import attach, open_file
from doudi.jobs.models import Job, JobFile
from doudi.jobs.steps import JobError, Steps
from doudi.registry.actions.refusal import Problem
from doudi.registry.exports import XLSX

from .actions import returning
from .actions.escalating import CHUNK, escalate_overdue, overdue
from .sheets import Sheet, correction_of, read_sheet

ROWS = 50


class EscalateReferrals(Steps):
    """Two hundred a chunk; each referral is told of once a limit, however often the job runs."""

    kind = "services.escalate"
    title = _("提醒超期的转介")
    unit = "件"
    system = True

    def count(self, job: Job) -> int:
        return overdue(timezone.localdate(), using=job.using).count()

    def step(self, job: Job, at: datetime) -> bool:
        told = escalate_overdue(on=timezone.localdate(at), at=at, using=job.using)
        job.done = min(job.done + told, job.total or 0)
        job.result = {"told": int((job.result or {}).get("told", 0)) + told}
        return told == CHUNK


class CarryOutReturn(Steps):
    """A returned sheet, fifty rows a chunk, in the name of whoever returned it; bad rows come back as a sheet."""

    kind = returning.KIND
    title = _("批量答复转介")
    unit = "行"

    def count(self, job: Job) -> int:
        return len(self._sheet(job).rows)

    def step(self, job: Job, at: datetime) -> bool:
        by, on, first = self._staff(job, at), date.fromisoformat(job.params["on"]), job.cursor.get("after", 0)
        rows, bad = self._sheet(job).rows, dict(job.cursor.get("bad", {}))
        for row in rows[first : first + ROWS]:
            left = returning.carry_out(row, by=by, on=on, at=at)
            for problem in left.problems if left else ():
                bad.setdefault(str(row.row), []).append([problem.field, problem.message])
                job.report(row=row.row, field=problem.field, message=problem.message)
            job.done += 1
        job.cursor = {"after": first + ROWS, "bad": bad}
        return first + ROWS < len(rows)

    def finish(self, job: Job, at: datetime) -> None:
        bad, sheet = job.cursor.get("bad", {}), self._sheet(job)
        job.result = {
            "saved": len(sheet.rows) - len(bad),
            "bad": len(bad),
            "url": "/services/",
            "label": str(_("看名单")),
        }
        if bad:
            rows = [
                replace(row, problems=tuple(Problem(f, m) for f, m in bad[str(row.row)]))
                for row in sheet.rows
                if str(row.row) in bad
            ]
            stream = io.BytesIO(correction_of(sheet.headings, rows))
            attach(job, JobFile.Role.CORRECTION, name=str(_("需更正.xlsx")), media_type=XLSX, stream=stream, at=at)

    def _staff(self, job: Job, at: datetime) -> Staff:
        by = Staff.objects.filter(pk=job.started_by_id or 0, is_active=True).first()
        if by is None:
            raise JobError(str(_("发起人的账号已停用，请由在用账号重新上传。")))
        by.scope = scope_of(by, at)
        return by

    def _sheet(self, job: Job) -> Sheet:
        file = JobFile.objects.using(job.using).filter(job=job, role=JobFile.Role.PART).first()
        if file is None:
            raise JobError(str(_("上传的文件已过保存期，请重新上传。")))
        return read_sheet(b"".join(open_file(file)))
