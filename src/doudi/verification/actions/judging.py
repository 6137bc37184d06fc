"""Why declared and found differ, as the clerk judges; objections of the family; values sent back to a department."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.documents.models import Document
from doudi.places.queries import calendar_for
from doudi.registry.actions.refusal import Conflict, Problems, guarded, refuse

from ..limits import CORRECTION_WORKDAYS
from ..models import (
    Adopted,
    CorrectionRequest,
    CorrectionState,
    Objection,
    Pledge,
    Reason,
    ReasonCode,
    Report,
    ReportItem,
    Request,
)
from ..models.reporting import CORRECTION_MOVES
from ..queries.comparing import latest_queries
from ..queries.reports import current_report, open_objection
from .recording import record
from .requests import open_round

LONGEST = 400
# What each reason adopts; None: the clerk chooses.
ADOPTS: dict[str, Adopted | None] = {
    ReasonCode.LEFT_OUT: Adopted.FOUND,
    ReasonCode.WRONG_DATA: Adopted.DECLARED,
    ReasonCode.STOPPED: Adopted.DECLARED,
    ReasonCode.OTHER: None,
}


def judge(
    *, item: ReportItem, code: str, by: Staff, on: date, at: datetime, words: str = "", adopted: str = "",
    document: Document | None = None, pledge: Pledge | None = None,
) -> Reason:  # fmt: skip
    """Say why an item differs and which value counts. Wrong data also go back to their department."""
    permit(by, Permission.VERIFICATION_REQUEST, place=item.division_code)
    _check_current(item.report)
    problems = Problems()
    _check_reason(item, code, words, document, pledge, problems)
    chosen = ADOPTS.get(code) or adopted
    if chosen not in Adopted.values:
        problems.add("adopted", _("请选择采信核对结果还是家庭申报。"))
    problems.refuse_if_any()
    with guarded():
        reason = Reason.objects.create(
            item=item, division_code=item.division_code, code=code, words=words.strip() or None, adopted=chosen,
            pledge=pledge if code == ReasonCode.LEFT_OUT else None, document=document, given_at=at, given_by_id=by.pk,
        )  # fmt: skip
        record("verification.judge", "verification", item.report.request, by, item=item.pk, code=code, adopted=chosen)
        if code == ReasonCode.WRONG_DATA:
            _send_back(item, words, by, on)
    return reason


def _check_current(report: Report) -> None:
    latest = current_report(report.matter)
    if latest is None or latest.pk != report.pk:
        raise refuse("", _("这份报告已有新版本，请在新版本上办理。"))
    if open_objection(report):
        raise refuse("", _("家庭有异议，正在复核，请等新一版报告。"))


def _check_reason(
    item: ReportItem, code: str, words: str, document: Document | None, pledge: Pledge | None, problems: Problems
) -> None:
    said = words.strip()
    if not item.differs:
        problems.add("", _("这一项没有差异，不用说明原因。"))
    if code not in ReasonCode.values:
        problems.add("code", _("请选择一个原因。"))
    if len(said) > LONGEST:
        problems.add("words", _("说明最多 %(n)s 个字，请缩短。") % {"n": LONGEST})
    if code in (ReasonCode.OTHER, ReasonCode.WRONG_DATA) and not said:
        problems.add("words", _("请写明原因（核对数据有误的，写明哪里有误）。"))
    if code == ReasonCode.STOPPED and document is None:
        problems.add("file", _("收入已停止须有证明材料，请上传。"))
    if code == ReasonCode.LEFT_OUT and not _pledged(item.report, pledge):
        problems.add("pledge", _("家庭漏报的，请先由家庭签署补充承诺，再选这一项。"))


def _pledged(report: Report, pledge: Pledge | None) -> bool:
    """A pledge of this family that speaks of the difference, signed after the report."""
    if pledge is None or pledge.household_id != report.household_id:
        return False
    return "supplement" in pledge.statements and pledge.given_at >= report.made_at


def object_to(
    *, report: Report, words: str, document: Document | None, by: Staff, on: date, at: datetime,
    items: Collection[ReportItem] = (),
) -> Objection:  # fmt: skip
    """The family objects with evidence: the sources concerned are asked again, under consents that live now."""
    permit(by, Permission.VERIFICATION_REQUEST, place=report.division_code)
    _check_current(report)
    if not words.strip() or len(words) > LONGEST:
        raise refuse("words", _("请写明对哪一项有什么异议（最多 %(n)s 个字）。") % {"n": LONGEST})
    if document is None:
        raise refuse("file", _("请附上证据，例如工资单、离职证明、银行流水。"))
    pairs = _pairs(report, items)
    with transaction.atomic():
        recheck = open_round(
            report.household, report.matter, pairs, by=by, on=on, at=at, because=str(_("家庭提出异议"))
        )
        objection = Objection.objects.create(
            report=report, division_code=report.division_code, words=words.strip(), document=document, made_on=on,
            made_at=at, recorded_by_id=by.pk, recheck=recheck,
        )  # fmt: skip
        record("verification.object", "verification", report.request, by, objection=objection.pk, recheck=recheck.pk)
    return objection


def _pairs(report: Report, items: Collection[ReportItem]) -> list[tuple[int, str]]:
    """Which questions an objection opens again: those of the items named, else of all that differ, else all."""
    chosen = [i for i in items if i.report_id == report.pk] or [i for i in report.items.all() if i.differs]
    queries = latest_queries(report.request)
    concerned = {(i.person_id, i.source) for i in chosen}
    wide = {i.source for i in chosen if i.person_id is None}
    pairs = [(q.person_id, q.source) for q in queries]
    return [p for p in pairs if p in concerned or p[1] in wide] or pairs


def _send_back(item: ReportItem, words: str, by: Staff, on: date) -> CorrectionRequest:
    held = CorrectionRequest.objects.filter(item=item, state=CorrectionState.SENT).first()
    if held is not None:
        return held
    due = calendar_for(item.division_code[:6]).add_workdays(on, CORRECTION_WORKDAYS)
    sent = CorrectionRequest.objects.create(
        item=item, division_code=item.division_code, source=item.source, words=words.strip(), sent_on=on, due_on=due,
        sent_by_id=by.pk,
    )  # fmt: skip
    record("verification.send_back", "verification", item.report.request, by, correction=sent.pk, source=item.source)
    return sent


def answer_correction(
    *, correction: CorrectionRequest, state: str, answer: str, by: Staff, on: date, at: datetime
) -> Request | None:
    """Enter what the department said. If it corrected the value, its source is asked again: that round is returned."""
    permit(by, Permission.VERIFICATION_REQUEST, place=correction.division_code)
    problems = Problems()
    if state not in CorrectionState.values or state == CorrectionState.SENT:
        problems.add("state", _("请选择部门的答复。"))
    if not answer.strip() or len(answer) > LONGEST:
        problems.add("answer", _("请写明部门怎样答复（最多 %(n)s 个字）。") % {"n": LONGEST})
    problems.refuse_if_any()
    origins = [o for o, targets in CORRECTION_MOVES.items() if CorrectionState(state) in targets]
    with transaction.atomic():
        rows = CorrectionRequest.objects.filter(pk=correction.pk, state__in=origins)
        if not rows.update(state=state, answer=answer.strip(), answered_on=on, answered_by_id=by.pk):
            raise Conflict
        report = correction.item.report
        record("verification.correction", "verification", report.request, by, correction=correction.pk, state=state)
        if state != CorrectionState.ACCEPTED:
            return None
        pairs = _pairs(report, [correction.item])
        return open_round(report.household, report.matter, pairs, by=by, on=on, at=at, because=str(_("部门已更正数据")))
