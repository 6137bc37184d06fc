"""What is already settled for later months: nobody is paid, covered or cut beyond it unseen."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doudi.awards import actions, queries
from doudi.awards.actions import Why
from doudi.awards.models import Award
from doudi.registry.actions import Refused

from .world import DECEMBER, JANUARY, NOVEMBER, base, month, top_up, when, why

pytestmark = pytest.mark.django_db
FEBRUARY, MAY = month(2027, 2), month(2027, 5)
LATER = "另有变动，请逐段办理"


def paid(award: Award, *months: date) -> list[int]:
    """What is paid in some months."""
    return [queries.payable(award, m).fen for m in months]


def names(award: Award, on: date) -> list[int]:
    """Whom it covers."""
    return sorted(row.person_id for row in queries.people_of(award, on))


def test_no_top_up_runs_past_the_month_in_which_its_person_leaves(award: Award, reviewer, people) -> None:
    gone = people[0].pk
    actions.remove_member(
        award=award, person=gone, from_month=FEBRUARY, base_fen_month=60_000, why=Why("death"), **when(reviewer)
    )
    said = {"award": award, "lines": [base(), top_up(gone)], "from_month": DECEMBER, "why": why(), **when(reviewer)}
    with pytest.raises(Refused, match="不是本待遇保障的人"):
        actions.change_lines(**said)
    actions.change_lines(until=FEBRUARY, **said)
    assert paid(award, JANUARY, FEBRUARY) == [65_600, 65_600]
    assert [line.person_id for line in queries.payable(award, FEBRUARY).lines] == [None, people[2].pk]


def test_a_top_up_for_some_months_does_not_become_endless_when_somebody_leaves(award: Award, reviewer, people) -> None:
    lines = [base(), top_up(people[2].pk), top_up(people[1].pk)]
    actions.change_lines(
        award=award, lines=lines, from_month=DECEMBER, until=FEBRUARY, why=why("top_up"), **when(reviewer)
    )
    said = {"award": award, "person": people[0].pk, "why": Why("death"), **when(reviewer)}
    with pytest.raises(Refused, match=LATER):
        actions.remove_member(from_month=JANUARY, **said)
    actions.remove_member(from_month=FEBRUARY, **said)
    assert paid(award, JANUARY, FEBRUARY) == [71_200, 45_600]


def test_whoever_leaves_later_is_not_brought_back_by_another_leaving_or_joining(award: Award, reviewer, people) -> None:
    said = {"award": award, "base_fen_month": 60_000, "why": Why("death"), **when(reviewer)}
    actions.remove_member(person=people[1].pk, from_month=DECEMBER, **said)
    actions.remove_member(person=people[0].pk, from_month=MAY, **said)
    with pytest.raises(Refused, match=LATER):
        actions.remove_member(person=people[2].pk, from_month=JANUARY, **said)
    with pytest.raises(Refused, match=LATER):
        actions.add_member(
            award=award, person=people[1].pk, lines=[base()], from_month=FEBRUARY, why=why("member_joined"),
            **when(reviewer),
        )  # fmt: skip
    assert names(award, MAY) == [people[2].pk]


def test_whoever_joins_later_is_not_lost_when_another_leaves(award: Award, reviewer, people) -> None:
    actions.remove_member(
        award=award, person=people[1].pk, from_month=NOVEMBER, base_fen_month=60_000, why=Why("death"), **when(reviewer)
    )
    lines = [base(), top_up(people[2].pk)]
    actions.add_member(
        award=award, person=people[1].pk, lines=lines, from_month=MAY, why=why("member_joined"), **when(reviewer)
    )
    with pytest.raises(Refused, match=LATER):
        actions.remove_member(
            award=award, person=people[0].pk, from_month=DECEMBER, why=why("member_left"), **when(reviewer)
        )
    assert names(award, MAY) == sorted(p.pk for p in people)


def test_within_an_award_that_will_end_a_member_may_leave(award: Award, reviewer, people) -> None:
    actions.phase_out(award=award, months=6, from_month=DECEMBER, why=why("employment"), **when(reviewer))
    actions.remove_member(award=award, person=people[0].pk, from_month=JANUARY, why=Why("death"), **when(reviewer))
    assert paid(award, DECEMBER, JANUARY, MAY, month(2027, 6)) == [65_600, 45_600, 45_600, 0]


def test_whoever_is_covered_again_without_a_gap_is_covered_throughout(award: Award, reviewer, people) -> None:
    said = {"award": award, "from_month": FEBRUARY, **when(reviewer)}
    actions.remove_member(person=people[0].pk, base_fen_month=60_000, why=Why("death"), **said)
    lines = [base(), top_up(people[2].pk)]
    actions.add_member(person=people[0].pk, lines=lines, why=why("member_joined"), **said)
    actions.change_lines(lines=[*lines, top_up(people[0].pk)], why=why(), **(said | {"from_month": DECEMBER}))
    assert paid(award, DECEMBER, MAY) == [71_200, 71_200]


def test_more_now_and_less_later_is_heard_first(award: Award, reviewer) -> None:
    actions.change_lines(award=award, lines=[base(90_000)], from_month=FEBRUARY, why=why(), **when(reviewer))
    said = {"award": award, "lines": [base(70_000)], "from_month": DECEMBER, **when(reviewer)}
    with pytest.raises(Refused, match="听取本人意见"):
        actions.change_lines(why=Why("review"), **said)
    actions.change_lines(why=Why("review"), until=FEBRUARY, **said)
    assert paid(award, DECEMBER, FEBRUARY) == [70_000, 90_000]


def test_an_end_takes_along_the_rest_that_would_have_begun_after_it(award: Award, reviewer) -> None:
    said = {"award": award, **when(reviewer)}
    actions.suspend(from_month=MAY, why=why("out_of_contact"), **said)
    ended = actions.end(from_month=FEBRUARY, why=why("own_request"), **said)
    again = actions.suspend(from_month=JANUARY, why=why("out_of_contact"), **said)
    assert paid(award, DECEMBER, JANUARY) == [65_600, 0]
    for change in (again, ended):
        actions.take_back(change=change, why=why("clerical_error"), **when(reviewer))
    assert paid(award, JANUARY, FEBRUARY, MAY) == [65_600, 65_600, 0]


def test_an_award_is_held_before_the_lines_are_read_that_a_share_is_cut_from(award: Award, reviewer, people) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        actions.remove_member(award=award, person=people[0].pk, from_month=DECEMBER, why=Why("death"), **when(reviewer))
    told = [query["sql"] for query in asked]
    held = next(i for i, sql in enumerate(told) if "FOR UPDATE" in sql)
    assert held < next(i for i, sql in enumerate(told) if 'FROM "awards_awardline"' in sql)
