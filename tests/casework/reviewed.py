"""Families with an award to be looked at again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from doudi.accounts.models import Staff
from doudi.awards import actions as awards
from doudi.awards.entitlements import Entitlement, Line
from doudi.awards.kinds import Kind, Programme, SupportSetting
from doudi.awards.models import Award
from doudi.awards.months import next_month
from doudi.casework.actions import hearings, reviews, reviews_deciding
from doudi.casework.actions.hearings import Heard
from doudi.casework.actions.reviews import Subjected
from doudi.casework.actions.reviews_deciding import Wish
from doudi.casework.models import PeriodicReview
from doudi.casework.models.reviews import Outcome, ReviewGround, Way
from doudi.registry.actions import determine_status
from doudi.registry.models import Household
from doudi.verification.actions.signing import Mark
from tests.casework.world import TUESDAY, at
from tests.registry.world import people_of

Hire = Callable[..., Staff]
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


def an_award(
    reviewer: Staff, home: Household, fen: int = 56_000, on: date = TUESDAY, start: date = NOVEMBER, **said: object
) -> Award:
    """Household dibao by the gap, entered in the registry too."""
    people = tuple(p.pk for p in people_of(home))
    line = Line(Kind.BASE, fen, "gap", ("M57-23",))
    determine_status(
        household=home, category="dibao", ground="审核确认", department="civil_affairs", starts_on=date(2026, 1, 2),
        by=reviewer, on=on, at=at(on),
    )  # fmt: skip
    return awards.grant(
        entitlement=Entitlement(Programme.DIBAO, home.pk, people, (line,)), determination="DBQR-2026-1027-0001",
        digest="5e" * 32, by=reviewer, on=on, at=at(on), starts_on=start, **said,
    )  # fmt: skip


def a_tekun(reviewer: Staff, home: Household, start: date = NOVEMBER) -> Award:
    """Tekun at home for the head."""
    line = Line(Kind.BASE, 96_800, "tekun_basic", ("M43-20",), home.head_id)
    return awards.grant(
        entitlement=Entitlement(Programme.TEKUN, home.pk, (home.head_id,), (line,), SupportSetting.HOME),
        determination="TKQR-2026-1027-0001", digest="5e" * 32, by=reviewer, on=TUESDAY, at=at(TUESDAY), starts_on=start,
    )  # fmt: skip


def a_review(
    award: Award, ground: ReviewGround = ReviewGround.DUE, on: date = TUESDAY, by: Staff | None = None, **said: object
) -> PeriodicReview:
    """An open review of an award."""
    subject = Subjected(award.household, award.programme, award, award.person_id)
    return reviews.open_one(subject, ground, by=by, on=on, at=at(on), since=on, **said)


def proposed(
    review: PeriodicReview, clerk: Staff, outcome: Outcome, reason: str = "review", on: date = TUESDAY, **said: object
) -> PeriodicReview:
    """The clerk proposes, from the month after."""
    wish = Wish(outcome, reason, **({"from_month": next_month(on)} | said))
    reviews_deciding.propose(review=review, wish=wish, by=clerk, on=on, at=at(on))
    return PeriodicReview.objects.get(pk=review.pk)


def heard(review: PeriodicReview, clerk: Staff, on: date = TUESDAY):
    """The head is heard and signs by name."""
    head = review.household.head
    brought = Heard(head, Way.HOME, "没有意见", Mark("typed", name=head.name))
    return hearings.record_hearing(review=review, heard=brought, by=clerk, on=on, at=at(on))


def decided(review: PeriodicReview, by: Staff, on: date = TUESDAY):
    """Somebody decides as proposed."""
    return reviews_deciding.decide(review=review, by=by, on=on, at=at(on))
