"""Whom awards cover on a day, for many households at once: what monitoring compares with departments' data."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from ..models import AwardMember, Suspension


@dataclass(frozen=True)
class Covered:
    """One person under one award."""

    person: int
    household: int
    programme: str
    suspended: bool
    phase_out_from: date | None
    ends_on: date | None
    review_by: date | None


def covered(
    on: date, households: Collection[int] | None = None, people: Collection[int] = (), *, using: str = "default"
) -> Iterator[Covered]:
    """Everybody under an award in force on a day: of these households and these people, or all in sight (None)."""
    resting = set(Suspension.objects.using(using).known().on(on).values_list("award_id", flat=True))
    rows = AwardMember.objects.using(using).known().on(on)
    if households is not None:
        rows = rows.filter(Q(award__household__in=households) | Q(person__in=people))
    told = rows.order_by("pk").values_list(
        "award_id", "person_id", "award__household_id", "award__programme", "award__phase_out_from",
        "award__ends_on", "award__review_by",
    )  # fmt: skip
    for award, person, household, programme, phase, ends, review in told.iterator(chunk_size=5000):
        if ends is None or ends > on:
            yield Covered(person, household, programme, award in resting, phase, ends, review)
