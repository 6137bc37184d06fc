"""Who was told that a clock runs out, and what they answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import within

from ..limits import label_of
from ..models import Application, Escalation, EscalationAnswer, Level, OpenClock

# Which right makes somebody the one a level is meant for.
OFFICES = {Level.HEAD: (Permission.CASE_APPROVE,), Level.COUNTY: (Permission.CASE_CHECK, Permission.CASE_CONFIRM)}


@dataclass(frozen=True)
class Told:
    """One notice as a page shows it."""

    escalation: Escalation
    application: Application
    limit: str | Promise
    level: str | Promise
    late: bool
    answer: EscalationAnswer | None = None


def escalations_for(staff: Staff, today: date) -> list[Told]:
    """What this person was told of and has not answered, while the clock still runs; the longest overdue first."""
    runs = OpenClock.objects.filter(
        application=OuterRef("application"), key=OuterRef("key"), began_at=OuterRef("began_at")
    )
    rows = Escalation.objects.filter(_meant_for(staff), Exists(runs), answer=None)
    return _told(rows.select_related("application").order_by("due_on", "pk"), today)


def escalations_of(application: Application, today: date) -> list[Told]:
    """Everything that was told of a case, the newest first."""
    rows = Escalation.objects.filter(application=application).select_related("application", "answer")
    return _told(rows.order_by("-pk"), today)


def is_for(escalation: Escalation, staff: Staff) -> bool:
    """Whether this person is the one who was told."""
    if escalation.level == Level.HANDLER:
        return escalation.staff_id == staff.pk
    return any(staff.may(p, escalation.division_code) for p in OFFICES[Level(escalation.level)])


def _meant_for(staff: Staff) -> Q:
    wanted = Q(level=Level.HANDLER, staff_id=staff.pk)
    for level, permissions in OFFICES.items():
        for place in {place for p in permissions for place in staff.scope.places(p)}:
            wanted |= Q(level=level) & within(place, "division_code")
    return wanted


def _told(rows: QuerySet[Escalation] | Iterable[Escalation], today: date) -> list[Told]:
    return [
        Told(one, one.application, label_of(one.key), Level(one.level).label, one.due_on < today,
             getattr(one, "answer", None))
        for one in rows
    ]  # fmt: skip
