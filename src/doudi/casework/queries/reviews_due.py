"""What has to be looked at again on a day: found every morning, in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from doudi.awards.kinds import Programme as Paid
from doudi.awards.models import Award, AwardMember
from doudi.registry.models import LowIncomeStatus

from ..models import PeriodicReview
from ..models.reviews import ReviewGround
from ..reviews import LEAD_DAYS


@dataclass(frozen=True)
class Found:
    """Something to open a review of. `due_on` None: counted from `since` by the ground's own clock."""

    household: int
    category: str
    ground: ReviewGround
    since: date
    award: Award | None = None
    person: int | None = None
    about: int | None = None
    due_on: date | None = None


PHASES = ("awards", "categories", "deaths", "phase_outs")


def due(phase: str, after: int, size: int, today: date, using: str = "default") -> tuple[list[Found], int]:
    """The next piece of a phase and where the following one begins; 0 when the phase is through."""
    rows: QuerySet[Any] = _rows(phase, today, using)
    piece: list[Any] = list(rows.filter(pk__gt=after).order_by("pk")[:size])
    found = [_found(phase, row) for row in piece]
    return found, piece[-1].pk if len(piece) == size else 0


def _rows(phase: str, today: date, using: str):  # type: ignore[no-untyped-def]
    return {"awards": _awards, "categories": _categories, "deaths": _deaths, "phase_outs": _phase_outs}[phase](
        today, using
    )


def _reviews(using: str, **same: object) -> QuerySet[PeriodicReview]:
    return PeriodicReview.objects.using(using).filter(**same)


def _awards(today: date, using: str) -> QuerySet[Award]:
    """Awards whose planned day comes within the lead, and that nobody looks at for this reason already."""
    looked = _reviews(using, award=OuterRef("pk"), ground=ReviewGround.DUE, ended_on=None)
    rows = Award.objects.using(using).not_ended(today).filter(review_by__lte=today + timedelta(days=LEAD_DAYS))
    return rows.filter(~Exists(looked)).select_related("household", "person")


def _categories(today: date, using: str) -> QuerySet[LowIncomeStatus]:
    """Categories without an award of their own."""
    horizon = today + timedelta(days=LEAD_DAYS)
    rows = LowIncomeStatus.objects.using(using).known().on(today).filter(review_by__lte=horizon)
    same = {"household": OuterRef("household"), "category": OuterRef("category"), "award": None}
    looked = _reviews(using, **same).filter(Q(ended_on=None) | Q(next_on__gt=horizon))
    looked = looked.filter(Q(person=OuterRef("person")) | Q(person=None))
    held = (
        Award.objects.using(using)
        .not_ended(today)
        .filter(programme=OuterRef("category"), household=OuterRef("household"))
    )
    return rows.filter(~Exists(looked)).exclude(Q(category__in=Paid.values) & Exists(held)).select_related("household")


def _deaths(today: date, using: str) -> QuerySet[AwardMember]:
    """People who died and are still counted (N22-一(三)); looked at once."""
    looked = _reviews(using, award=OuterRef("award"), ground=ReviewGround.DEATH, about=OuterRef("person"))
    rows = AwardMember.objects.using(using).known().on(today).filter(person__death_date__lte=today)
    rows = rows.exclude(award__ends_on__lte=today)
    return rows.filter(~Exists(looked)).select_related("award__household", "person")


def _phase_outs(today: date, using: str) -> QuerySet[Award]:
    looked = _reviews(using, award=OuterRef("pk"), ground=ReviewGround.PHASE_OUT)
    last = today + timedelta(days=LEAD_DAYS)
    rows = Award.objects.using(using).filter(phase_out_from__isnull=False, ends_on__gt=today, ends_on__lte=last)
    return rows.exclude(ends_on=F("starts_on")).filter(~Exists(looked)).select_related("household", "person")


def _found(phase: str, row: Award | AwardMember | LowIncomeStatus) -> Found:
    if isinstance(row, AwardMember):
        award, died = row.award, row.person.death_date
        assert died is not None
        return Found(
            award.household_id, award.programme, ReviewGround.DEATH, died, award, award.person_id, row.person_id
        )
    if isinstance(row, LowIncomeStatus):
        day = row.review_by or row.starts_on
        return Found(row.household_id, row.category, ReviewGround.DUE, day, None, row.person_id, None, day)
    if phase == "phase_outs":
        assert row.ends_on is not None
        last = row.ends_on - timedelta(days=1)
        return Found(row.household_id, row.programme, ReviewGround.PHASE_OUT, last, row, row.person_id, None, last)
    day = row.review_by or row.starts_on
    return Found(row.household_id, row.programme, ReviewGround.DUE, day, row, row.person_id, None, day)


def every(today: date, using: str = "default") -> Iterator[Found]:
    """Everything due on a day, whatever the phase: for tests and figures."""
    for phase in PHASES:
        found: Sequence[Found] = due(phase, 0, 100_000, today, using)[0]
        yield from found
