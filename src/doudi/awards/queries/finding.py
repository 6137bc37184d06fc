"""Finding awards: of a household, of people, of a place; with their history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.registry.models import Membership

from ..models import Award, AwardChange, AwardMember
from ..models.awards import AwardQuerySet
from .amounts import Payable, payable


def visible_awards(staff: Staff) -> AwardQuerySet:
    """Awards within reach."""
    return staff.scope.narrow(Award.objects.all(), Permission.AWARD_READ)  # type: ignore[return-value]


def of_household(household: int, on: date) -> QuerySet[Award]:
    """The awards of a household and of the people who belong to it on a day, ended ones last."""
    people = Membership.objects.known().on(on).filter(household=household).values("person_id")
    rows = Award.objects.filter(Q(household=household, person__isnull=True) | Q(person__in=people))
    return rows.select_related("person", "household").order_by(F("ends_on").desc(nulls_first=True), "-pk")


def people_of(award: Award, on: date, known_at: datetime | None = None) -> Sequence[AwardMember]:
    """Whom an award covers on a day."""
    rows = AwardMember.objects.known(known_at).on(on).filter(award=award)
    return list(rows.select_related("person").order_by("pk"))


def history(award: Award) -> Sequence[AwardChange]:
    """Everything that was done to it, oldest first; what was taken back is still there."""
    rows = AwardChange.objects.filter(award=award).select_related("person", "takes_back", "taken_back_by")
    return list(rows.order_by("pk"))


def current_for_people(people: Iterable[int], on: date) -> dict[int, Award]:
    """Person → the one award that covers them on a day."""
    rows = AwardMember.objects.known().on(on).filter(person__in=list(people)).select_related("award")
    return {row.person_id: row.award for row in rows}


@dataclass(frozen=True)
class Snapshot:
    """An award on a day as it was known at a moment: whom it covered and what it paid."""

    people: tuple[int, ...]
    payable: Payable


def as_of(award: Award, on: date, known_at: datetime) -> Snapshot:
    """The award on a day, as the system knew it at a moment."""
    members = people_of(award, on, known_at)
    return Snapshot(tuple(m.person_id for m in members), payable(award, on, known_at))
