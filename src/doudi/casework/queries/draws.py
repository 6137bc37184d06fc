"""Draws as pages show them: what was drawn from what, what became of it, and the same drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import within

from ..drawing import chosen_of
from ..models import Application, CheckDraw, HomeVisit
from ..programmes import Programme
from ..stages import Stage
from .cases import visible_cases, who_it_is_about


@dataclass(frozen=True)
class DrawnCase:
    """One case of the list. `name` is empty for a case out of the reader's sight."""

    number: str
    name: str
    chosen: bool
    visited: bool


@dataclass(frozen=True)
class Checked:
    """A draw with what became of it. `same`: drawing again with `seed` gives the same list."""

    rows: Sequence[DrawnCase]
    seed: str
    again: Sequence[str]
    same: bool


def draws_for(staff: Staff) -> QuerySet[CheckDraw]:
    """The draws of the county one works in, the latest first."""
    where = Q()
    for place in staff.scope.places(Permission.CASE_READ):
        where |= within(place[:6], "place") if len(place) < 6 else Q(place=place[:6])
    rows = CheckDraw.objects.filter(where) if where else CheckDraw.objects.none()
    return rows.order_by("-drawn_at", "-pk")


def checked(draw: CheckDraw, staff: Staff, seed: str) -> Checked:
    """Draw again and compare."""
    found = {a.number: a for a in visible_cases(staff).filter(number__in=draw.chosen)}
    county = HomeVisit.objects.filter(kind=HomeVisit.Kind.COUNTY, recorded_at__gte=draw.drawn_at)
    visited = set(county.filter(application__in=found.values()).values_list("application__number", flat=True))
    rows = [
        DrawnCase(n, who_it_is_about(found[n]) if n in found else "", n in draw.chosen, n in visited)
        for n in sorted(draw.numbers, key=lambda n: (n not in draw.chosen, n))
    ]
    again = chosen_of(draw.numbers, draw.share_percent, seed)
    return Checked(rows, seed, again, again == sorted(draw.chosen))


def waiting_by_programme(place: str) -> list[tuple[str, int]]:
    """How many cases wait before the county, by programme: from these one draws."""
    rows = Application.objects.filter(within(place), stage=Stage.COUNTY).values("programme").annotate(n=Count("pk"))
    return [(str(Programme(row["programme"]).label), row["n"]) for row in rows.order_by("programme")]
