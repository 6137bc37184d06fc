"""Everything that truly happened stands in at least one file; traps do not look worse than they are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from doudi.demo.county import County
from doudi.demo.draws import TODAY
from doudi.demo.feeds.happenings import AMONG_RECIPIENTS, KINDS, STOP, events, happen, means, recipients
from doudi.demo.feeds.sources.lives import deaths
from doudi.demo.feeds.sources.property import FAILING_DAYS
from doudi.demo.feeds.sources.work import jobs
from doudi.demo.feeds.world import LAST, STARTS, World
from doudi.demo.feeds.year import months_of, rows_of
from doudi.feeds.contracts import CONTRACTS

Told = Callable[[World], set[int]]


def people(source: str, condition: pl.Expr | None = None) -> Told:
    """The people about whom a source says so in any of its files."""

    def told(w: World) -> set[int]:
        files = [rows_of(w, source, month) for month in months_of(CONTRACTS[source])]
        rows = pl.concat(files)
        return set(rows.filter(condition if condition is not None else pl.lit(True))["#person"].to_list())

    return told


def either(*sources: Told) -> Told:
    return lambda w: set().union(*(source(w) for source in sources))


DEATHS = either(people("register", pl.col("event") == "death"), people("cremation"))
SEEN: dict[str, Told] = {
    "new_severe_illness": people("medical", pl.col("severe") == "yes"),
    "job_lost": people("unemployment"),
    "new_severe_disability": people("disability", pl.col("grade").is_in(["1", "2"])),
    "earner_died": DEATHS,
    "dead_but_paid": DEATHS,
    "disaster": people("disaster"),
    "imprisoned": people("prison", pl.col("kind") == "prison"),
    "company": people("business", (pl.col("role") == "legal_person") & (pl.col("state") == "active")),
    "pension_above": people("pension", pl.col("scheme") != "resident"),
    "wage_above": people("tax", (pl.col("item") == "wage") & (pl.col("income") > 0)),
    "undeclared_spouse": people("marriage", pl.col("event") == "married"),
    "double_benefit": people("other_benefits", pl.col("benefit") == "dibao"),
    "fiscal_payroll": people("fiscal_payroll", pl.col("post") == "institution"),
}
OF_HOUSEHOLD: dict[str, Told] = {
    "moved_away": people("register", pl.col("event") == "moved_out"),
    "vehicle": people("vehicles", pl.col("vehicle_type").is_in(["car", "lorry"]) & (pl.col("state") == "normal")),
    "second_home": people("real_estate", pl.col("use") == "dwelling"),
    "elder_failing": people("power"),
}


@pytest.mark.parametrize("kind", SEEN)
def test_who_it_happened_to_stands_in_a_file(departments: World, kind: str) -> None:
    happened = set(departments.happened.of(kind).person.tolist())
    assert happened
    assert happened <= SEEN[kind](departments)


@pytest.mark.parametrize("kind", OF_HOUSEHOLD)
def test_the_household_it_happened_to_stands_in_a_file(departments: World, kind: str) -> None:
    of = departments.county.people.hh
    own = [person for person in OF_HOUSEHOLD[kind](departments) if person < len(of)]
    assert set(departments.happened.of(kind).household.tolist()) <= set(of[own].tolist())


def test_a_child_at_no_school_is_not_enrolled_in_autumn(departments: World) -> None:
    enrolled = rows_of(departments, "enrolment", 10).filter(pl.col("status") == "enrolled")
    idle = departments.happened.of("child_not_at_school").person.tolist()
    assert idle
    assert not set(idle) & set(enrolled["#person"].to_list())


def test_an_elder_who_fails_uses_hardly_any_power_in_the_end(departments: World) -> None:
    weak = departments.happened.of("elder_failing")
    heads = departments.heads[weak.household[(weak.since > STARTS[1]) & (weak.since < TODAY - FAILING_DAYS)]]
    first, last = (rows_of(departments, "power", month) for month in (0, LAST))
    used = first.join(last, on="#person").filter(pl.col("#person").is_in(heads.tolist()))
    assert used.height == len(heads) > 0
    assert (used["kwh_right"] < 0.5 * used["kwh"]).all()


def test_wages_of_the_year_come_to_what_somebody_truly_earned(departments: World) -> None:
    files = pl.concat([rows_of(departments, "tax", month) for month in range(LAST + 1)])
    paid = files.filter(pl.col("item") == "wage").group_by("#person").agg(pl.sum("income"))
    paid = paid.filter(pl.col("#person") < len(departments.county.people))
    expected = jobs(departments).wage[paid["#person"].to_numpy()]
    alive = departments.alive(LAST)[paid["#person"].to_numpy()]
    assert (paid["income"].to_numpy()[alive] == expected[alive]).all()


def test_everybody_who_is_dead_but_paid_is_in_one_file_and_some_in_one_only(departments: World) -> None:
    found = deaths(departments)
    assert (found.in_register | found.in_cremation).all()
    assert not (found.in_register & found.in_cremation).all()


def test_a_wage_that_ended_leaves_its_household_below_the_line(departments: World) -> None:
    income, line, _member = means(departments.county)
    ended = departments.happened.of("wage_ended")
    assert len(ended)
    assert (income[ended.household] + ended.value < line[ended.household]).all()


def test_what_must_stop_is_only_among_those_who_receive(county: County, departments: World) -> None:
    truth = events(county, departments.happened)
    assert truth.filter(pl.col("side") == "stop")["receives"].all()
    assert set(AMONG_RECIPIENTS) <= set(truth["kind"].unique()) <= set(KINDS)


def test_who_should_receive_and_does_not_is_below_the_line_or_near_it(county: County, departments: World) -> None:
    income, line, _member = means(county)
    missed = departments.happened.of("eligible_not_receiving")
    paid = recipients(county)[missed.household]
    assert len(missed) > 5
    assert not paid.any()
    assert (income[missed.household] < 1.5 * line[missed.household]).all()


def test_nothing_is_planted_twice_in_one_household(departments: World) -> None:
    c = departments.happened.columns
    planted = np.isin(c["kind"], [KINDS.index(kind) for kind in (*STOP, *AMONG_RECIPIENTS)])
    assert len(np.unique(c["household"][planted])) == planted.sum()


def test_the_same_seed_happens_the_same(county: County, departments: World) -> None:
    again, first = happen(county).columns, departments.happened.columns
    assert all((again[name] == first[name]).all() for name in first)
