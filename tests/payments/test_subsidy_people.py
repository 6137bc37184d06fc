"""Who counts for an index month, and how much they get."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from doudi.accounts.models import Staff
from doudi.awards import actions as awards
from doudi.payments.actions import runs
from doudi.payments.kinds import LineKind
from doudi.payments.models import BenefitAccount, LinePerson, PaymentLine, PaymentRun
from doudi.payments.queries.checking import check
from doudi.registry.facts.choose import COMPETENT
from doudi.registry.models import Household
from tests.awards.world import when, why
from tests.conftest import OTHER_VILLAGE

from .runs_world import People, a_card, a_county, lines_of
from .subsidy_world import (
    NOVEMBER,
    a_list,
    a_locked_list,
    confirmed,
    counted,
    dibao,
    family,
    individual,
    member_instead,
    near_threshold,
    paid_people,
    people_of,
    said_of,
    tekun,
)
from .world import COUNTY, at


def test_a_household_gets_one_line_with_a_part_for_everybody_and_its_why(county: People) -> None:
    home = family(county)
    award = dibao(county, home)
    (line,) = lines_of(a_list(county))
    assert (line.kind, line.award, line.fen, line.people_count) == (LineKind.SUBSIDY, award, 7_000, 2)
    assert [part["person"] for part in line.parts] == sorted(p.pk for p in people_of(home))
    assert line.parts[0]["fen"] == 3_500  # 560 yuan times 6.1 percent is 34.16, upwards 35
    assert line.why["used"] == "food_cpi"
    assert (line.why["permille"], line.why["standard"], line.why["floor"]) == (61, 56_000, 1_000)
    assert line.parts[0]["clauses"] == ["PR21-保障对象", "PR21-启动条件", "PR21-补贴标准", "LAW26-32"]
    assert [told["name"] for told in line.parts[0]["parameters"]] == [
        "dibao_standard", "price_subsidy_floor", "food_cpi_trigger",
    ]  # fmt: skip


def test_every_group_counts_once(county: People) -> None:
    one, two, three, four = (family(county) for _ in range(4))
    dibao(county, one)
    individual(county, people_of(two)[1], two)
    tekun(county, people_of(three)[1], three)
    said_of(people_of(four)[1], "child_support")
    want = {p.pk for p in people_of(one)} | {people_of(home)[1].pk for home in (two, three, four)}
    assert set(paid_people(a_list(county))) == want


def test_who_is_in_two_groups_gets_one_subsidy(county: People) -> None:
    home = family(county)
    tekun(county, home.head, home)
    said_of(home.head, "child_support")
    (line,) = lines_of(a_list(county))
    assert [part["reason"] for part in line.parts] == ["tekun"]


def test_of_two_amounts_the_higher_is_paid(county: People) -> None:
    home, town = family(county), family(county, place=OTHER_VILLAGE)
    person = people_of(home)[1]
    individual(county, person, home)
    member_instead(person, household=town, division_code=town.division_code)
    said_of(person, "child_support")
    assert paid_people(a_list(county)) == {person.pk: 4_600}  # the town's 744 yuan, not the country's 560


def test_towns_and_villages_get_their_own_standard(county: People) -> None:
    home, town = family(county), family(county, place=OTHER_VILLAGE)
    dibao(county, home)
    dibao(county, town)
    run = a_list(county)
    assert sorted((line.residence, line.fen) for line in lines_of(run)) == [("rural", 7_000), ("urban", 9_200)]


@pytest.mark.parametrize(("cpi", "food", "fen"), [(35, 59, 2_000), (36, 0, 2_100), (35, 60, 3_400), (10, 60, 3_400)])
def test_the_index_that_reached_its_line_decides(
    people: People, county_clerk: Staff, cpi: int, food: int, fen: int
) -> None:
    a_county(people)
    confirmed(people, county_clerk, cpi, food)
    home = family(people)
    dibao(people, home)
    assert set(paid_people(a_list(people)).values()) == {fen}


def gone(home: Household, how: str) -> None:
    """The wife is no longer there when November begins."""
    person = people_of(home)[1]
    if how == "dead":
        person.death_date = date(2026, 10, 31)
        person.save(update_fields=["death_date"])
    elif how == "left":
        member_instead(person, ends_on=NOVEMBER)
    elif how == "apart":
        member_instead(person, co_resident=False)
    else:
        said_of(person, how, since=date(2020, 1, 1) if how == "clergy" else date(2026, 10, 1), source="justice")


@pytest.mark.parametrize("how", ["dead", "left", "apart", "prison", "detox", "missing", "clergy"])
def test_who_was_gone_before_the_month_does_not_count(county: People, how: str) -> None:
    home = family(county)
    dibao(county, home)
    person = people_of(home)[1]
    gone(home, how)
    assert list(paid_people(a_list(county))) == [home.head_id]
    assert person.pk != home.head_id


def test_who_died_in_the_month_had_received_in_it_and_counts(county: People) -> None:
    home = family(county)
    dibao(county, home)
    person = people_of(home)[1]
    person.death_date = NOVEMBER
    person.save(update_fields=["death_date"])
    assert person.pk in paid_people(a_list(county))


def test_who_went_to_prison_in_the_month_counts_and_who_came_back_before_it_too(county: People) -> None:
    home = family(county)
    dibao(county, home)
    said_of(home.head, "prison", since=date(2026, 11, 2), source="justice")
    said_of(people_of(home)[1], "prison", since=date(2026, 1, 1), until=NOVEMBER, source="justice")
    assert len(paid_people(a_list(county))) == 2


def test_what_justice_says_is_believed_over_what_the_family_says(county: People) -> None:
    home = family(county)
    dibao(county, home)
    said_of(home.head, "prison", source="declared", on=date(2026, 10, 20))
    said_of(home.head, "prison", "no", source="justice", on=date(2026, 10, 1))
    assert home.head_id in paid_people(a_list(county))


def test_an_award_that_rests_or_ended_before_the_month_brings_nothing(county: People) -> None:
    resting, ended, home = family(county), family(county), family(county)
    dibao(county, home)
    one, two = dibao(county, resting, date(2026, 9, 27)), dibao(county, ended, date(2026, 9, 27))
    awards.suspend(award=one, from_month=NOVEMBER, why=why("out_of_contact"), **when(county.reviewer))
    awards.end(award=two, from_month=NOVEMBER, why=why("circumstances"), **when(county.reviewer))
    assert set(paid_people(a_list(county))) == {p.pk for p in people_of(home)}


def test_members_near_the_threshold_do_not_count_outside_the_window(county: People) -> None:
    near_threshold(family(county))
    dibao(county, family(county))
    assert len(paid_people(a_list(county))) == 2


def test_money_of_a_person_goes_to_their_own_account_else_to_the_heads(county: People) -> None:
    home = family(county)
    wife = people_of(home)[1]
    own = a_card(wife)
    individual(county, wife, home)
    said_of(home.head, "child_support")
    card = BenefitAccount.objects.get(person=home.head)
    assert {line.account_id for line in lines_of(a_list(county))} == {own.pk, card.pk}


def test_without_any_account_the_line_is_there_and_held(county: People) -> None:
    dibao(county, family(county, card=False))
    (line,) = lines_of(a_list(county))
    assert (line.account, line.state) == (None, "held")


def built_again(people: People, run: PaymentRun) -> PaymentRun:
    """The draft, brought to what holds a day later."""
    day = date(2026, 12, 15)
    return runs.finish_jobs(runs.rebuild(run=run, by=people.maker, on=day, at=at(day)), at(day))


def test_a_list_built_twice_is_the_same_list(county: People) -> None:
    dibao(county, family(county))
    run = a_list(county)
    before = [line.pk for line in lines_of(run)]
    run = built_again(county, run)
    assert [line.pk for line in lines_of(run)] == before
    assert len(counted()) == 2


def test_a_list_built_again_follows_what_has_changed(county: People) -> None:
    home = family(county)
    dibao(county, home)
    run = a_list(county)
    said_of(home.head, "prison", source="justice")
    run = built_again(county, run)
    assert list(paid_people(run)) == [people_of(home)[1].pk]


def test_the_books_hold_after_the_list_is_locked(county: People) -> None:
    dibao(county, family(county))
    run = a_locked_list(county)
    assert (run.state, run.total_fen) == ("locked", 7_000)
    assert check() == []


@pytest.mark.planted
def test_nobody_is_given_a_second_subsidy_of_a_month_by_anybody(county: People) -> None:
    home = family(county)
    dibao(county, home)
    (line,) = lines_of(a_list(county))
    said = {"division_code": line.division_code, "person": home.head, "month": NOVEMBER, "what": "subsidy"}
    with pytest.raises(IntegrityError, match="line_person_once_a_month"), transaction.atomic():
        LinePerson.objects.create(line=line, **said)
    assert PaymentLine.objects.count() == 1


def test_whoever_pays_learns_only_whether_somebody_is_away(county: People, as_web, clerk: Staff) -> None:
    home = family(county)
    said_of(home.head, "prison", source="justice")
    ask = "SELECT away, scheme FROM doudi_subsidy_facts(%s, %s)"
    with as_web(county.maker), connection.cursor() as cursor:
        cursor.execute(ask, [COUNTY, NOVEMBER])
        assert cursor.fetchall() == [(True, False)]
        cursor.execute("SELECT count(*) FROM registry_certificate")
        assert cursor.fetchone() == (0,)
    with as_web(clerk), pytest.raises(DatabaseError, match="neither pays"), transaction.atomic():
        connection.cursor().execute(ask, [COUNTY, NOVEMBER])


def test_the_order_of_trust_behind_the_wall_is_that_of_the_registry() -> None:
    sql = Path("src/doudi/payments/wall.sql").read_text(encoding="utf-8")
    body = sql[sql.index("FUNCTION doudi_subsidy_facts") :]
    told = set(re.findall(r"\('(\w+)', '(\w+)'\)", body[: body.index("END $$")]))
    kinds = ("prison", "detox", "missing", "clergy", "child_support")
    assert told == {(kind, source.value) for kind in kinds for source in COMPETENT[kind]}
