"""The list of warnings as a file: asked for with a reason, made in the background, marked with who took it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit, scope_of
from doudi.audit.actions import Subject, record
from doudi.jobs import actions as jobs
from doudi.jobs.files import attach
from doudi.jobs.models import Job, JobFile
from doudi.jobs.steps import JobError, Steps
from doudi.registry.actions.refusal import refuse
from doudi.registry.exporting import SHORTEST_REASON, watermark
from doudi.registry.exports import XLSX, Cell, write_xlsx

from .queries.board import Wish, listed, rows_of

A_TIME = 500


def start_export(*, wish: Wish, reason: str, by: Staff, on: date, at: datetime) -> Job:
    """Make a file of the list that a wish describes; the reason goes on record and into the file."""
    permit(by, Permission.LIST_EXPORT)
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON or not reason.isprintable():
        raise refuse("reason", _("请写明用途，至少 %(n)s 个字") % {"n": SHORTEST_REASON})
    own = min(by.scope.places(Permission.LIST_EXPORT), key=len)
    params = {"wish": asdict(wish), "on": on.isoformat(), "reason": reason[:200]}
    with transaction.atomic():
        job = jobs.start(ExportTasks.kind, by_id=by.pk, at=at, params=params, place=own)
        detail = {name: value for name, value in asdict(wish).items() if value}
        subject = Subject("job", str(job.pk), own)
        record(by=by, action="monitoring.export", subject=subject, purpose=reason[:200], detail=detail)
    return job


class ExportTasks(Steps):
    """One chunk: a file is whole or not there. Started again after a kill, it is made anew."""

    kind = "monitoring.export"
    title = gettext_lazy("导出预警清单")
    unit = "户"

    def step(self, job: Job, at: datetime) -> bool:
        by, on = _staff(job, at), date.fromisoformat(job.params["on"])
        wish = Wish(**cast(Mapping[str, Any], job.params["wish"]))
        headings = [
            _("任务编号"), _("乡镇"), _("户编号"), _("户主"), _("发现了什么"), _("信号"), _("核实时限"),
            _("派给"), _("状态"),
        ]  # fmt: skip
        ending: list[list[Cell]] = [[], [watermark(by, at, job.params["reason"])]]
        with tempfile.TemporaryFile() as stream:
            written = write_xlsx(cast(Any, stream), headings, [*_lines(wish, by, on), *ending], sheet=_("预警清单"))
            stream.seek(0)
            name = _("预警清单") + f"-{on:%Y%m%d}.xlsx"
            attach(job, JobFile.Role.RESULT, name=name, media_type=XLSX, stream=stream, at=at)
        job.done = max(written - 2, 0)
        job.result = {"rows": job.done}
        return False


def _lines(wish: Wish, by: Staff, on: date) -> Iterator[list[Cell]]:
    found = listed(by, wish, on)
    for start in range(0, found.count(), A_TIME):
        for row in rows_of(found[start : start + A_TIME], on):
            task = row.task
            yield [
                task.number, row.place, task.household.number, row.head, row.found, row.signal, task.due_on, row.who,
                row.state,
            ]  # fmt: skip


def _staff(job: Job, at: datetime) -> Staff:
    by = Staff.objects.filter(pk=job.started_by_id or 0, is_active=True).first()
    if by is None:
        raise JobError(_("发起人的账号已停用，请由在用账号重新导出。"))
    by.scope = scope_of(by, at)
    return by
