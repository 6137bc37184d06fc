"""Pledges and what the monthly sample found of them."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from doudi.accounts.scope import within

from ..models import DrawnPledge, Pledge, PledgeDraw


def pledges_of(household_id: int) -> QuerySet[Pledge]:
    """The pledges of a household, the newest first."""
    rows = Pledge.objects.filter(household=household_id).select_related("signature__signer")
    return rows.order_by("-given_at", "-pk")


def sampled_pledges(
    *, month: date | None = None, place: str = "", household_id: int | None = None
) -> QuerySet[DrawnPledge]:
    """Pledges drawn for checking, with their outcome ('' : not checked yet)."""
    rows = DrawnPledge.objects.select_related("pledge__household__head", "draw").order_by("-draw__month", "pk")
    if month is not None:
        rows = rows.filter(draw__month=month.replace(day=1))
    if household_id is not None:
        rows = rows.filter(pledge__household=household_id)
    return rows.filter(within(place)) if place else rows


def draws() -> QuerySet[PledgeDraw]:
    """The draws, the latest first; a draw is about nobody."""
    return PledgeDraw.objects.all()
