"""Importing as a job: household after household through the same actions as a form, each row exactly once."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import NotPermitted, permit, scope_of
from doudi.audit import actions as audit
from doudi.jobs import actions as jobs
from doudi.jobs.files import attach, open_file
from doudi.jobs.models import Job, JobFile, State
from doudi.jobs.steps import JobError, Steps

from ..actions import MemberDraft, Problem, Refused, register_household, register_person
from ..actions.recording import one_at_a_time
from ..exports import XLSX
from ..models import Household
from .correction import correction_file
from .preview import Preview, Row, label, preview
from .reading import Unreadable

HOUSEHOLDS_A_CHUNK = 20


def start_import(
    *, content: bytes, file_name: str, by: Staff, on: date, at: datetime, place: str = "", document: int = 0
) -> Job:
    """Import the good rows of a file in the background; bad rows come back as a correction file.

    `place` is the village of rows that name none. A `document` that is or was imported gives that job again.
    Refused if the file cannot be read at all.
    """
    permit(by, Permission.IMPORT_RUN, place=place or None)
    try:
        rows = len(preview(content, by=by, on=on, place=place, registered=False).rows)
    except Unreadable as problem:
        raise Refused([Problem("file", str(problem))]) from problem
    own = min(by.scope.places(Permission.IMPORT_RUN), default="")
    with transaction.atomic():
        if document and (running := _job_of(document, by)):
            return running
        job = jobs.start(
            ImportPeople.kind,
            by_id=by.pk,
            at=at,
            params={"on": on.isoformat(), "place": place, "document": document},
            title=_("导入：%(name)s") % {"name": file_name[:60]},
            place=place or own,
        )
        stream = io.BytesIO(content)
        attach(job, JobFile.Role.PART, name=file_name[:100], media_type=XLSX, stream=stream, at=at)
        audit.record(
            by=by,
            action="registry.import",
            subject=audit.Subject("job", str(job.pk), place or own),
            detail={"rows": rows},
        )
    return job


def _job_of(document: int, by: Staff) -> Job | None:
    """The import of an upload that is on its way or done: the button was pressed twice."""
    one_at_a_time(f"import {document}")
    rows = Job.objects.filter(kind=ImportPeople.kind, started_by_id=by.pk, params__document=document)
    return rows.exclude(state__in=(State.FAILED, State.CANCELLED)).first()


class ImportPeople(Steps):
    """One chunk is a few households; a household is saved whole or its bad rows are left out and reported."""

    kind = "registry.import"
    title = gettext_lazy("导入人员")
    unit = "人"  # type: ignore[assignment]
    # The file as last read: a stored file never changes, and reading it for every chunk would take longer than saving.
    _read: tuple[tuple[str, int, int], Preview] | None = None

    def count(self, job: Job) -> int | None:
        return len(self._seen(job, self._staff(job, job.created_at)).rows)

    def step(self, job: Job, at: datetime) -> bool:
        by = self._staff(job, at)
        seen = self._seen(job, by)
        households = seen.households()
        first = job.cursor.get("after", 0)
        kept = dict(job.cursor.get("bad", {}))
        saved = job.cursor.get("saved", 0)
        on = date.fromisoformat(job.params["on"])
        for rows in households[first : first + HOUSEHOLDS_A_CHUNK]:
            bad = save_household(rows, by=by, on=on, at=at)
            saved += len(rows) - len(bad)
            for row in bad:
                kept[str(row.number)] = [[p.field, p.message] for p in row.problems]
                for problem in row.problems:
                    job.report(row=row.number, field=label(problem.field), message=problem.message)
            job.done += len(rows)
        after = first + HOUSEHOLDS_A_CHUNK
        job.cursor = {"after": after, "bad": kept, "saved": saved}
        return after < len(households)

    def finish(self, job: Job, at: datetime) -> None:
        bad = job.cursor.get("bad", {})
        job.result = {"saved": job.cursor.get("saved", 0), "bad": len(bad)}
        if not bad:
            return
        seen = self._seen(job, self._staff(job, at))
        rows = [
            replace(row, problems=tuple(Problem(f, m) for f, m in bad[str(row.number)]))
            for row in seen.rows
            if str(row.number) in bad
        ]
        stream = io.BytesIO(correction_file(seen, rows))
        attach(job, JobFile.Role.CORRECTION, name=_("需更正.xlsx"), media_type=XLSX, stream=stream, at=at)

    def _staff(self, job: Job, at: datetime) -> Staff:
        by = Staff.objects.filter(pk=job.started_by_id or 0, is_active=True).first()
        if by is None:
            raise JobError(_("发起人的账号已停用，请由在用账号重新导入。"))
        by.scope = scope_of(by, at)
        return by

    def _seen(self, job: Job, by: Staff) -> Preview:
        file = JobFile.objects.using(job.using).filter(job=job, role=JobFile.Role.PART).first()
        if file is None:
            raise JobError(_("上传的文件已过保存期，请重新上传。"))
        key = (job.using, file.pk, by.pk)
        if self._read is None or self._read[0] != key:
            content, on = b"".join(open_file(file)), date.fromisoformat(job.params["on"])
            self._read = key, preview(content, by=by, on=on, place=job.params["place"], registered=False)
        return self._read[1]


def save_household(rows: list[Row], *, by: Staff, on: date, at: datetime) -> list[Row]:
    """Register the good rows of one household; returns the bad ones with what is wrong."""
    good, bad = [r for r in rows if not r.problems], [r for r in rows if r.problems]
    known = Household.objects.filter(number=rows[0].household[:20], closed_on__isnull=True).first()
    if known is not None:
        return bad + [r for row in good if (r := _add(row, known, by, on, at)).problems]
    while good:
        head = next((r for r in good if r.is_head), None)
        if head is None:
            return bad + [_with(r, "relation", _("户主行有误，本户其他人暂未导入；更正户主后一并导入。")) for r in good]
        members = [r for r in good if r is not head]
        refused = _open(head, members, by, on, at)
        if not refused:
            break
        bad += [r for r in refused if r.problems]
        good = [r for r in refused if not r.problems]
    return sorted(bad, key=lambda r: r.number)


def _open(head: Row, members: list[Row], by: Staff, on: date, at: datetime) -> list[Row]:
    """Register; if that is refused, all rows, those at fault with their problems."""
    try:
        with transaction.atomic():
            register_household(
                division_code=head.place, head=head.member.person, address=head.address,
                members=[m.member for m in members], by=by, on=on, at=at,
            )  # fmt: skip
    except NotPermitted:
        return [_with(head, "village", _("该村（社区）不在您的辖区。")), *members]
    except Refused as refusal:
        return _blamed([head, *members], refusal)
    return []


def _blamed(rows: list[Row], refusal: Refused) -> list[Row]:
    """Give each problem to its row: 'head.…' and 'members.<i>.…', everything else to the head."""
    for problem in refusal.problems:
        parts = problem.field.split(".")
        index = int(parts[1]) + 1 if parts[0] == "members" else 0
        rows[index] = _with(rows[index], parts[-1], problem.message)
    return rows


def _add(row: Row, household: Household, by: Staff, on: date, at: datetime) -> Row:
    """One more member of a registered household."""
    member: MemberDraft = row.member
    try:
        with transaction.atomic():
            register_person(
                household=household, person=_draft(member), relation=member.relation, by=by, on=on, at=at,
                co_resident=member.co_resident,
            )  # fmt: skip
    except NotPermitted:
        return _with(row, "number", _("该户不在您的辖区。"))
    except Refused as refusal:
        return replace(row, problems=tuple(refusal.problems))
    return row


def _draft(member: MemberDraft) -> Any:
    return member.person


def _with(row: Row, name: str, message: str) -> Row:
    return replace(row, problems=(*row.problems, Problem(name, message)))
