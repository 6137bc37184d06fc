"""Help after the first day: what is still to be paid, whom to visit, what waits for the county, how long it took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.casework.models import Conclusion, Determination
from doudi.casework.programmes import Programme
from doudi.casework.queries.cases import who_it_is_about
from doudi.places.queries import place_name

from ..models import ReliefAsk, ReliefPayment, ReliefPlan

FEWEST = 5


@dataclass(frozen=True)
class Part:
    """One part of an approved amount: when, how much, and whether it was paid."""

    number: int
    fen: int
    on: date
    payment: ReliefPayment | None
    due: bool


@dataclass(frozen=True)
class Shown:
    """A plan as a list or its page shows it."""

    plan: ReliefPlan
    who: str
    place: str
    parts: Sequence[Part]
    today: date

    @property
    def paid_fen(self) -> int:
        """What was handed over so far."""
        return sum(p.fen for p in self.parts if p.payment)

    @property
    def next(self) -> Part | None:
        """The part to be paid next, on its day or not yet."""
        return next((p for p in self.parts if p.payment is None), None)

    @property
    def visit_in(self) -> int | None:
        """Days until somebody has to visit; below zero it is late."""
        return (self.plan.follow_up_by - self.today).days if self.plan.follow_up_by else None


def plans_for(staff: Staff) -> QuerySet[ReliefPlan]:
    """The plans within reach, the newest first."""
    rows = ReliefPlan.objects.select_related("application__person", "application__applicant", "determination")
    return staff.scope.narrow(rows, Permission.CASE_READ).order_by("-pk")


def unfinished(staff: Staff, today: date) -> QuerySet[ReliefPlan]:
    """Plans of which a part may be paid today."""
    rows = plans_for(staff).annotate(made=Count("payments"), got=Sum("payments__fen"))
    rows = rows.exclude(got__gte=F("approved_fen"))
    due = [p.pk for p in rows if date.fromisoformat(p.instalments[p.made]["on"]) <= today]  # type: ignore[attr-defined]
    return plans_for(staff).filter(pk__in=due)


def to_visit(staff: Staff) -> QuerySet[ReliefPlan]:
    """Plans whose visit is due, the most urgent first."""
    return plans_for(staff).filter(follow_up_by__isnull=False).order_by("follow_up_by", "pk")


def shown(plans: Iterable[ReliefPlan], today: date) -> list[Shown]:
    """Plans with their parts."""
    rows = list(plans)
    paid: dict[int, dict[int, ReliefPayment]] = {}
    for payment in ReliefPayment.objects.filter(plan__in=rows).select_related("fund"):
        paid.setdefault(payment.plan_id, {})[payment.number] = payment
    return [
        Shown(plan, who_it_is_about(plan.application), place_name(plan.division_code), _parts(plan, paid, today), today)
        for plan in rows
    ]


def _parts(plan: ReliefPlan, paid: dict[int, dict[int, ReliefPayment]], today: date) -> list[Part]:
    told = []
    for number, part in enumerate(plan.instalments, start=1):
        day = date.fromisoformat(part["on"])
        payment = paid.get(plan.pk, {}).get(number)
        told.append(Part(number, part["fen"], day, payment, payment is None and day <= today))
    return told


def decided_unpaid(staff: Staff) -> QuerySet[Determination]:
    """Emergencies decided on the page of the case, for which nothing was arranged yet."""
    rows = Determination.objects.filter(
        ~Exists(ReliefPlan.objects.filter(application=OuterRef("application"))),
        programme=Programme.TEMPORARY_EMERGENCY, conclusion=Conclusion.GRANT, corrected_by__isnull=True,
        amount_fen_once__gt=0,
    )  # fmt: skip
    rows = rows.select_related("application__person", "application__applicant")
    return staff.scope.narrow(rows, Permission.CASE_HANDLE).order_by("pk")


def asks_for(staff: Staff) -> QuerySet[ReliefAsk]:
    """What was asked of the county, within reach; what waits comes first, the oldest first."""
    rows = ReliefAsk.objects.select_related("application__person", "application__applicant")
    return staff.scope.narrow(rows, Permission.CASE_READ).order_by(F("decided_at").asc(nulls_first=True), "pk")


def plan_of(ask: ReliefAsk) -> ReliefPlan | None:
    """What came of it."""
    return ReliefPlan.objects.filter(application=ask.application_id).first()


@dataclass(frozen=True)
class Row:
    """How long a township took from the first call to the money; times of fewer than five are not told."""

    name: str
    cases: int
    within_day: int | None
    median_minutes: int | None
    longest_minutes: int | None
    fen: int

    @property
    def percent(self) -> int | None:
        """How many in a hundred had the money within 24 hours."""
        return None if self.within_day is None else self.within_day * 100 // self.cases


def times(since: date, until: date) -> tuple[list[Row], Row]:
    """Every township's row and the total, by the day of the first money."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT township, minutes, fen FROM doudi_relief_times(%s, %s)", [since, until])
        told = cursor.fetchall()
    by_place: dict[str, list[tuple[int, int]]] = {}
    for township, minutes, fen in told:
        by_place.setdefault(township, []).append((minutes, fen))
    rows = [_row(place_name(code) or code, cases) for code, cases in sorted(by_place.items())]
    return rows, _row("", [(minutes, fen) for _township, minutes, fen in told])


def _row(name: str, cases: list[tuple[int, int]]) -> Row:
    minutes = [m for m, _fen in cases]
    fen = sum(fen for _m, fen in cases)
    if len(cases) < FEWEST:
        return Row(name, len(cases), None, None, None, fen)
    within = sum(m <= 24 * 60 for m in minutes)
    return Row(name, len(cases), within, int(median(minutes)), max(minutes), fen)
