"""The report as pages and decisions read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..models import Adopted, CorrectionRequest, CorrectionState, Objection, Reason, ReasonCode, Report, ReportItem
from ..sources import item_label, label_of


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the evidence table: declared | found | conclusion | adopted.

    Amounts are in the unit of the registry's statement (fen, a count, 1/0); None is not known. What is no figure has
    `declared_code`/`found_code` and, for people's circumstances, `found_words`.
    """

    id: int
    person_id: int | None
    person: str
    kind: str
    label: str
    source: str
    source_label: str
    declared: int | None
    found: int | None
    declared_code: str
    found_code: str
    found_words: str
    as_of: date | None
    conclusion: str
    conclusion_label: str
    difference: int | None
    is_partial: bool
    differs: bool
    reason: str
    reason_label: str
    reason_words: str
    adopted: str
    adopted_value: int | None
    pledge_id: int | None
    document_id: int | None
    correction: str
    settled: bool


def current_report(matter: str) -> Report | None:
    """The latest version of the report of a matter; whether it is still valid is `report.expired(on)`."""
    return Report.objects.filter(matter=matter).order_by("-version").first()


def versions_of(matter: str) -> list[Report]:
    """All versions, the latest first."""
    return list(Report.objects.filter(matter=matter).order_by("-version"))


def report_items(report: Report, on: date | None = None) -> list[Item]:
    """Every row of a report; with `on`, a correction request past its limit no longer holds a row open."""
    rows = list(ReportItem.objects.filter(report=report).select_related("person").order_by("pk"))
    reasons = {r.item_id: r for r in Reason.objects.filter(item__in=rows).order_by("pk")}
    corrections = {c.item_id: c for c in CorrectionRequest.objects.filter(item__in=rows).order_by("pk")}
    return [_item(row, reasons.get(row.pk), corrections.get(row.pk), on) for row in rows]


def unsettled(report: Report, on: date | None = None) -> list[Item]:
    """The differences that still lack a reason, or whose source is still being asked."""
    return [item for item in report_items(report, on) if not item.settled]


def is_settled(report: Report, on: date | None = None) -> bool:
    """Whether every difference has its reason and no objection is being looked into."""
    return not open_objection(report) and not unsettled(report, on)


def open_objection(report: Report) -> Objection | None:
    """An objection whose re-check has no report yet."""
    return Objection.objects.filter(report=report, recheck__report__isnull=True).first()


def adopted_values(report: Report) -> dict[tuple[int | None, str], int]:
    """(person, kind) → the figure that counts, for the rows where a person chose the declared one."""
    said = Reason.objects.filter(item__report=report).order_by("item_id", "pk")
    rows = said.values_list("item_id", "adopted", "item__person_id", "item__kind", "item__declared")
    # The last reason of an item is the one that counts.
    latest: dict[int, tuple[str, int | None, str, int | None]] = {item: (a, p, k, d) for item, a, p, k, d in rows}
    return {
        (person, kind): declared
        for adopted, person, kind, declared in latest.values()
        if adopted == Adopted.DECLARED and declared is not None
    }


def _item(row: ReportItem, reason: Reason | None, correction: CorrectionRequest | None, on: date | None) -> Item:
    adopted = reason.adopted if reason else ("" if row.differs or row.found is None else Adopted.FOUND.value)
    return Item(
        id=row.pk, person_id=row.person_id, person=row.person.name if row.person else "", kind=row.kind,
        label=item_label(row.kind), source=row.source, source_label=label_of(row.source), declared=row.declared,
        found=row.found, declared_code=row.declared_code, found_code=row.found_code,
        found_words=str(row.found_words or ""), as_of=row.as_of, conclusion=row.conclusion,
        conclusion_label=str(row.get_conclusion_display()), difference=row.difference, is_partial=row.is_partial,
        differs=row.differs, reason=reason.code if reason else "",
        reason_label=str(reason.get_code_display()) if reason else "",
        reason_words=str(reason.words or "") if reason else "", adopted=adopted,
        adopted_value={Adopted.FOUND.value: row.found, Adopted.DECLARED.value: row.declared}.get(adopted),
        pledge_id=reason.pledge_id if reason else None, document_id=reason.document_id if reason else None,
        correction=correction.state if correction else "", settled=_settled(row, reason, correction, on),
    )  # fmt: skip


def _settled(row: ReportItem, reason: Reason | None, correction: CorrectionRequest | None, on: date | None) -> bool:
    if not row.differs:
        return True
    if reason is None:
        return False
    waits = correction is not None and correction.state in (CorrectionState.SENT, CorrectionState.ANSWERED)
    overdue = correction is not None and on is not None and on > correction.due_on
    return not (reason.code == ReasonCode.WRONG_DATA and waits and not overdue)
