"""A recalculation started by its button runs as the web role: behind row-level security, as whoever pressed it."""

from __future__ import annotations

import pytest

from doudi.accounts.roles import Role
from doudi.awards import actions
from doudi.awards.actions import adjusting
from doudi.awards.actions.recalculating import recalculate
from doudi.awards.kinds import Programme
from doudi.awards.models import RecalculationFinding

from .standards_world import TODAY, at, award_of, done, estimated, proposed, published, single
from .world import base, month, when, why

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(staff_with):
    return staff_with(Role.COUNTY_REVIEWER)


@pytest.mark.parametrize("role", [Role.COUNTY_REVIEWER, Role.TOWNSHIP_HEAD])
def test_the_button_works_behind_the_wall(role, clerk, reviewer, staff_with, as_web) -> None:
    award = award_of(single(clerk), Programme.DIBAO, reviewer)
    lines = [base(50_000)]
    actions.change_lines(award=award, lines=lines, from_month=month(2026, 12), why=why("review"), **when(reviewer))
    by = staff_with(role, username="presses-the-button")
    with as_web(by):
        place = min(by.scope.places("award.write"), key=len)
        run = recalculate(place=place, by=by, on=TODAY, at=at(TODAY))
    done(run.job_id)
    assert RecalculationFinding.objects.get().finding == "raise"


def test_a_standard_is_estimated_and_applied_behind_the_wall(clerk, reviewer, staff_with, as_web) -> None:
    award_of(single(clerk), Programme.DIBAO, reviewer)
    drafter = staff_with(Role.COUNTY_CLERK)
    draft = proposed(drafter)
    with as_web(drafter):
        told = adjusting.estimate(draft=draft, by=drafter, at=at(TODAY))
    done(told.job_id)
    told = estimated(published(draft, reviewer), reviewer)
    with as_web(reviewer):
        told = adjusting.apply(adjustment=told, by=reviewer, at=at(TODAY))
    done(told.job_id)
    told.refresh_from_db()
    assert told.figures["total"]["raised"] == 1
