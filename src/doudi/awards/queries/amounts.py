"""What an award pays in a month, and why. Amounts come from the lines alone; a suspended month pays nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from ..kinds import State
from ..models import Award, AwardLine, Suspension
from ..months import month_of


@dataclass(frozen=True)
class Payable:
    """A month of an award: the lines in force, and the suspension under which none of them is paid."""

    award: Award
    month: date
    in_force: tuple[AwardLine, ...]
    suspension: Suspension | None

    @property
    def lines(self) -> tuple[AwardLine, ...]:
        """What is paid."""
        return () if self.suspension else self.in_force

    @property
    def fen(self) -> int:
        """The sum of what is paid."""
        return sum(line.fen_month for line in self.lines)


def in_force(award: Award, month: date, known_at: datetime | None = None) -> Sequence[AwardLine]:
    """The lines of a month, as known now or at a moment: base first, then by person."""
    rows = AwardLine.objects.known(known_at).on(month_of(month)).filter(award=award).select_related("person")
    return sorted(rows, key=lambda line: (line.kind != "base", line.person_id or 0, line.kind))


def suspension_on(award: Award, month: date, known_at: datetime | None = None) -> Suspension | None:
    """The suspension that covers a month."""
    return Suspension.objects.known(known_at).on(month_of(month)).filter(award=award).first()


def payable(award: Award, month: date, known_at: datetime | None = None) -> Payable:
    """What is paid in the month of a day. `known_at`: as the system knew it then."""
    lines = tuple(in_force(award, month, known_at))
    return Payable(award, month_of(month), lines, suspension_on(award, month, known_at))


def total(award: Award, month: date) -> int:
    """The sum of the lines in force, suspended or not."""
    return sum(line.fen_month for line in in_force(award, month))


def state_of(award: Award, on: date) -> State:
    """How an award stands on a day."""
    return award.state(on, suspended=suspension_on(award, on) is not None)


def lines_due(month: date, known_at: datetime | None = None) -> QuerySet[AwardLine]:
    """Every line of every award that is paid in a month, in one query: what a payment run starts from."""
    first = month_of(month)
    resting = Suspension.objects.known(known_at).on(first).filter(award=OuterRef("award"))
    return AwardLine.objects.known(known_at).on(first).filter(~Exists(resting)).select_related("award")
