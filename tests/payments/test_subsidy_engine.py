"""The list and the rulebook say the same of the same families, person by person, on either side of every window."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from doudi.payments.models import IndexRelease
from doudi.payments.queries.subsidy_amounts import terms_of
from doudi.payments.queries.subsidy_people import DUE, arguments, rows
from doudi.policy.parameters import Block
from doudi.registry.facts import household_facts
from doudi.registry.models import Household, LowIncomeStatus, Person, Statement
from doudi.rulebook.queries.answers import case_of
from doudi.rulebook.queries.book import county_book, laid
from tests.awards.world import dibao_of, granted, individual_of, tekun_of
from tests.conftest import OTHER_VILLAGE, VILLAGE
from tests.registry.world import a_household, member, people_of

from .runs_world import People
from .subsidy_world import said_of
from .world import COUNTY, at

MONTHS = [date(2021, 9, 1), date(2021, 10, 1), date(2022, 7, 1), date(2022, 8, 1), date(2023, 2, 1), date(2023, 3, 1)]
EARLY = date(2021, 7, 20)
INDICES = [(29, 59), (30, 0), (34, 60), (35, 59), (36, 80), (90, 61), (16, 72)]
NO = ("prison", "detox", "missing", "clergy", "child_support", "severe_illness", "employment")
FEE = ("medical_self_paid", "education_fee", "rehabilitation_fee", "other_rigid")
INCOME = ("wage_income", "property_net_income", "transfer_net_income", "basic_pension", "old_age_allowance", *FEE)


def status(home: Household, category: str, person: Person | None = None) -> None:
    """What the household or person was determined to be."""
    LowIncomeStatus.objects.create(
        division_code=home.division_code, household=home, person=person, category=category, ground="测试",
        starts_on=date(2021, 8, 1), department="civil_affairs", recorded_at=at(EARLY),
    )  # fmt: skip


def stated(home: Household, on: date, income: int) -> None:
    """Every figure the rulebook asks for, so that nothing is unknown."""
    since = on.replace(year=on.year - 1)
    said: dict[str, Any] = {"division_code": home.division_code, "recorded_at": at(on), "source": "declared"}
    for kind in ("financial_assets", "vehicle_count", "vehicle_value", "extra_dwellings", "business_over_rule"):
        Statement.objects.create(household=home, kind=kind, amount=0, starts_on=on, **said)
    for person in people_of(home):
        for kind in (*INCOME, "business_net_income"):
            amount = income if kind == "business_net_income" else 0
            Statement.objects.create(person=person, kind=kind, amount=amount, starts_on=since, ends_on=on, **said)
        said_of(person, "study", "none", since=since)
        said_of(person, "labour_capacity", "full", since=since)


def random_family(people: People, on: date, dice: random.Random) -> Household:
    """A household in some group or none, of which some members are away."""
    place = dice.choice((VILLAGE, OTHER_VILLAGE))
    more = [member("20", name="岳早诺", birth=date(2010, 1, 1)) for _ in range(dice.randrange(3))]
    home = a_household(people.clerk, *more, on=EARLY, place=place)
    group = dice.choice(("dibao", "dibao", "individual", "tekun", "near_threshold", "none"))
    persons = people_of(home)
    chosen = dice.choice(persons)
    residence = "rural" if place == VILLAGE else "urban"
    standard = county_book().parameters.find("dibao_standard", place, residence, on).value
    assert isinstance(standard, int)
    near = group == "near_threshold"
    stated(home, on, standard * 12 + 1 if near else standard * 36)
    for person in persons:
        for kind in NO:
            since = date(2015, 1, 1) if kind == "clergy" else date(2021, 1, 1)
            said_of(person, kind, "yes" if dice.random() < 0.12 and kind != "employment" else "no", since=since)
    if group == "dibao":
        granted(people.reviewer, dibao_of(home), on=EARLY)
        status(home, "dibao")
    elif group == "individual":
        granted(people.reviewer, individual_of(home, chosen.pk), on=EARLY)
        status(home, "individual_dibao", chosen)
    elif group == "tekun":
        granted(people.reviewer, tekun_of(home, chosen.pk), on=EARLY)
        status(home, "tekun", chosen)
    elif near:
        status(home, "near_threshold")
    return home


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_the_list_is_the_rulebooks_answer_for_the_same_families(people: People, month: date) -> None:
    dice = random.Random(f"{month}")
    cpi, food = dice.choice(INDICES)
    release = IndexRelease(pk=1, county=COUNTY, area="5331", month=month, cpi=cpi, food_cpi=food, released_on=month)
    homes = [random_family(people, month, dice) for _ in range(14)]
    terms = terms_of(release, month)
    listed = {row[0]: row[1] for row in rows(f"{DUE} SELECT person_id, fen FROM owed", arguments(terms, COUNTY))}
    told: dict[int, int] = {}
    for home in homes:
        decision = terms.book.decide(case_of(household_facts(home.pk, on=month)), month, terms.proof.run)
        for person in people_of(home):
            value = decision.value("price_subsidy", f"person:p{person.pk}")
            assert value is not None, decision.reasons("price_subsidy", f"person:p{person.pk}")
            told[person.pk] = value
    assert {pk: fen for pk, fen in told.items() if fen} == listed
    assert len(told) >= len(homes)


@pytest.mark.parametrize(
    ("cpi", "food", "rural", "urban"), [(35, 0, 2_000, 2_700), (0, 60, 3_400, 4_500), (36, 65, 3_700, 4_900)]
)
def test_the_amount_of_a_village_is_the_rulebooks(divisions: Any, cpi: int, food: int, rural: int, urban: int) -> None:
    release = IndexRelease(county=COUNTY, area="5331", month=date(2026, 11, 1), cpi=cpi, food_cpi=food)
    rates = terms_of(release, date(2026, 12, 14)).rates
    assert (rates[VILLAGE].fen, rates[OTHER_VILLAGE].fen) == (rural, urban)


def test_the_floor_binds_where_the_product_is_below_it(divisions: Any) -> None:
    release = IndexRelease(county=COUNTY, area="5331", month=date(2026, 11, 1), cpi=21, food_cpi=0)
    low = laid(county_book(), [("cpi_trigger", Block(date(2026, 1, 1), COUNTY, None, 15))])
    at_21 = terms_of(release, date(2026, 12, 14), book=low).rates[VILLAGE]
    at_16 = terms_of(again(release, cpi=16), date(2026, 12, 14), book=low).rates[VILLAGE]
    assert (at_21.fen, at_21.at_the_floor) == (1_200, False)
    assert (at_16.fen, at_16.at_the_floor) == (1_000, True)


def again(release: IndexRelease, **changes: Any) -> IndexRelease:
    """The same with other figures."""
    said = {"county": release.county, "area": release.area, "month": release.month, "food_cpi": release.food_cpi}
    return IndexRelease(**(said | changes))
