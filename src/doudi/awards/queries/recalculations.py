"""What the pages of a recalculation show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.places.queries import place_name

from ..models import Recalculation, RecalculationFinding
from ..models.adjustments import Finding
from .standards import kinds_said, names_in, said


@dataclass(frozen=True)
class Run:
    """A run in the list: where, and how many findings are still open within reach."""

    run: Recalculation
    place: str
    open: int
    all: int


@dataclass(frozen=True)
class Row:
    """A finding in words."""

    finding: RecalculationFinding
    name: str
    lines: Sequence[tuple[str, int]]
    reasons: Sequence[str]
    may_settle: bool


def runs(staff: Staff) -> QuerySet[Recalculation]:
    """The runs of places within reach, those of the whole county too: their findings are narrowed by place."""
    mine = Q()
    for place in staff.scope.places(Permission.AWARD_READ):
        mine |= Q(place__startswith=place) | Q(place__in=[place[:6], place[:9]])
    return Recalculation.objects.filter(mine) if mine else Recalculation.objects.none()


def rows_of(found: Sequence[Recalculation], staff: Staff) -> list[Run]:
    """The rows of a page in one query."""
    visible = staff.scope.narrow(RecalculationFinding.objects.all(), Permission.AWARD_READ)
    counted = visible.filter(recalculation__in=[run.pk for run in found]).order_by().values("recalculation")
    told = {
        row["recalculation"]: (row["open"], row["all"])
        for row in counted.annotate(all=Count("pk"), open=Count("pk", filter=Q(settled_at__isnull=True)))
    }
    return [Run(run, place_name(run.place) or run.place, *told.get(run.pk, (0, 0))) for run in found]


def findings_of(run: Recalculation, staff: Staff, kind: str, *, settled: bool) -> QuerySet[RecalculationFinding]:
    """The findings within reach, open or settled."""
    rows = RecalculationFinding.objects.filter(recalculation=run, settled_at__isnull=not settled)
    if kind in Finding.values:
        rows = rows.filter(finding=kind)
    rows = staff.scope.narrow(rows, Permission.AWARD_READ)  # type: ignore[assignment]
    return rows.select_related("award__person", "award__household__head").order_by("division_code", "award_id")


def counts(run: Recalculation, staff: Staff) -> dict[str, int]:
    """How many open findings of each kind."""
    rows = findings_of(run, staff, "", settled=False)
    return dict(rows.order_by().values_list("finding").annotate(Count("pk")))


def told(findings: Sequence[RecalculationFinding], staff: Staff) -> list[Row]:
    """The rows of a page."""
    names = names_in([key for one in findings for key in one.reasons])
    return [
        Row(
            one,
            one.award.person.name if one.award.person else one.award.household.head.name,
            kinds_said(one.after),
            [said(key, names) for key in one.reasons],
            may_settle(one, staff),
        )
        for one in findings
    ]


def may_settle(finding: RecalculationFinding, staff: Staff) -> bool:
    """Whoever handles cases there, or decides awards there."""
    place = finding.division_code
    return staff.may(Permission.CASE_HANDLE, place) or staff.may(Permission.AWARD_WRITE, place)
