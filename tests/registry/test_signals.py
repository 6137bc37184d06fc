"""What departments said, set by set: who said it, since when, and what was said before; what has changed since."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from doudi.registry import actions
from doudi.registry.facts.choose import choose, rank
from doudi.registry.facts.signals import CERTIFICATES, changed_since, signals
from doudi.registry.models import Certificate, Membership, Person, Statement
from doudi.registry.models.facts import Source
from tests.conftest import FAR_VILLAGE, VILLAGE

from .world import DAY, START, a_household, at, draft, member, people_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def of(*people: Person, homes: Any = (), on: date = DAY) -> dict[str, Any]:
    """The signals of the first of these people, or of the first household."""
    found = signals(_ids(p.pk for p in people), _ids(h.pk for h in homes), on)
    return (found.persons if people else found.households).row(0, named=True)


def _ids(keys: Any) -> pl.Series:
    return pl.Series([str(pk) for pk in keys], dtype=pl.String)


def certificate(person: Person, kind: str, code: str = "yes", **changes: Any) -> Certificate:
    """A condition of a person that a department told."""
    said: dict[str, Any] = {"source": "police", "starts_on": START, "recorded_at": at(), "grade": None} | changes
    return Certificate.objects.create(person=person, division_code=VILLAGE, kind=kind, code=code, **said)


def figure(kind: str, amount: int, ends: date, *, days: int = 365, **changes: Any) -> Statement:
    """A figure of a period that ended on a day, as the tax office told."""
    said: dict[str, Any] = {"source": "tax", "recorded_at": at(ends), "starts_on": ends - timedelta(days=days)}
    return Statement.objects.create(division_code=VILLAGE, kind=kind, amount=amount, ends_on=ends, **said | changes)


def test_of_whom_nobody_said_anything_nothing_is_known(clerk) -> None:
    home = a_household(clerk)
    told = of(home.head)
    assert told.pop("person_id") == str(home.head.pk)
    assert set(told.values()) == {None}


def test_a_reported_death_has_its_source_and_its_day(clerk) -> None:
    person = a_household(clerk).head
    certificate(person, "death_reported", starts_on=date(2026, 5, 4))
    told = of(person)
    assert told["death_reported"] is True
    assert told["died_on"] is None
    assert (told["death_reported_source"], told["death_reported_since"]) == ("police", date(2026, 5, 4))


def test_what_is_withdrawn_ended_or_still_to_come_is_not_told(clerk) -> None:
    person = a_household(clerk).head
    certificate(person, "married", superseded_at=at())
    certificate(person, "moved_out", ends_on=DAY)
    certificate(person, "prison", starts_on=DAY + timedelta(days=1))
    told = of(person)
    assert told["married"] is told["moved_out"] is told["prison"] is None


def test_the_wage_of_the_tax_office_stands_beside_the_declared_one_and_that_of_a_year_ago(clerk) -> None:
    person = a_household(clerk).head
    figure("wage_income", 900, DAY - timedelta(days=365), person=person)
    figure("wage_income", 400, DAY, person=person)
    figure("wage_income", 100, DAY, person=person, source="declared")
    told = of(person)
    assert (told["wage_paid"], told["wage_paid_before"], told["wage_declared"]) == (400, 900, 100)
    assert (told["wage_paid_source"], told["wage_paid_since"]) == ("tax", DAY)


def test_a_figure_that_the_next_one_replaced_is_still_what_was_said_before(clerk) -> None:
    person = a_household(clerk).head
    old = figure("wage_income", 900, DAY - timedelta(days=365), person=person)
    new = figure("wage_income", 400, DAY, person=person)
    Statement.objects.filter(pk=old.pk).update(superseded_at=new.recorded_at)
    assert of(person)["wage_paid_before"] == 900


def test_a_figure_that_was_only_taken_back_was_never_said(clerk) -> None:
    person = a_household(clerk).head
    wrong = figure("wage_income", 900, DAY - timedelta(days=365), person=person)
    figure("wage_income", 400, DAY, person=person)
    Statement.objects.filter(pk=wrong.pk).update(superseded_at=wrong.recorded_at + HOUR)
    assert of(person)["wage_paid_before"] is None


def test_another_source_is_no_former_figure_of_this_one(clerk) -> None:
    person = a_household(clerk).head
    figure("wage_income", 900, DAY - timedelta(days=365), person=person, source="human_resources")
    figure("wage_income", 400, DAY, person=person)
    assert of(person)["wage_paid_before"] is None


def test_an_illness_lasts_since_anybody_first_said_so_and_not_since_the_last_bill(clerk) -> None:
    person = a_household(clerk).head
    certificate(person, "severe_illness", source="declared", starts_on=date(2024, 3, 1))
    first = certificate(person, "severe_illness", source="medical", starts_on=date(2026, 2, 1))
    last = certificate(person, "severe_illness", source="medical", starts_on=date(2026, 9, 1), recorded_at=at() + HOUR)
    Certificate.objects.filter(pk=first.pk).update(superseded_at=last.recorded_at)
    told = of(person)
    assert (told["severe_illness_source"], told["severe_illness_since"]) == ("medical", date(2024, 3, 1))


def test_a_disability_that_became_severe_is_severe_since_then(clerk) -> None:
    person = a_household(clerk).head
    certificate(
        person, "disability", "4", grade=4, source="disabled", starts_on=date(2020, 1, 1), ends_on=date(2026, 5, 1)
    )
    certificate(person, "disability", "4", grade=2, source="disabled", starts_on=date(2026, 5, 1))
    assert (of(person)["disability"], of(person)["disability_since"]) == (2, date(2026, 5, 1))


def test_work_has_ended_if_a_department_had_it_on_its_list_and_has_it_no_more(clerk) -> None:
    person, other = a_household(clerk).head, a_household(clerk, head=draft(birth=date(1980, 1, 1))).head
    for each in (person, other):
        certificate(each, "employment", source="human_resources", starts_on=START, ends_on=date(2026, 8, 1))
    certificate(other, "employment", source="human_resources", starts_on=date(2026, 8, 1))
    assert of(person)["employment_ended_on"] == date(2026, 8, 1)
    assert of(other)["employment_ended_on"] is None


def test_an_old_figure_is_nothing_to_act_on(clerk) -> None:
    person = a_household(clerk).head
    figure("wage_income", 400, DAY - timedelta(days=460), person=person)
    assert of(person)["wage_paid"] is None


def test_power_is_compared_with_what_was_usual_in_the_months_before(clerk) -> None:
    home = a_household(clerk)
    for month, used in enumerate((10, 60, 50, 90)):
        ends = DAY - timedelta(days=30 * month)
        figure("power_use", used, ends, days=1, household=home, source="land")
    told = of(homes=[home])
    assert (told["power_use"], told["power_use_before"]) == (10, 90)


@pytest.mark.parametrize("seed", range(3))
def test_each_kind_is_chosen_as_for_a_single_person(clerk, seed: int) -> None:
    chance = random.Random(seed)
    person = a_household(clerk).head
    kinds = [kind for kind, read in CERTIFICATES.items() if read == "yes"]
    for number in range(60):
        kind, source = chance.choice(kinds), chance.choice(Source.values)
        certificate(person, kind, chance.choice(["yes", "no"]), source=source, recorded_at=at() + number * HOUR)
    told = of(person)
    for kind in kinds:
        best = choose(kind, list(Certificate.objects.filter(person=person, kind=kind)), DAY).row
        wanted = None if best is None else (best.code == "yes", best.source)  # type: ignore[attr-defined]
        assert (None if told[kind] is None else (told[kind], told[f"{kind}_source"])) == wanted
        assert best is None or rank(kind, told[f"{kind}_source"]) <= 3


def test_nobody_sees_signals_of_another_place(clerk, as_web, divisions) -> None:
    home = a_household(clerk)
    certificate(home.head, "prison")
    Certificate.objects.update(division_code=FAR_VILLAGE)
    with as_web(clerk):
        assert of(home.head)["prison"] is None


def test_only_households_with_something_new_have_changed(clerk) -> None:
    told, silent = a_household(clerk), a_household(clerk)
    before = at() + HOUR
    certificate(told.head, "married", recorded_at=before + HOUR)
    assert changed_since(before) == [told.pk]
    assert silent.pk not in changed_since(before)


def test_what_is_withdrawn_has_changed_too(clerk) -> None:
    home = a_household(clerk, member())
    held = certificate(people_of(home)[1], "married")
    Certificate.objects.filter(pk=held.pk).update(superseded_at=at() + 2 * HOUR)
    assert changed_since(at() + HOUR) == [home.pk]


def test_a_figure_of_the_household_and_a_leaving_member_are_changes(clerk) -> None:
    home = a_household(clerk)
    figure("power_use", 4, DAY, days=1, household=home, source="land", recorded_at=at() + 2 * HOUR)
    other = a_household(clerk, member())
    ending = Membership.objects.get(person=people_of(other)[1])
    actions.end_membership(membership=ending, reason="分户", by=clerk, on=DAY, at=at() + 2 * HOUR)
    assert set(changed_since(at() + HOUR)) == {home.pk, other.pk}
