"""One queue over all matters: applications and reviews by their last day, each with its next step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from doudi.accounts.roles import Role
from doudi.casework.models import Application, PeriodicReview, TownshipSwitch
from doudi.casework.models.reviews import Outcome
from doudi.casework.queries.matters import Matter, counts, matters, rows
from doudi.casework.queries.queue import View, Wish
from tests.casework.known import a_poor_family
from tests.casework.reviewed import a_review, an_award, proposed
from tests.casework.world import TUESDAY, an_accepted


@pytest.fixture
def reviewer(staff_with):
    return staff_with(Role.COUNTY_REVIEWER)


@pytest.fixture
def review(clerk, reviewer) -> PeriodicReview:
    made = a_review(an_award(reviewer, a_poor_family(clerk)))
    return due(made, TUESDAY - timedelta(days=1))


def due(row, day):
    type(row).objects.filter(pk=row.pk).update(due_on=day)
    return type(row).objects.get(pk=row.pk)


def shown(staff, view: str = View.MINE, **filters: str) -> list[Matter]:
    return rows(matters(staff, Wish(view, **filters), TUESDAY), staff, TUESDAY)


def numbers(staff, view: str = View.MINE, **filters: str) -> list[str]:
    return [one.number for one in shown(staff, view, **filters)]


def test_reviews_stand_among_the_applications_by_their_day(clerk, review) -> None:
    first, last = due(an_accepted(clerk), TUESDAY - timedelta(days=9)), due(an_accepted(clerk), TUESDAY)
    never: Application = due(an_accepted(clerk), None)
    assert numbers(clerk) == [first.number, review.number, last.number, never.number]
    assert [str(one.verb) for one in shown(clerk)][1] == "核查"
    assert str(shown(clerk)[-1].waits) == "最晚日期待定"


def test_the_counts_are_those_of_the_lists(clerk, reviewer, review) -> None:
    due(an_accepted(clerk), TUESDAY)
    for staff in (clerk, reviewer):
        told = counts(staff, Wish(), TUESDAY)
        assert told == {view: len(shown(staff, view)) for view in View.ALL}
    assert counts(clerk, Wish(), TUESDAY)[View.LATE] == 1


def test_filters_narrow_both_kinds(clerk, review) -> None:
    case = an_accepted(clerk)
    assert numbers(clerk, kind="review") == [review.number]
    assert numbers(clerk, kind="case") == [case.number]
    assert numbers(clerk, stage="survey") == [case.number]
    assert sorted(numbers(clerk, programme="household_dibao")) == sorted([case.number, review.number])
    assert numbers(clerk, programme="tekun") == []
    assert numbers(clerk, place="533103999") == []


def test_a_proposed_review_waits_for_whoever_decides_it(clerk, reviewer, staff_with, review) -> None:
    head = staff_with(Role.TOWNSHIP_HEAD)
    proposed(review, clerk, Outcome.KEEP)
    assert (numbers(clerk), numbers(reviewer), numbers(head)) == ([], [review.number], [])
    assert numbers(clerk, View.OTHERS) == [review.number]
    TownshipSwitch.objects.create(
        division_code=review.division_code[:9], kind="delegated", starts_on=TUESDAY, basis="芒民发〔2026〕1号"
    )
    assert (numbers(reviewer), numbers(head)) == ([], [review.number])


def test_the_workbench_counts_a_late_review_among_what_comes_first(clerk, review, signed_in) -> None:
    page = signed_in(clerk).get("/").content.decode()
    assert "今天先办这 1 件" in page
    assert review.number in page


def test_the_list_offers_a_filter_by_matter(clerk, review, signed_in) -> None:
    page = signed_in(clerk).get("/cases/?kind=review").content.decode()
    assert review.number in page
    assert "事项" in signed_in(clerk).get("/cases/").content.decode()


def test_reviews_cost_no_more_questions_each(clerk, reviewer, signed_in, django_assert_max_num_queries) -> None:
    for _n in range(5):
        a_review(an_award(reviewer, a_poor_family(clerk)))
    client = signed_in(clerk)
    client.get("/cases/")
    with django_assert_max_num_queries(30):
        client.get("/cases/")
