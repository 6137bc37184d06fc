"""Making a report, judging its differences, objecting to it, and sending wrong values back to where they came from."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import NotPermitted
from doudi.privacy.cipher import keyring
from doudi.registry.actions import state_amount
from doudi.registry.actions.refusal import Conflict, refuse

from ..limits import REPORT_VALID_DAYS
from ..models import OPEN, Query, QueryState, Reason, Report, ReportItem, Request
from ..queries.comparing import Line, household_figures, lines_of
from ..queries.reports import current_report
from .recording import record


def make(*, request: Request, by: Staff, on: date, at: datetime, note: str = "") -> Report:
    """Make the report of a round. Open questions are closed as unanswered; that needs a word why."""
    _permit_either(by, request.division_code)
    with transaction.atomic():
        if not Request.objects.select_for_update().filter(pk=request.pk, closed_at__isnull=True).exists():
            raise Conflict
        _close_open(request, note)
        for kind, source, amount, as_of in household_figures(request, on):
            state_amount(household=request.household, kind=kind, amount=amount, source=source, as_of=as_of,
                         reference=request.number, by=by, on=on, at=at)  # fmt: skip
        lines, before = lines_of(request, on), current_report(request.matter)
        report = Report.objects.create(
            request=request, household=request.household, division_code=request.division_code, matter=request.matter,
            version=before.version + 1 if before else 1, made_on=on, made_at=at, made_by_id=by.pk,
            valid_until=on + timedelta(days=REPORT_VALID_DAYS), unanswered=_unanswered(request),
            note=note.strip()[:300], digest=_digest(lines),
        )  # fmt: skip
        items = ReportItem.objects.bulk_create(
            [ReportItem(report=report, division_code=report.division_code, **_columns(line)) for line in lines]
        )
        if before is not None:
            _carry(before, items)
        Request.objects.filter(pk=request.pk).update(closed_at=at)
        record("verification.report", "verification", request, by, purpose=note, report=report.pk,
               version=report.version, unanswered=report.unanswered)  # fmt: skip
    return report


def _permit_either(by: Staff, place: str) -> None:
    if not by.may(Permission.VERIFICATION_RUN, place) and not by.may(Permission.VERIFICATION_REQUEST, place):
        raise NotPermitted(Permission.VERIFICATION_REQUEST, place)


def _close_open(request: Request, note: str) -> None:
    still = Query.objects.filter(request=request, state__in=OPEN)
    count = still.count()
    if count and not note.strip():
        raise refuse("note", _("还有 %(n)s 项没有答复。不等答复就出具报告，请说明原因。") % {"n": count})
    still.filter(state=QueryState.WAITING).update(state=QueryState.BLOCKED)
    still.exclude(state=QueryState.WAITING).update(state=QueryState.NO_ANSWER)


def _unanswered(request: Request) -> int:
    return Query.objects.filter(request=request).exclude(state=QueryState.ANSWERED).count()


def _columns(line: Line) -> dict[str, object]:
    return asdict(line) | {"found_words": line.found_words or None, "conclusion": line.conclusion.value}


def _digest(lines: list[Line]) -> str:
    said = json.dumps([asdict(line) for line in lines], ensure_ascii=False, sort_keys=True, default=str)
    return keyring().digest(said.encode())


def _carry(before: Report, items: list[ReportItem]) -> None:
    """What was judged of a difference that has not changed still holds in the new version."""

    def key(item: ReportItem) -> tuple[object, ...]:
        return (item.person_id, item.kind, item.source, item.declared, item.found, item.declared_code, item.found_code)

    judged = {key(r.item): r for r in Reason.objects.filter(item__report=before).select_related("item").order_by("pk")}
    for item in items:
        old = judged.get(key(item))
        if item.differs and old is not None:
            Reason.objects.create(
                item=item, division_code=item.division_code, code=old.code, words=old.words, adopted=old.adopted,
                pledge_id=old.pledge_id, document_id=old.document_id, given_at=old.given_at,
                given_by_id=old.given_by_id,
            )  # fmt: skip
