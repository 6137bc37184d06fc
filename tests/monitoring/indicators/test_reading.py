"""What is read for some households is what is read for all; and how a household stands is read as it is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from doudi.monitoring.indicators import evaluate
from doudi.monitoring.indicators.reading import read_county, read_households
from doudi.registry import actions
from doudi.registry.models import Certificate, KinTie, LowIncomeStatus, Membership, Person
from tests.conftest import VILLAGE
from tests.registry.world import DAY, START, a_household, at, draft, member, people_of

pytestmark = pytest.mark.django_db


def told(person: Person, kind: str, code: str = "yes", since: date = START, **more: Any) -> None:
    """A department says so."""
    said: dict[str, Any] = {"source": "police", "recorded_at": at(), "starts_on": since} | more
    Certificate.objects.create(person=person, division_code=VILLAGE, kind=kind, code=code, **said)


def on_dibao(home: Any, **more: Any) -> LowIncomeStatus:
    """The household is on the list."""
    said: dict[str, Any] = {"category": "dibao", "department": "civil_affairs", "ground": "测试"} | more
    return LowIncomeStatus.objects.create(
        household=home, division_code=VILLAGE, starts_on=START, recorded_at=at(START), **said
    )


def found(home: Any, key: str) -> bool:
    """Whether the indicator speaks of the household, the same in the county and alone."""
    alone = evaluate(read_households([home.pk], DAY), DAY)
    among = evaluate(read_county("533103", DAY), DAY).filter(pl.col("household_id") == home.pk)
    assert alone.equals(among)
    return key in alone["indicator"].to_list()


def test_a_reported_death_is_found_while_the_household_is_paid(clerk) -> None:
    home = a_household(clerk, member())
    told(people_of(home)[1], "death_reported")
    assert not found(home, "dead_but_paid")
    on_dibao(home)
    assert found(home, "dead_but_paid")


def test_somebody_who_is_paid_for_after_leaving_every_household_is_looked_at(clerk) -> None:
    home = a_household(clerk, member())
    gone = people_of(home)[1]
    on_dibao(home, category="tekun", person=gone)
    actions.end_membership(
        membership=Membership.objects.get(person=gone), reason="死亡", by=clerk, on=DAY - timedelta(days=3), at=at()
    )
    Person.objects.filter(pk=gone.pk).update(death_date=DAY - timedelta(days=3))
    assert found(home, "dead_but_paid")
    assert found(home, "earner_died")


@pytest.mark.parametrize(("days", "late"), [(0, False), (1, True)])
def test_an_overdue_review_is_that_of_the_category(clerk, days: int, late: bool) -> None:
    home = a_household(clerk)
    on_dibao(home, review_by=DAY - timedelta(days=days))
    assert found(home, "review_overdue") is late


def test_a_relative_on_the_payroll_is_found_whoever_named_whom(clerk) -> None:
    home, official = a_household(clerk), a_household(clerk, head=draft(birth=date(1980, 1, 1))).head
    on_dibao(home)
    told(official, "fiscal_payroll")
    tie = KinTie.objects.create(
        person=official, relative=home.head, relation="70", division_code=VILLAGE, source="visit", starts_on=START,
        recorded_at=at(),
    )  # fmt: skip
    assert found(home, "relative_undisclosed")
    KinTie.objects.filter(pk=tie.pk).update(superseded_at=at())
    assert not found(home, "relative_undisclosed")


def test_the_wall_stands_between_a_clerk_and_other_places(clerk, as_web, divisions) -> None:
    home = a_household(clerk)
    with as_web(clerk):
        assert read_county("533103", DAY).population.households["household_id"].to_list() == [str(home.pk)]
        assert read_county("533103103", DAY).population.households.is_empty()


def test_nothing_to_read_is_nothing_to_say(clerk) -> None:
    assert evaluate(read_households([], DAY), DAY).is_empty()
