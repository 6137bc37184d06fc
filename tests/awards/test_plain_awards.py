"""Plain awards counted a column at a time come to what comparing award by award comes to, fen by fen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from doudi.accounts.roles import Role
from doudi.awards import actions
from doudi.awards.entitlements import Line
from doudi.awards.kinds import Kind, Programme
from doudi.awards.models.adjustments import Outcome
from doudi.awards.standards import figures, plainly
from doudi.awards.standards.books import change_by
from doudi.awards.standards.comparing import Change, Verdict, compare
from doudi.awards.standards.standing import since, standing
from doudi.registry.models import Statement
from tests.conftest import OTHER_VILLAGE

from .standards_world import MAKERS, RISE, TODAY, at, award_of, family, proposed, single
from .world import month, when, why

pytestmark = pytest.mark.django_db
LATER = month(2027, 2)
CHANGES: dict[str, tuple[dict[str, Any], ...]] = {
    "the rural standard rises": ({},),
    "both standards rise": ({}, {"residence": "urban", "value": "800"}),
    "it falls": ({"value": "500"},),
    "it stays": ({"value": "560"},),
    "extreme hardship alone": ({"name": "tekun_basic", "residence": "", "value": "1020"},),
    "one top-up alone": ({"name": "top_up_percent.severely_ill", "residence": "", "value": "25"},),
    "individual awards alone": ({"name": "individual_factor_percent", "residence": "", "value": "120"},),
    "from a month to come": ({"starts_on": date(2027, 7, 1)},),
    "in two steps": ({}, {"starts_on": LATER, "value": "650"}),
}


@pytest.fixture
def drafter(staff_with):
    return staff_with(Role.COUNTY_CLERK)


@pytest.fixture
def county(clerk, reviewer) -> set[int]:
    """One award of every kind, and one of everything that makes an award other than plain; the ids of the plain."""
    plain = {award_of(make(clerk), programme, reviewer).pk for make, programme in MAKERS.values()}
    plain.add(award_of(single(clerk, place=OTHER_VILLAGE), Programme.DIBAO, reviewer).pk)
    plain.add(award_of(single(clerk, wage=120_000), Programme.DIBAO, reviewer, start=LATER).pk)
    ended = award_of(single(clerk), Programme.DIBAO, reviewer)
    actions.end(award=ended, from_month=LATER, why=why("own_request"), **when(reviewer))
    rests = award_of(single(clerk), Programme.DIBAO, reviewer)
    actions.suspend(award=rests, from_month=LATER, why=why("out_of_contact"), **when(reviewer))
    decided = Line(Kind.BASE, 57_000, "decided", ("M57-23",))
    for until in (None, LATER):
        other = award_of(family(clerk), Programme.DIBAO, reviewer)
        actions.change_lines(
            award=other, lines=[decided], from_month=RISE, until=until, why=why("review"), **when(reviewer)
        )
    unknown = award_of(single(clerk), Programme.DIBAO, reviewer)
    Statement.objects.filter(person=unknown.household.head, kind="wage_income").update(superseded_at=at(TODAY))
    return plain | {ended.pk}


def counted(keys: list[int], change: Change) -> tuple[figures.Sums, list[int]]:
    """The sums with the plain told by columns, and who was left over."""
    plain, sums = plainly.told(keys, change, TODAY), {}
    plain.add_to(sums)
    figures.add(sums, compared(plain.rest, change), change, TODAY)
    return sums, plain.rest


def compared(keys: list[int], change: Change) -> list[Verdict]:
    return compare(standing(keys, change.month), change, words=False)


def keys_of(change: Change) -> list[int]:
    return list(since(change.month).order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize("name", CHANGES)
def test_columns_count_what_comparing_counts(name, county, drafter, monkeypatch) -> None:
    monkeypatch.setattr(plainly, "FEWEST", 1)
    change = change_by(proposed(drafter, *CHANGES[name]), TODAY)
    keys, whole = keys_of(change), {}
    verdicts = compared(keys, change)
    figures.add(whole, verdicts, change, TODAY)
    sums, rest = counted(keys, change)
    assert sums == whole
    assert {v.award.pk for v in verdicts if v.outcome not in (Outcome.RAISED, Outcome.UNCHANGED)} <= set(rest)


def test_only_what_is_not_plain_is_left_over(county, drafter, monkeypatch) -> None:
    monkeypatch.setattr(plainly, "FEWEST", 1)
    change = change_by(proposed(drafter, *CHANGES["both standards rise"]), TODAY)
    _sums, rest = counted(keys_of(change), change)
    assert not county & set(rest)
    assert set(rest) == set(keys_of(change)) - county


def test_a_few_awards_of_a_month_are_compared_one_by_one(county, drafter) -> None:
    change = change_by(proposed(drafter), TODAY)
    assert counted(keys_of(change), change)[1] == keys_of(change)
