"""What changes after an index month was paid: whoever was missed gets it once, too much is shown and never deducted."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.accounts.models import Staff
from doudi.awards import actions as awards
from doudi.payments.actions import runs, subsidy_index
from doudi.payments.actions.subsidy_starting import start_subsidy
from doudi.payments.models import IndexRelease, PaymentRun
from doudi.payments.queries.checking import check
from doudi.payments.queries.subsidy_amounts import terms_of
from doudi.payments.queries.subsidy_measure import Differences, Measure, differences, measure
from doudi.payments.queries.subsidy_runs import first_day
from doudi.registry.actions.refusal import Refused
from tests.awards.world import why
from tests.conftest import OTHER_VILLAGE

from .runs_world import People, lines_of, locked
from .subsidy_world import (
    NOVEMBER,
    PAID,
    a_list,
    a_locked_list,
    counted,
    dibao,
    family,
    figures,
    paid_people,
    people_of,
)
from .world import COUNTY, at

LATER = date(2027, 1, 8)
BACK = date(2026, 10, 30)


def now() -> Differences:
    """What is different from the lists of November."""
    release = IndexRelease.objects.get(month=NOVEMBER, replaced_at=None)
    return differences(terms_of(release, first_day(COUNTY, NOVEMBER) or PAID))


def measured(place: str = "") -> Measure:
    return measure(terms_of(IndexRelease.objects.get(), PAID), place)


def corrected(people: People, clerk: Staff, food: int) -> IndexRelease:
    """The food index of November was another."""
    old = IndexRelease.objects.get(month=NOVEMBER, replaced_at=None)
    said = {"figures": figures(10, food), "because": "录错", "by": clerk, "on": LATER, "at": at(LATER)}
    return subsidy_index.confirm(release=subsidy_index.correct(release=old, **said), by=people.reviewer, at=at(LATER))


def test_a_list_that_was_paid_in_full_differs_in_nothing(county: People) -> None:
    dibao(county, family(county))
    a_locked_list(county)
    assert not now()


def test_before_a_list_everybody_is_counted_by_township_and_group(county: People) -> None:
    dibao(county, family(county))
    dibao(county, family(county, place=OTHER_VILLAGE))
    told = measured()
    assert (told.people, told.fen, told.all_households, told.classless) == (4, 16_200, 2, 0)
    assert [(one.place, one.households, one.people, one.fen) for one in told.townships] == [("533103102", 2, 4, 16_200)]
    assert [(str(label), people) for label, people, _fen in told.groups] == [("低保对象", 4)]
    assert measured("533103103").people == 0


def test_an_award_granted_back_to_the_month_is_paid_by_a_further_list_once(county: People) -> None:
    dibao(county, family(county))
    a_locked_list(county)
    late = family(county)
    dibao(county, late, BACK)
    assert (len(now().owed), now().owed_fen, now().over) == (2, 7_000, [])
    run = a_locked_list(county, on=LATER)
    assert set(paid_people(run)) == {p.pk for p in people_of(late)}
    assert [line.change for line in lines_of(run)] == ["arrears"]
    assert (len(counted()), bool(now()), check()) == (4, False, [])


def test_a_further_list_without_anybody_is_not_begun(county: People) -> None:
    dibao(county, family(county))
    a_locked_list(county)
    with pytest.raises(Refused, match="没有应发而未发"):
        start_subsidy(county=COUNTY, month=NOVEMBER, by=county.maker, on=LATER, at=at(LATER))
    assert PaymentRun.objects.count() == 1


def test_a_further_list_pays_the_amount_of_the_day_the_month_was_decided(county: People) -> None:
    dibao(county, family(county))
    a_locked_list(county)
    dibao(county, family(county), BACK)
    run = a_list(county, on=LATER)
    assert {line.why["on"] for line in lines_of(run)} == {f"{PAID}"}


def test_an_award_that_ended_backwards_is_shown_and_nothing_is_deducted(county: People) -> None:
    home, other = family(county), family(county)
    award = dibao(county, home)
    dibao(county, other)
    a_locked_list(county)
    said = {"by": county.reviewer, "on": LATER, "at": at(LATER)}
    awards.end(award=award, from_month=NOVEMBER, why=why("circumstances"), **said)
    over = now().over
    assert [(one.person, one.fen) for one in over] == [(p.pk, -3_500) for p in people_of(home)]
    assert {str(one.why)[:3] for one in over} == {"不应发"}
    assert all(one.line for one in over)


def test_a_corrected_index_that_is_higher_adds_the_difference_once(county: People, county_clerk: Staff) -> None:
    dibao(county, family(county))
    a_locked_list(county)
    corrected(county, county_clerk, 70)
    assert {(one.paid_fen, one.due_fen) for one in now().owed} == {(3_500, 4_000)}
    run = a_locked_list(county, on=LATER)
    (line,) = lines_of(run)
    assert (line.fen, line.why["due"], line.why["before"]) == (1_000, 8_000, 7_000)
    assert (bool(now()), check()) == (False, [])


def test_a_corrected_index_that_no_longer_triggers_makes_everything_too_much(
    county: People, county_clerk: Staff
) -> None:
    dibao(county, family(county))
    a_locked_list(county)
    corrected(county, county_clerk, 59)
    assert (now().owed, now().over_fen) == ([], 7_000)


def test_who_was_left_out_for_good_does_not_come_again(county: People) -> None:
    one, two = family(county), family(county)
    dibao(county, one)
    dibao(county, two)
    run = a_list(county)
    first, second = lines_of(run)
    said = {"by": county.maker, "at": at(PAID)}
    runs.drop_line(line=first, because="本人放弃", afterwards="never", **said)
    runs.drop_line(line=second, because="名字待核", afterwards="later", **said)
    third = family(county)
    dibao(county, third)
    run = runs.finish_jobs(runs.rebuild(run=run, on=PAID, **said), at(PAID))
    assert set(paid_people(run)) == {p.pk for p in people_of(third)}
    locked(county, run, on=PAID)
    assert [one_.person for one_ in now().owed] == [p.pk for p in people_of(two)]
