"""The coded end of a task: what is done about the household, by whose door, and whether the warnings were true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.casework import referring
from doudi.casework.actions.reviews import Told, report_change
from doudi.casework.models import PeriodicReview
from doudi.casework.models.reviews import Change, Way
from doudi.registry import actions as registry
from doudi.registry.actions.refusal import Conflict, Problems, refuse
from doudi.registry.models import Membership, Person

from ..models import (
    OPEN_TASK,
    Disposition,
    EarlyWarning,
    LeadOutcome,
    Outcome,
    TaskState,
    VisitTask,
    WarningState,
)
from .applying import open_found
from .leads import answer_leads_of
from .moving import move
from .recording import record
from .visits import enter

D = Disposition
SHORTEST = 4
NEEDS_VISIT = frozenset({D.APPLY_POLICY, D.FALSE, D.REFUSED, D.CANNOT_FIND})
"""What nobody can say from a desk: somebody must have been there."""
OUTCOMES: Mapping[Disposition, Outcome] = {
    D.APPLY_POLICY: Outcome.TRUE, D.PUSH_DEPARTMENT: Outcome.TRUE, D.CASE_CONFERENCE: Outcome.TRUE,
    D.VERIFY_AND_END: Outcome.TRUE, D.FALSE: Outcome.FALSE, D.ALREADY_HELPED: Outcome.TRUE, D.REFUSED: Outcome.TRUE,
    D.MOVED: Outcome.UNKNOWN, D.DIED: Outcome.UNKNOWN, D.CANNOT_FIND: Outcome.UNKNOWN,
}  # fmt: skip
PROVES = {D.DIED: "dead", D.MOVED: "moved"}
"""Ends that are themselves what some indicators say: the beginnings of their keys."""
TOLD: Mapping[Disposition, LeadOutcome] = {
    D.APPLY_POLICY: LeadOutcome.BEING_HELPED, D.PUSH_DEPARTMENT: LeadOutcome.DEPARTMENT,
    D.CASE_CONFERENCE: LeadOutcome.BEING_HELPED, D.VERIFY_AND_END: LeadOutcome.ALREADY_HELPED,
    D.FALSE: LeadOutcome.NOT_ELIGIBLE, D.ALREADY_HELPED: LeadOutcome.ALREADY_HELPED, D.REFUSED: LeadOutcome.REFUSED,
    D.MOVED: LeadOutcome.NOT_REACHED, D.DIED: LeadOutcome.NOT_REACHED, D.CANNOT_FIND: LeadOutcome.NOT_REACHED,
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """How a task ends. `person`, `death_date`: who died, when. `entitlement`: what is asked of a department.

    `untrue`: the indicators among the task's warnings that were wrong all the same; the ledger counts each by itself.
    """

    disposition: str
    note: str
    person: int | None = None
    death_date: date | None = None
    entitlement: str = "other"
    untrue: frozenset[str] = frozenset()


def dispose(*, number: str, choice: Choice, by: Staff, on: date, at: datetime, version: int | None = None) -> VisitTask:
    """Close a task with its coded end, and do what that end says. Conflict if the task moved since it was read."""
    rows = by.scope.narrow(VisitTask.objects.all(), Permission.MONITORING_HANDLE)
    seen = rows.filter(number=number).first()
    if seen is None:
        permit(by, Permission.MONITORING_HANDLE)
        raise refuse("number", _("没有编号为 %(n)s 的任务，或不在您的辖区。") % {"n": number})
    permit(by, Permission.MONITORING_HANDLE, place=seen.division_code)
    with transaction.atomic():
        task = VisitTask.objects.select_for_update(of=("self",)).select_related("household__head").get(pk=seen.pk)
        if version is not None and version != task.version:
            raise Conflict
        _check(task, choice, on)
        for report in task.reports.filter(entered_at=None).select_related("task__household"):
            enter(report=report, by=by, at=at)
        _close(task, choice, by, on, at)
    return task


def _check(task: VisitTask, choice: Choice, on: date) -> None:
    problems = Problems()
    if choice.disposition not in D.values:
        problems.add("disposition", _("请选择怎么处置。"))
    elif D(choice.disposition) in NEEDS_VISIT and task.visited_on is None:
        problems.add(
            "disposition",
            _("“%(d)s”要先入户。请等入户情况报来，或自己入户后再办。") % {"d": D(choice.disposition).label},
        )
    if len(choice.note.strip()) < SHORTEST:
        problems.add("note", _("请写明核实到的情况，至少 %(n)s 个字。") % {"n": SHORTEST})
    if choice.disposition == D.PUSH_DEPARTMENT and choice.entitlement == "other":
        problems.add("entitlement", _("请选择事项"))
    if choice.disposition == D.DIED:
        members = Membership.objects.known().on(on).filter(household=task.household).values_list("person_id", flat=True)
        if choice.person not in members:
            problems.add("person", _("请选择去世的是哪位成员。"))
        if choice.death_date is None or choice.death_date > on:
            problems.add("death_date", _("请填写去世日期，不能晚于今天。"))
    problems.refuse_if_any()


def _close(task: VisitTask, choice: Choice, by: Staff, on: date, at: datetime) -> None:
    disposition = D(choice.disposition)
    act = ACTS.get(disposition)
    led_to = task.led_to or (act(task, choice, by, on, at) if act else "")
    told = {_outcome(warning, choice) for warning in _warnings(task)} or {OUTCOMES[disposition]}
    outcome = next(one for one in (Outcome.TRUE, Outcome.UNKNOWN, Outcome.FALSE) if one in told)
    if outcome == Outcome.FALSE:
        led_to = ""
    move(task, TaskState.CLOSED, disposition=disposition, outcome=outcome, led_to=led_to, note=choice.note.strip(),
         closed_on=on, closed_by_id=by.pk, signals=0)  # fmt: skip
    for warning in _warnings(task):
        warning.state, warning.outcome, warning.closed_on = WarningState.VERIFIED, _outcome(warning, choice), on
        warning.save(update_fields=["state", "outcome", "closed_on"])
    answer_leads_of(task, TOLD[disposition], by=by, on=on, at=at)
    record(task, "dispose", by, disposition=disposition, outcome=outcome, led_to=led_to)


def _outcome(warning: EarlyWarning, choice: Choice) -> Outcome:
    """Whether one warning was right: what the end says, but for those named as wrong, and for what the end proves."""
    disposition = D(choice.disposition)
    if warning.indicator in choice.untrue:
        return Outcome.FALSE
    proves = PROVES.get(disposition)
    return Outcome.TRUE if proves and warning.indicator.startswith(proves) else OUTCOMES[disposition]


def _apply(task: VisitTask, choice: Choice, by: Staff, on: date, at: datetime) -> str:
    return open_found(task=task, note=choice.note, by=by, on=on, at=at)


def _push(task: VisitTask, choice: Choice, by: Staff, on: date, at: datetime) -> str:
    """The department learns what it needs: the entitlement and the clerk's sentence, no more."""
    clauses = tuple(dict.fromkeys(c for w in _warnings(task) for c in w.clauses))
    need = referring.Need(task.household_id, choice.person, choice.entitlement, choice.note.strip(), clauses)
    return referring.refer(need=need, by=by, on=on, at=at)


def _review(task: VisitTask, choice: Choice, by: Staff, on: date, at: datetime) -> str:
    """Everything the household receives is looked at again, by casework's rules; the payment gate asks there, too."""
    told = Told(kind=Change.OTHER, since=on, text=choice.note, reporter=by.name, way=Way.HOME)
    return _reviews(task, told, by, on, at, must=True)


def _died(task: VisitTask, choice: Choice, by: Staff, on: date, at: datetime) -> str:
    """The death is on record before the next payment is gated; what is received is reviewed."""
    assert choice.person is not None
    assert choice.death_date is not None
    person = Person.objects.get(pk=choice.person)
    told = Told(Change.DEATH, choice.death_date, choice.note, by.name, Way.HOME, person=person.pk)
    number = _reviews(task, told, by, on, at, must=False)
    registry.mark_death(person=person, death_date=choice.death_date, by=by, on=on, at=at)
    return number


def _reviews(task: VisitTask, told: Told, by: Staff, on: date, at: datetime, *, must: bool) -> str:
    report = report_change(household=task.household, told=told, by=by, on=on, at=at)
    first = PeriodicReview.objects.filter(report=report).order_by("pk").first()
    if first is None and must:
        raise refuse("disposition", _("这户没有在领的待遇，不用核查待遇。请选择别的处置。"))
    return first.number if first else ""


def _warnings(task: VisitTask) -> list[EarlyWarning]:
    return list(EarlyWarning.objects.filter(task=task, state=WarningState.RAISED))


Act = Callable[[VisitTask, Choice, Staff, date, datetime], str]
# A conference is held about a case: opened here, talked over there (casework.actions.conferences).
ACTS: Mapping[Disposition, Act] = {
    D.APPLY_POLICY: _apply, D.PUSH_DEPARTMENT: _push, D.CASE_CONFERENCE: _apply, D.VERIFY_AND_END: _review,
    D.DIED: _died,
}  # fmt: skip


def reopen(*, number: str, note: str, by: Staff, on: date, at: datetime) -> VisitTask:
    """A closed task is taken up again, because what was found turned out otherwise. Its warnings are open again."""
    rows = by.scope.narrow(VisitTask.objects.all(), Permission.MONITORING_HANDLE)
    seen = rows.filter(number=number).first()
    if seen is None:
        raise refuse("number", _("没有编号为 %(n)s 的任务，或不在您的辖区。") % {"n": number})
    permit(by, Permission.MONITORING_HANDLE, place=seen.division_code)
    if len(note.strip()) < SHORTEST:
        raise refuse("note", _("请写明为什么重新打开，至少 %(n)s 个字。") % {"n": SHORTEST})
    with transaction.atomic():
        task = VisitTask.objects.select_for_update().get(pk=seen.pk)
        if VisitTask.objects.filter(household=task.household_id, state__in=OPEN_TASK).exists():
            raise refuse("", _("这户已有未办结的任务，请在那件任务里办。"))
        warnings = EarlyWarning.objects.filter(task=task, state=WarningState.VERIFIED)
        to = TaskState.ASSIGNED if task.coordinator_id else TaskState.OPEN
        move(task, to, disposition="", outcome="", closed_on=None, closed_by_id=None, signals=warnings.count(),
             proposed="", visited_on=None, led_to="", helped_on=None)  # fmt: skip
        warnings.update(state=WarningState.RAISED, outcome="", closed_on=None)
        record(task, "reopen", by, note=len(note))
    return task
