"""The door from field: what a visit brought, once, and never over what somebody else has changed meanwhile."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.casework.actions.declaring import enter_facts
from doudi.policy.facts import Plain
from doudi.registry.actions.refusal import Conflict, Problems, refuse
from doudi.registry.facts import household_facts
from doudi.registry.models.facts import Source

from ..models import OPEN_TASK, Disposition, TaskState, VisitReport, VisitTask
from ..queries.field import TaskPack, pack_of, spec_of
from ..queries.involvement import is_involved
from .applying import open_found
from .moving import move
from .recording import record

LONGEST_NOTE = 2000


@dataclass(frozen=True)
class Answer:
    """What was said of one fact: it is correct, it is not, or (None) it was a question. `value`: how it really is."""

    correct: bool | None
    value: Plain | None = None


class TaskConflict(Conflict):
    """The task or a fact changed since it was taken along. `base`: the version seen; `theirs`: how it stands now."""

    def __init__(self, base: int, theirs: TaskPack, state: str) -> None:
        self.base = base
        self.theirs = theirs
        self.state = state
        super().__init__(_("这户的任务或情况在您入户期间有变动，请对照最新情况后再交。"))


def report_visit(
    number: str,
    version: int,
    answers: Mapping[str, Answer],
    disposition: str,
    note: str,
    visited_at: datetime,
    place: str,
    by: Staff,
    on: date,
    at: datetime,
    client_id: UUID,
) -> VisitReport:
    """Keep what a visit brought. The same `client_id` again gives the same report; other versions raise TaskConflict.

    Answers enter the files at once where the reporter may write them, else when a clerk settles the task. A household
    that should apply has its case opened on the spot.
    """
    task = _task(number, by)
    permit(by, Permission.MONITORING_VISIT, place=task.division_code)
    again = VisitReport.objects.filter(client_id=client_id).first()
    if again is not None:
        return again
    with transaction.atomic():
        task = VisitTask.objects.select_for_update(of=("self",)).select_related("household__head").get(pk=task.pk)
        pack = pack_of(task, on)
        if task.state not in OPEN_TASK or pack.version != version:
            raise TaskConflict(version, pack, task.state)
        _check(task, answers, disposition, note, visited_at, by, on, at)
        said = json.dumps({key: [a.correct, a.value] for key, a in answers.items()}, ensure_ascii=False)
        report = VisitReport.objects.create(
            task=task, division_code=task.division_code, client_id=client_id, version_seen=version, answers=said,
            disposition=disposition, note=note.strip() or None, place=place.strip() or None, visited_at=visited_at,
            reported_at=at, by_id=by.pk,
        )  # fmt: skip
        _follow(report, task, by, on, at)
        record(task, "visit", by, disposition=disposition, answers=len(answers))
    return report


def _follow(report: VisitReport, task: VisitTask, by: Staff, on: date, at: datetime) -> None:
    """What a visit does at once: facts entered by whoever may, a case opened, the task moved on."""
    if by.may(Permission.PERSON_WRITE, task.division_code):
        enter(report=report, by=by, at=at)
    led_to = task.led_to
    if report.disposition == Disposition.APPLY_POLICY and not led_to:
        led_to = open_found(task=task, note=str(report.note or ""), by=by, on=on, at=at)
    day = timezone.localdate(report.visited_at)
    move(task, TaskState.VISITED, visited_on=day, proposed=report.disposition, led_to=led_to)


def _task(number: str, by: Staff) -> VisitTask:
    rows = by.scope.narrow(VisitTask.objects.all(), Permission.MONITORING_READ)
    found = rows.filter(number=number).select_related("household__head").first()
    if found is None:
        raise refuse("number", _("没有编号为 %(n)s 的任务，或不在您的辖区。") % {"n": number})
    return found


def _check(
    task: VisitTask, answers: Mapping[str, Answer], disposition: str, note: str, visited_at: datetime, by: Staff,
    on: date, at: datetime,
) -> None:  # fmt: skip
    problems = Problems()
    if is_involved(by.pk, task.household_id, on):
        problems.add("", _("这户是您本人或您备案的近亲属，请交由其他人入户。"))
    if disposition not in Disposition.values:
        problems.add("disposition", _("请选择怎么处置。"))
    if len(note) > LONGEST_NOTE:
        problems.add("note", _("说明最多 %(n)s 个字。") % {"n": LONGEST_NOTE})
    if visited_at > at:
        problems.add("visited_at", _("入户时间晚于现在，请核对手机的时间。"))
    if timezone.localdate(visited_at) < task.opened_on:
        problems.add("visited_at", _("入户时间早于派任务的日期，请核对手机的时间。"))
    _check_answers(task, answers, problems)
    problems.refuse_if_any()


def _check_answers(task: VisitTask, answers: Mapping[str, Answer], problems: Problems) -> None:
    members = task.household.memberships.filter(superseded_at=None)
    people = {f"person:{pk}" for pk in members.values_list("person_id", flat=True)}
    for key, answer in answers.items():
        spec = spec_of(key)
        if spec is None or key.rpartition(".")[0] not in people | {"household"}:
            problems.add(key, _("这一项不能由入户核实填写。"))
        elif answer.value is not None and (said := spec.refusal(answer.value)):
            problems.add(key, _("%(label)s：%(said)s。") % {"label": spec.label, "said": said})


def enter(*, report: VisitReport, by: Staff, at: datetime) -> None:
    """Append what was found to the files, as statements of a visit. Once."""
    permit(by, Permission.PERSON_WRITE, place=report.division_code)
    if report.entered_at is not None:
        return
    day = timezone.localdate(report.visited_at)
    household = report.task.household
    with transaction.atomic():
        said = _said(json.loads(str(report.answers)), household.pk, day)
        enter_facts(said=said, household=household, source=Source.VISIT, by=by, on=day, at=at)
        report.entered_at, report.entered_by_id = at, by.pk
        report.save(update_fields=["entered_at", "entered_by_id"])
        record(report.task, "enter", by, facts=len(said))


def _said(answers: Mapping[str, list[Any]], household_id: int, day: date) -> dict[str, Plain]:
    """The facts as the visit found them: confirmed ones as they stand, others as they were corrected."""
    facts = household_facts(household_id, on=day)
    now: dict[str, Any] = {f"household.{name}": value for name, value in facts.household.items()}
    for row in facts.persons:
        now |= {f"person:{row['person_id']}.{name}": value for name, value in row.items()}
    told = {key: now.get(key) if correct else value for key, (correct, value) in answers.items()}
    said = {key: value for key, value in told.items() if value is not None}
    # Kind and grade of a disability are one certificate: the half that was not spoken of stays as it was.
    for key in [k for k in said if k.endswith((".disability_kind", ".disability_grade"))]:
        owner = key.rpartition(".")[0]
        for half in ("disability_kind", "disability_grade"):
            if said.get(f"{owner}.{half}") is None and now.get(f"{owner}.{half}") is not None:
                said[f"{owner}.{half}"] = now[f"{owner}.{half}"]
    return said
