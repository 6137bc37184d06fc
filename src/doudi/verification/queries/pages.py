"""What the pages show, within the reach of whoever looks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.registry.models import Certificate, Household, Person
from doudi.registry.queries.wording import certificate_words

from ..models import CorrectionRequest, CorrectionState, DrawnPledge, Query, Report, Request
from ..models.reporting import Conclusion
from ..sources import COUNTED, label_of
from .consents import consents_missing
from .people import Party
from .reports import Item, open_objection, report_items, versions_of
from .requests import Progress, progress_of

Text = str | Promise
WORDS: dict[str, Text] = {"yes": _("有"), "no": _("无"), "": _("未申报")}


def requests_for(staff: Staff, view: str) -> QuerySet[Request]:
    """The rounds within reach: open, waiting for the county, or reported."""
    rows = Request.objects.select_related("household__head").order_by("-id")
    seen = staff.scope.narrow(rows, Permission.VERIFICATION_READ)
    if view == "done":
        return seen.filter(closed_at__isnull=False)
    open_rows = seen.filter(closed_at__isnull=True)
    return open_rows.filter(started_on__isnull=True) if view == "waiting" else open_rows.order_by("id")


def request_for(staff: Staff, pk: int) -> Request | None:
    """One round within reach."""
    rows = Request.objects.filter(pk=pk).select_related("household__head")
    return staff.scope.narrow(rows, Permission.VERIFICATION_READ).first()


@dataclass(frozen=True)
class SourceLine:
    """One source of a round: how its questions stand."""

    label: str
    queries: tuple[Query, ...]

    @property
    def due_on(self) -> date | None:
        return max((q.due_on for q in self.queries if q.due_on and q.state in ("sent", "partial")), default=None)


@dataclass(frozen=True)
class Row:
    """One item of the evidence table in words."""

    item: Item
    declared: Text
    found: Text
    is_money: bool
    tone: str

    @property
    def tells(self) -> bool:
        """Whether either side says more than nothing."""
        item = self.item
        return item.differs or bool(item.declared or item.found or item.declared_code or item.found_code)

    @property
    def by(self) -> int | None:
        """By how much it differs, where that is money."""
        return abs(self.item.difference) if self.is_money and self.item.difference else None


@dataclass(frozen=True)
class RoundPage:
    """A round with everything its page shows."""

    request: Request
    progress: Progress
    sources: list[SourceLine]
    unasked: list[tuple[str, list[str]]]
    strays: list[tuple[Text, int]]
    report: Report | None
    rows: list[Row]
    versions: list[Report]
    is_current: bool
    objection: object

    @property
    def unsettled(self) -> int:
        return sum(not row.item.settled for row in self.rows)

    @property
    def telling(self) -> list[Row]:
        """The rows that say something, differences first."""
        return sorted((row for row in self.rows if row.tells), key=lambda row: not row.item.differs)

    @property
    def rest(self) -> list[Row]:
        """Nothing on either side, and what was not found of nothing declared."""
        return [row for row in self.rows if not row.tells]


def round_page(request: Request, on: date) -> RoundPage:
    """Everything about a round."""
    report = Report.objects.filter(request=request).first()
    versions = versions_of(request.matter)
    rows = [row_of(item) for item in report_items(report, on)] if report else []
    return RoundPage(
        request=request, progress=progress_of(request), sources=_sources(request), unasked=_unasked(request),
        strays=_strays(request), report=report, rows=rows, versions=versions,
        is_current=bool(report and versions and versions[0].pk == report.pk),
        objection=open_objection(report) if report else None,
    )  # fmt: skip


def row_of(item: Item) -> Row:
    """An item as the table shows it."""
    money = item.kind not in COUNTED and (item.declared is not None or item.found is not None) and not item.found_code
    tone = {"consistent": "ok", "within": "", "found_only": "", "no_answer": ""}.get(item.conclusion, "warn")
    if money:
        return Row(item, "", "", True, tone)
    if item.kind in COUNTED:
        return Row(item, _count(item.declared), _count(item.found), False, tone)
    found = "—" if item.conclusion == Conclusion.NO_ANSWER else _said(item.kind, item.found_code)
    return Row(item, _said(item.kind, item.declared_code), found, False, tone)


def _said(kind: str, code: str) -> Text:
    """A circumstance in words."""
    if code and kind in Certificate.Kind.values:
        return certificate_words(kind, code, None)
    return WORDS.get(code, code)


def _count(value: int | None) -> str:
    return "—" if value is None else str(value)


def _sources(request: Request) -> list[SourceLine]:
    by_source: dict[str, list[Query]] = defaultdict(list)
    for query in request.queries.select_related("person").order_by("pk"):
        by_source[query.source].append(query)
    return [SourceLine(label_of(source), tuple(queries)) for source, queries in by_source.items()]


def _unasked(request: Request) -> list[tuple[str, list[str]]]:
    by_person: dict[str, list[str]] = defaultdict(list)
    for row in request.unasked.select_related("person"):
        by_person[row.person.name].append(label_of(row.source))
    return list(by_person.items())


def _strays(request: Request) -> list[tuple[Text, int]]:
    counted: dict[str, int] = defaultdict(int)
    for query in request.queries.prefetch_related("strays"):
        for stray in query.strays.all():
            counted[str(stray.get_why_display())] += 1
    return list(counted.items())


def corrections_for(staff: Staff, view: str) -> QuerySet[CorrectionRequest]:
    """Values sent back, within reach: those still open, or all."""
    rows = CorrectionRequest.objects.select_related("item__person", "item__report__request__household__head")
    seen = staff.scope.narrow(rows, Permission.VERIFICATION_READ)
    return seen if view == "all" else seen.filter(state__in=[CorrectionState.SENT, CorrectionState.ANSWERED])


def drawn_for(staff: Staff) -> QuerySet[DrawnPledge]:
    """Drawn pledges within reach, unchecked ones first."""
    rows = DrawnPledge.objects.select_related("draw", "pledge__household__head").order_by(
        "outcome", "-draw__month", "pk"
    )
    return staff.scope.narrow(rows, Permission.VERIFICATION_READ)


def signers_for(party: Party, everybody: list[Party]) -> list[Person]:
    """Who may sign for somebody: themselves, or for a ward the adults of the household."""
    if not party.needs_guardian:
        return [party.person]
    return [p.person for p in everybody if p.is_member and not p.needs_guardian]


def household_card(home: Household, staff: Staff, on: date) -> dict[str, object]:
    """Who of a household has not signed, and the latest report where the reader may see reports."""
    reads = staff.may(Permission.VERIFICATION_READ, home.division_code)
    report = Report.objects.filter(household=home).first() if reads else None
    missing = consents_missing(home.pk, on)
    return {"missing": missing, "report": report, "expired": bool(report and report.expired(on))}


def reports_of(household: Household) -> list[Report]:
    """The reports of a household, the newest first."""
    return list(Report.objects.filter(household=household).select_related("request"))
