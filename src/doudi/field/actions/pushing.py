"""Records of a phone, one by one: each is carried out once, however often it is sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import NotPermitted, permit
from doudi.audit.actions import Subject, record
from doudi.registry.actions.recording import one_at_a_time
from doudi.registry.actions.refusal import Conflict, Refused, refuse

from ..clock import Moment, moment
from ..models import FINAL, Device, FieldConflict, Outcome, RecordKind, SyncRecord
from ..parcels import Parcel, Sent
from .devices import alive
from .errands import ERRANDS, Done, Errand, conflict_of

Answer = dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """What became of a record: the outcome, what the phone is told, and where it belongs."""

    outcome: Outcome
    answer: Answer
    done: Done


def push(*, parcel: Parcel, device: Device, by: Staff, on: date, at: datetime) -> list[Answer]:
    """Take what a phone sends, in its order; one answer per record. Raises errors.Wiped."""
    permit(by, Permission.MONITORING_VISIT)
    with transaction.atomic():
        alive(device, by=by, at=at)
        return [take(sent=sent, sent_at=parcel.sent_at, device=device, by=by, on=on, at=at) for sent in parcel.records]


def take(*, sent: Sent, sent_at: datetime, device: Device, by: Staff, on: date, at: datetime) -> Answer:
    """Carry out one record, or say again what was answered before."""
    permit(by, Permission.MONITORING_VISIT)
    with transaction.atomic():
        one_at_a_time(f"field.record {sent.client_id}")
        kept = SyncRecord.objects.filter(client_id=sent.client_id).first()
        if kept is not None and (kept.staff_id != by.pk or kept.digest != sent.digest):
            return _answer(sent, Outcome.REFUSED, problems=[_problem("", _("这个编号已经传过别的内容，请重新填写。"))])
        if kept is not None:
            answer: Answer = json.loads(str(kept.answer))
            # A copy that was long on its way is not a new wish: what it said may have been filled in anew meanwhile.
            if kept.outcome in FINAL or sent.attempt <= answer["attempt"]:
                return answer
        when = moment(client_at=sent.client_at, offset_ms=sent.offset_ms, sent_at=sent_at, received_at=at)
        errand = Errand(sent=sent, happened_at=when.at, by=by, on=on, at=at)
        judged = _judge(errand)
        row = _keep(kept, errand, judged, when, device)
        _after(row, errand, judged)
    return judged.answer


def _judge(errand: Errand) -> Judged:
    """Carry it out in a transaction of its own: what is refused or in conflict leaves nothing behind."""
    sent = errand.sent
    try:
        with transaction.atomic():
            if sent.resolves is not None:
                _open_conflict(errand)
            carry: Callable[[Errand], Done] = ERRANDS[RecordKind(sent.kind)]
            done = carry(errand)
        return Judged(Outcome.APPLIED, _answer(sent, Outcome.APPLIED, told=done.told), done)
    except Conflict as conflict:
        seen = conflict_of(errand, conflict)
        told = {"base": seen.base, "theirs": seen.theirs}
        return Judged(Outcome.CONFLICT, _answer(sent, Outcome.CONFLICT, **told), seen.done)
    except Refused as refused:
        problems = [_problem(p.field, p.message) for p in refused.problems]
    except NotPermitted as error:
        problems = [_problem("", _("您没有“%(right)s”的权限，或不在您的辖区。") % {"right": error.permission.label})]
    return Judged(Outcome.REFUSED, _answer(sent, Outcome.REFUSED, problems=problems), Done())


def _open_conflict(errand: Errand) -> FieldConflict:
    found = FieldConflict.objects.select_for_update().filter(
        record__client_id=str(errand.sent.resolves), record__staff=errand.by, decision=""
    )
    if (conflict := found.first()) is None:
        raise refuse("", _("这个冲突已经处理过了。"))
    if errand.sent.decision not in FieldConflict.Decision.values:
        raise refuse("decision", _("请选择按手机上的，还是按系统里的。"))
    return conflict


def _keep(kept: SyncRecord | None, errand: Errand, judged: Judged, when: Moment, device: Device) -> SyncRecord:
    """The record and its answer. One that was refused before gets its new answer."""
    said = {
        "outcome": judged.outcome,
        "answer": json.dumps(judged.answer, ensure_ascii=False),
        "answered_at": errand.at,
    }
    if kept is not None:
        SyncRecord.objects.filter(pk=kept.pk).update(**said)
        kept.refresh_from_db()
        return kept
    sent, by = errand.sent, errand.by
    return SyncRecord.objects.create(
        client_id=sent.client_id, device=device, staff=by, kind=sent.kind, task=sent.task,
        division_code=judged.done.place or by.scope.places(Permission.MONITORING_VISIT)[0],
        household_id=judged.done.household_id, digest=sent.digest, body=sent.canonical, client_at=sent.client_at,
        happened_at=when.at, offset_ms=when.offset_ms, clock_doubtful=when.doubtful, received_at=errand.at, **said,
    )  # fmt: skip


def _after(row: SyncRecord, errand: Errand, judged: Judged) -> None:
    """A conflict is opened; the one that this record decides is closed; the log is told."""
    if judged.outcome == Outcome.CONFLICT:
        FieldConflict.objects.create(
            record=row, division_code=row.division_code, opened_at=errand.at, mine=errand.sent.canonical,
            base=json.dumps(judged.answer["base"], ensure_ascii=False),
            theirs=json.dumps(judged.answer["theirs"], ensure_ascii=False),
        )  # fmt: skip
    if errand.sent.resolves is not None and judged.outcome in FINAL:
        FieldConflict.objects.filter(record__client_id=errand.sent.resolves).update(
            decision=errand.sent.decision, decided_by_record=row, decided_at=errand.at
        )
    subject = Subject("field_record", str(row.pk), row.division_code)
    detail = {"kind": row.kind, "outcome": row.outcome, "task": row.task, "clock_doubtful": row.clock_doubtful}
    record(by=errand.by, action="field.push", subject=subject, detail=detail)


def _answer(sent: Sent, outcome: Outcome, **said: Any) -> Answer:
    return {"id": str(sent.client_id), "outcome": outcome.value, "attempt": sent.attempt, **said}


def _problem(field: str, message: str) -> dict[str, str]:
    return {"field": field, "message": str(message)}
