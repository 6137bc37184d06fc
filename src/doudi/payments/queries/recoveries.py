"""What is still to come back, and what was paid too much but nobody has asked back yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.awards.models import Award
from doudi.registry.models import Household

from ..kinds import LineState
from ..models import Instalment, PaymentLine, PaymentRun, Recovery
from .runs_changes import overpaid


def outstanding_fen(one: Recovery) -> int:
    """What is still owed."""
    return one.fen - (Instalment.objects.filter(recovery=one).aggregate(fen=Sum("fen"))["fen"] or 0)


def paid_in(household: Household, programme: str, month: date) -> int:
    """What a household received for a month, what was kept back for an earlier recovery included."""
    rows = PaymentLine.objects.filter(
        household=household, programme=programme, month=month, state=LineState.PAID
    ).aggregate(fen=Sum("due_fen"))
    return rows["fen"] or 0


def claimed_in(household: Household, programme: str, month: date) -> int:
    """What is demanded of a month already, by recoveries that were not turned down."""
    rows = Recovery.objects.filter(household=household, programme=programme, refused_because="")
    return sum(int(months.get(month.isoformat(), 0)) for months in rows.values_list("months", flat=True))


@dataclass(frozen=True)
class Owed:
    """A recovery with what is left of it and where it stands."""

    one: Recovery
    back_fen: int

    @property
    def left_fen(self) -> int:
        return self.one.fen - self.back_fen

    @property
    def state(self) -> str:
        """'waiting' for the second person, 'open', 'done' or 'refused'."""
        if self.one.refused_because:
            return "refused"
        if self.one.approved_at is None:
            return "waiting"
        return "open" if self.left_fen else "done"


def recoveries_within(staff: Staff) -> QuerySet[Recovery, Any]:
    """Every recovery within reach, those that wait first."""
    rows = staff.scope.narrow(Recovery.objects.all(), Permission.PAYMENT_READ)
    return rows.select_related("household__head").order_by("closed_on", "approved_at", "-pk")


def owed_of(rows: Sequence[Recovery]) -> list[Owed]:
    """With what came back; one query for all."""
    found = Instalment.objects.filter(recovery__in=[one.pk for one in rows]).values("recovery_id").order_by()
    back = {row["recovery_id"]: row["fen"] for row in found.annotate(fen=Sum("fen"))}
    return [Owed(one, back.get(one.pk, 0)) for one in rows]


@dataclass(frozen=True)
class TooMuch:
    """A month in which more was paid than was due, as the list of a month found it."""

    award: Award
    month: date
    fen: int


def too_much(run: PaymentRun, staff: Staff) -> list[TooMuch]:
    """What the list of a month found paid too much and nobody has demanded back yet, within reach."""
    found = overpaid(run)
    rows = Award.objects.filter(pk__in={one.award for one in found}).select_related("household__head")
    awards = {award.pk: award for award in staff.scope.narrow(rows, Permission.PAYMENT_READ)}
    return [TooMuch(awards[one.award], one.month, one.over_fen) for one in found if one.award in awards]
