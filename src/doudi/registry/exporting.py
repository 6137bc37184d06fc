"""Lists as files: asked for with a reason, made in the background, marked with who took them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from itertools import chain
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
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

from .actions.refusal import refuse
from .exports import XLSX, Cell, household_headings, household_rows, write_xlsx
from .queries.households import Wish, households
from .queries.visible import visible

SHORTEST_REASON = 4


def start_export(*, wish: Wish, reason: str, by: Staff, on: date, at: datetime) -> Job:
    """Make a file of the households that a wish describes; the reason goes on record and into the file."""
    permit(by, Permission.LIST_EXPORT)
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON or not reason.isprintable():
        raise refuse("reason", _("请写明用途，至少 %(n)s 个字") % {"n": SHORTEST_REASON})
    own = min(by.scope.places(Permission.LIST_EXPORT), key=len)
    params = {"wish": asdict(wish) | {"after": ""}, "on": on.isoformat(), "reason": reason[:200]}
    with transaction.atomic():
        job = jobs.start(ExportHouseholds.kind, by_id=by.pk, at=at, params=params, title=_("导出家庭名册"), place=own)
        record(
            by=by,
            action="list.export",
            subject=Subject("job", str(job.pk), own),
            purpose=reason[:200],
            detail={k: v for k, v in asdict(wish).items() if v},
        )
    return job


class ExportHouseholds(Steps):
    """One chunk: a file is whole or not there. Started again after a kill, it is made anew."""

    kind = "registry.export"
    title = gettext_lazy("导出家庭名册")
    unit = "户"

    def step(self, job: Job, at: datetime) -> bool:
        by = self._staff(job, at)
        on = date.fromisoformat(job.params["on"])
        rows = households(Wish(**cast(Mapping[str, Any], job.params["wish"])), staff=by, on=on)
        rows = visible(rows, by, Permission.LIST_EXPORT).order_by("division_code", "number")
        with tempfile.TemporaryFile() as stream:
            ending: list[list[Cell]] = [[], [watermark(by, at, job.params["reason"])]]
            marked = chain(household_rows(rows, on), ending)
            written = write_xlsx(cast(Any, stream), household_headings(), marked, sheet=_("家庭名册"))
            stream.seek(0)
            name = _("家庭名册") + f"-{on:%Y%m%d}.xlsx"
            attach(job, JobFile.Role.RESULT, name=name, media_type=XLSX, stream=stream, at=at)
        job.done = max(written - 2, 0)
        job.result = {"rows": job.done}
        return False

    def _staff(self, job: Job, at: datetime) -> Staff:
        by = Staff.objects.filter(pk=job.started_by_id or 0, is_active=True).first()
        if by is None:
            raise JobError(_("发起人的账号已停用，请由在用账号重新导出。"))
        by.scope = scope_of(by, at)
        return by


def watermark(by: Staff, at: datetime, reason: str) -> str:
    """The last line of the file: who took it, when, what for."""
    moment = f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    return _("导出人：%(who)s（%(office)s），时间：%(at)s，用途：%(why)s。含个人信息，请勿外传") % {
        "who": by.name,
        "office": by.office,
        "at": moment,
        "why": reason,
    }
