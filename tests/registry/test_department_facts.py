"""What departments say, written for many at once: the source's own rows give way and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from django.db import ProgrammingError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doudi.accounts.roles import Role
from doudi.registry.actions import state_amount
from doudi.registry.actions.department_facts import Told, Written, state_facts
from doudi.registry.models import Certificate, Statement
from tests.registry.world import DAY, a_household, at, member, people_of

pytestmark = pytest.mark.django_db
WORDS = {"subject_id": pl.Int64, "starts_on": pl.Date, "ends_on": pl.Date, "code": pl.String, "grade": pl.Int64,
         "detail": pl.Binary}  # fmt: skip
FIGURES = {"subject_id": pl.Int64, "starts_on": pl.Date, "ends_on": pl.Date, "amount": pl.Int64}


@pytest.fixture
def person(clerk):
    return people_of(a_household(clerk, member()))[0]


def certificate(
    person, code: str = "yes", since: date = date(2026, 3, 1), until: date | None = None, **more
) -> Written:
    rows = pl.DataFrame([(person.pk, since, until, code, None, None)], schema=WORDS, orient="row")
    told = Told(table="certificate", kind="employment", source="human_resources", rows=rows, **more)
    return state_facts(told=told, by=None, on=DAY, at=at())


def wage(person, fen: int, until: date, **more) -> Written:
    rows = pl.DataFrame([(person.pk, until.replace(year=until.year - 1), until, fen)], schema=FIGURES, orient="row")
    told = Told(table="statement", kind="wage_income", source="tax", rows=rows, **more)
    return state_facts(told=told, by=None, on=DAY, at=at())


def figures(person) -> list[tuple]:
    rows = Statement.objects.known().filter(person=person).order_by("source")
    return [(row.source, row.amount, row.ends_on) for row in rows]


def test_a_fact_is_written_once_however_often_it_is_said(person) -> None:
    assert [certificate(person).facts for _ in range(3)] == [1, 0, 0]
    assert Certificate.objects.count() == 1


def test_it_is_told_whose_household_changed(person) -> None:
    home = person.memberships.get().household_id
    assert certificate(person).households == (home,)
    assert certificate(person).households == ()


def test_a_later_figure_takes_the_place_of_the_earlier_one(person) -> None:
    wage(person, 100, date(2026, 9, 1))
    assert wage(person, 200, date(2026, 10, 1)).facts == 1
    assert figures(person) == [("tax", 200, date(2026, 10, 1))]


def test_an_earlier_period_does_not_follow_a_later_one(person) -> None:
    wage(person, 200, date(2026, 10, 1))
    assert wage(person, 100, date(2026, 9, 1)).facts == 0
    assert figures(person) == [("tax", 200, date(2026, 10, 1))]


def test_what_the_family_declared_stays_beside_it(person, clerk) -> None:
    state_amount(kind="wage_income", amount=5, source="declared", as_of=DAY, by=clerk, on=DAY, at=at(), person=person)
    wage(person, 200, date(2026, 10, 1))
    assert figures(person) == [("declared", 5, DAY), ("tax", 200, date(2026, 10, 1))]


def test_an_equal_figure_is_renewed_before_it_goes_out_of_date_and_is_no_news(person) -> None:
    first = date(2026, 1, 1)
    wage(person, 100, first)
    assert wage(person, 100, first + timedelta(days=150)) == Written(0, ())
    assert figures(person)[0][2] == first
    assert wage(person, 100, first + timedelta(days=151)) == Written(0, ())
    assert figures(person)[0][2] == first + timedelta(days=151)


def test_who_left_the_list_holds_it_no_longer_from_that_day(person) -> None:
    certificate(person)
    gone = pl.DataFrame({"subject_id": [person.pk], "ends_on": [date(2026, 10, 31)]})
    told = Told(table="certificate", kind="employment", source="human_resources",
                rows=pl.DataFrame(schema=WORDS), ended=gone)  # fmt: skip
    assert state_facts(told=told, by=None, on=DAY, at=at()).facts == 1
    assert Certificate.objects.known().get().ends_on == date(2026, 10, 31)


def test_the_web_role_cannot_write_for_a_department(person, staff_with, as_web) -> None:
    liaison = staff_with(Role.LIAISON_EMPLOYMENT)
    with as_web(liaison), pytest.raises(ProgrammingError), transaction.atomic():
        certificate(person)


def test_a_kind_or_source_that_does_not_exist_is_an_error(person) -> None:
    told = Told(table="certificate", kind="wealth", source="tax", rows=pl.DataFrame(schema=WORDS))
    with pytest.raises(ValueError, match="no such fact"):
        state_facts(told=told, by=None, on=DAY, at=at())


SAID = st.tuples(st.sampled_from(["yes", "no"]), st.integers(0, 300), st.none() | st.integers(301, 400))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SAID, min_size=1, max_size=5))
def test_of_one_source_at_most_one_state_holds_on_any_day_and_the_last_word_is_kept(person, said) -> None:
    with transaction.atomic():
        first = date(2025, 12, 1)
        for code, start, end in said:
            certificate(person, code, first + timedelta(days=start), first + timedelta(days=end) if end else None)
        rows = list(Certificate.objects.known().filter(person=person))
        days = [day for row in rows for day in range(row.starts_on.toordinal(), (row.ends_on or DAY).toordinal())]
        assert len(days) == len(set(days))
        assert any(row.code == said[-1][0] and row.starts_on == first + timedelta(days=said[-1][1]) for row in rows)
        transaction.set_rollback(True)
