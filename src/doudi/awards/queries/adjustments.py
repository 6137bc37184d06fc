"""Adjustments of standards: what stands in the way of undoing one, and what payments ask about changed amounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models import Max, Min, Q, QuerySet
from django.utils.translation import gettext as _

from ..kinds import Act
from ..models import Adjustment, Award, AwardChange, AwardLine, Suspension
from ..paid_guard import Question, hindrance

NAMED = 5


def hindered(adjustment: Adjustment, awards: Collection[int]) -> str:
    """Why the changes to these awards cannot be taken back; '' if they can."""
    assert adjustment.applied_at is not None
    said = hindrance(Question(awards, adjustment.effective_from, adjustment.applied_at))
    others = set() if said else changed_since(adjustment.pk, awards)
    return said or (_later_acts(others) if others else "")


def changed_since(adjustment: int, awards: Iterable[int]) -> set[int]:
    """The awards to which something else was done afterwards that still holds."""
    held = AwardChange.objects.filter(award__in=list(awards), taken_back_by__isnull=True)
    last = held.exclude(act=Act.CORRECT).values("award").annotate(last=Max("pk")).values("last")
    rows = AwardChange.objects.filter(pk__in=last).exclude(adjustment=adjustment)
    return set(rows.values_list("award", flat=True))


def _later_acts(awards: set[int]) -> str:
    rows = Award.objects.filter(pk__in=awards).order_by("number").values_list("number", flat=True)
    said = {"n": len(awards), "numbers": "、".join(rows[:NAMED])}
    return _("有 %(n)s 项待遇在调整之后又办理了别的变动（%(numbers)s），请先撤回那些变动，再撤销调整。") % said


def touched_since(at: datetime, until: datetime | None = None) -> dict[int, date]:
    """Award → the first month whose payment may be another since a moment (up to another): lines and suspensions
    that were recorded or stopped being believed. What a payment run looks at again for months it has paid."""
    found: dict[int, date] = {}
    for model in (AwardLine, Suspension):
        later = Q(recorded_at__gt=at) | Q(superseded_at__gt=at)
        rows = model.objects.filter(later)
        if until is not None:
            rows = rows.filter(Q(recorded_at__lte=until))
        for award, first in rows.values_list("award").annotate(first=Min("starts_on")):
            found[award] = min(first, found.get(award, first))
    return found


def changes_of_month(month: date) -> QuerySet[AwardChange]:
    """The acts that hold and by which the month pays otherwise than the one before: they begin or end with it.

    In the order of their doing, each with its award, reason, clauses and, where it belongs to one, its adjustment.
    """
    rows = AwardChange.objects.filter(Q(effective_from=month) | Q(until=month), taken_back_by__isnull=True)
    return rows.exclude(act=Act.CORRECT).select_related("award", "adjustment__draft").order_by("pk")
