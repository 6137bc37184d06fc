"""What must hold of every linkage, whatever the rows."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import chain

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doudi.feeds.linkage import Linked, link
from doudi.feeds.linkage import verdicts as judging

from .worlds import SOMEBODY, people, rows

NAMES = st.text("李杨岩文华花明敏玉艺强芳", min_size=2, max_size=4)
BIRTHS = st.dates(date(1950, 1, 1), date(1953, 12, 31))
PLACES = st.sampled_from(["533103102201", "533103102202", "533103102", "533103201201"])
WHOLE = st.tuples(NAMES, st.sampled_from([1, 2]), BIRTHS, PLACES.filter(lambda p: len(p) == 12))
SAID = st.tuples(NAMES, st.sampled_from([1, 2, None]), BIRTHS | st.none(), PLACES | st.none())
few = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A few people; rows about some of them, spoilt or not, and about others."""
    known = draw(st.lists(WHOLE, min_size=1, max_size=12))
    about = draw(st.lists(st.sampled_from(known), max_size=10))
    spoilt = [_spoilt(draw, person) for person in about]
    return rows(spoilt + draw(st.lists(SAID, min_size=1, max_size=5))), people(known)


def _spoilt(draw: st.DrawFn, person: tuple) -> tuple:
    other = draw(SAID)
    which = draw(st.sampled_from([None, 0, 1, 2, 3]))
    return tuple(other[n] if n == which else value for n, value in enumerate(person))


def _same(one: Linked, other: Linked) -> bool:
    return all(getattr(one, part).equals(getattr(other, part)) for part in ("links", "doubtful", "unmatched"))


@few
@given(worlds(), st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_rows_or_people(world, random) -> None:
    said, known = world
    shuffled = [frame[random.sample(range(len(frame)), len(frame))] for frame in (said, known)]
    assert _same(link(said, known), link(*shuffled))


@few
@given(worlds())
def test_rows_that_differ_are_never_linked_to_one_person_and_no_row_to_two(world) -> None:
    said, known = world
    links = link(said, known).links
    assert links["#row"].is_unique().all()
    identities = (
        links.join(said, on="#row").group_by("person").agg(pl.struct("name", "sex", "birth_date", "place").n_unique())
    )
    assert (identities["name"] == 1).all()


@few
@given(worlds())
def test_every_row_is_linked_or_doubtful_or_unmatched_and_only_one_of_them(world) -> None:
    said, known = world
    answer = link(said, known)
    parts = [frame["#row"].unique().to_list() for frame in (answer.links, answer.doubtful, answer.unmatched)]
    assert sorted(chain.from_iterable(parts)) == said["#row"].to_list()


@few
@given(worlds())
def test_no_link_without_agreement_on_the_birth_year(world) -> None:
    said, known = world
    both = link(said, known).links.join(said, on="#row").join(known, left_on="person", right_on="id", suffix="_known")
    assert (both["birth_date"].dt.year() == both["birth_date_known"].dt.year()).all()


@few
@given(st.lists(WHOLE, min_size=1, max_size=8, unique_by=lambda p: p[2]))
def test_an_identical_record_is_always_linked_where_nobody_else_was_born_that_day(world) -> None:
    apart = [
        (name, sex, birth + timedelta(days=at * 2000), place) for at, (name, sex, birth, place) in enumerate(world)
    ]
    answer = link(rows(apart), people(apart))
    assert answer.links.select("#row").equals(answer.links.select(pl.col("person").alias("#row")))
    assert len(answer.links) == len(apart)


@pytest.mark.planted
def test_planted_a_verdict_that_overlooks_a_rival_links_a_twin(monkeypatch) -> None:
    twins = people([("雷文英", *SOMEBODY[1:]), ("雷文瑛", *SOMEBODY[1:])])
    said = rows([("雷文英", *SOMEBODY[1:])])
    assert link(said, twins).links.is_empty()
    blind = judging.judged
    monkeypatch.setattr(
        "doudi.feeds.linkage.matching.judged",
        lambda pairs, numbers: blind(pairs, numbers).with_columns(why=pl.lit(None, pl.String)),
    )
    assert len(link(said, twins).links) > 1


def test_no_rows_and_nobody_registered_are_answered_too() -> None:
    nobody, nothing = people([]), rows([])
    assert link(rows([SOMEBODY]), nobody).unmatched["#row"].to_list() == [1]
    assert link(nothing, people([SOMEBODY])).unmatched.is_empty()


def test_a_common_name_weighs_less_than_a_rare_one() -> None:
    rare = link(rows([("排早诺", *SOMEBODY[1:])]), people([("排早诺", *SOMEBODY[1:])])).links["weight"][0]
    crowd = [("排早诺", 1, date(1990, 1, 1) + timedelta(days=n), "533103201201") for n in range(200)]
    common = link(rows([("排早诺", *SOMEBODY[1:])]), people([("排早诺", *SOMEBODY[1:]), *crowd])).links["weight"][0]
    assert common < rare


def test_rows_that_come_after_one_another_are_judged_together(monkeypatch) -> None:
    twice = [SOMEBODY, (SOMEBODY[0][:2] + "蓝", *SOMEBODY[1:])]
    at_once = link(rows(twice), people([SOMEBODY]))
    monkeypatch.setattr("doudi.feeds.linkage.scoring.ROWS_AT_ONCE", 1)
    assert _same(at_once, link(rows(twice), people([SOMEBODY])))
    assert at_once.links["#row"].to_list() == [1]
    assert at_once.doubtful["why"].to_list() == ["taken"]
