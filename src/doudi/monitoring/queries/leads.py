"""Reading leads: for those who work on them, and for whoever holds a code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils.functional import Promise

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.places.queries import options, place_name
from doudi.registry.models import Household

from ..codes import code_index
from ..models import Lead, LeadAnswer, LeadOutcome, LeadState, Urgency

MOST_TWINS = 8


@dataclass(frozen=True)
class Row:
    """One lead of the list."""

    lead: Lead
    place: str
    urgent: bool


@dataclass(frozen=True)
class ReporterSees:
    """What the holder of a code may know."""

    number: str
    received_on: date
    is_visiting: bool
    visited_on: date | None
    outcome: str | Promise
    answered_on: date | None


def leads(staff: Staff) -> QuerySet[Lead]:
    """The leads within reach."""
    return staff.scope.narrow(Lead.objects.all(), Permission.MONITORING_READ)


def counts(staff: Staff) -> dict[str, int]:
    """How many in each state."""
    rows = leads(staff).order_by().values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in rows}


def rows_of(page: Iterable[Lead]) -> list[Row]:
    """Leads as rows."""
    return [Row(lead, place_name(lead.division_code), lead.urgency != Urgency.ORDINARY) for lead in page]


def answers_of(lead: Lead) -> list[LeadAnswer]:
    """What its reporter was told."""
    return list(LeadAnswer.objects.filter(lead=lead).order_by("pk"))


def lookalikes(lead: Lead, staff: Staff) -> list[Lead]:
    """Other leads of the same place that are not over: perhaps the same family."""
    rows = leads(staff).filter(division_code__startswith=lead.division_code[:9]).exclude(pk=lead.pk)
    return list(rows.filter(state__in=[LeadState.RECEIVED, LeadState.VISITING]).order_by("-pk")[:MOST_TWINS])


def household_of(number: str, staff: Staff) -> Household | None:
    """The open household of a number within reach."""
    rows = staff.scope.narrow(Household.objects.all(), Permission.PERSON_READ)
    return rows.filter(number=number.strip().upper(), closed_on=None).first()


def places_for(staff: Staff) -> list[tuple[str, str]]:
    """Where somebody may take leads down: their villages, or the townships of the county."""
    own = min(staff.scope.places(Permission.LEAD_WRITE), key=len, default="")
    if not own:
        return []
    deeper = options(own, 12) if len(own) >= 9 else options(own, 9)
    return [*deeper, (own, place_name(own))] if len(own) < 12 else deeper


def told(code: str) -> ReporterSees | None:
    """What a code opens; None if there is none such."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM doudi_told(%s)", [code_index(code)])
        row = cursor.fetchone()
    if row is None:
        return None
    number, received_on, state, visited_on, outcome, answered_on = row
    words = LeadOutcome(outcome).label if outcome else ""
    return ReporterSees(number, received_on, state == LeadState.VISITING, visited_on, words, answered_on)
