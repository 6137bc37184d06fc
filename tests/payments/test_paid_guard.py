"""A standard is undone only before anybody was paid on it."""

from __future__ import annotations

from datetime import date

from doudi.awards.models import Award
from doudi.awards.paid_guard import Question, hindrance
from doudi.payments.actions import runs

from .runs_world import People, a_county, a_draft, a_locked_run, locked, on_dibao
from .world import NOVEMBER, at


def asked(award: Award, *, month: date = NOVEMBER, since: date = date(2026, 11, 1)) -> str:
    """What stands against undoing amounts of a month that were known since a day."""
    return hindrance(Question([award.pk], month, at(since)))


def test_nothing_stands_against_it_before_the_first_list(people: People) -> None:
    a_county(people)
    assert asked(on_dibao(people)) == ""


def test_a_draft_does_not_stand_against_it(people: People) -> None:
    a_county(people)
    award = on_dibao(people)
    a_draft(people)
    assert asked(award) == ""


def test_a_locked_list_does_and_is_named(people: People) -> None:
    a_county(people)
    award = on_dibao(people)
    run = a_locked_run(people)
    assert run.number in asked(award)


def test_a_list_made_before_the_change_does_not(people: People) -> None:
    a_county(people)
    award = on_dibao(people)
    a_locked_run(people)
    assert asked(award, since=date(2026, 11, 20)) == ""


def test_a_cancelled_list_does_not(people: People) -> None:
    a_county(people)
    award = on_dibao(people)
    run = a_draft(people)
    runs.cancel(run=run, because="月份选错了", by=people.maker, at=at(run.made_at.date()))
    assert asked(award) == ""


def test_months_before_the_change_do_not(people: People) -> None:
    a_county(people)
    award = on_dibao(people)
    locked(people, a_draft(people))
    assert asked(award, month=date(2026, 12, 1)) == ""
