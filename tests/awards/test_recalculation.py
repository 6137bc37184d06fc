"""Recalculation: every running award against the rulebook of the day; a list, and no award that changes by itself."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.accounts.errors import Refused
from doudi.accounts.roles import Role
from doudi.awards import actions
from doudi.awards.actions.recalculating import recalculate, settle
from doudi.awards.kinds import Programme
from doudi.awards.models import Award, Recalculation, RecalculationFinding
from doudi.awards.models.adjustments import Finding
from doudi.awards.standards.recalculating import finding_of
from doudi.jobs import actions as jobs
from doudi.jobs.steps import schedules
from doudi.registry.models import Membership, Statement
from doudi.registry.models.facts import Source

from .standards_world import MAKERS, TODAY, at, award_of, done, known_lines, single
from .world import base, month, when, why

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(staff_with):
    return staff_with(Role.COUNTY_REVIEWER)


def found(by, on: date = TODAY, place: str = "533103") -> dict[str, RecalculationFinding]:
    """What a run says, by the number of the award."""
    run = recalculate(place=place, by=by, on=on, at=at(on))
    done(run.job_id, on)
    return {one.award.number: one for one in RecalculationFinding.objects.filter(recalculation=run)}


@pytest.mark.parametrize("kind", MAKERS)
def test_what_the_rulebook_says_is_not_on_the_list(kind, clerk, reviewer) -> None:
    make, programme = MAKERS[kind]
    award_of(make(clerk), programme, reviewer)
    assert found(reviewer) == {}


def test_more_and_less_are_told_with_the_amounts_and_nothing_changes(clerk, reviewer) -> None:
    awards = [award_of(single(clerk), Programme.DIBAO, reviewer) for _n in range(2)]
    for award, fen in zip(awards, (50_000, 60_000), strict=True):
        actions.change_lines(
            award=award, lines=[base(fen)], from_month=month(2026, 12), why=why("review"), **when(reviewer)
        )
    before, told = known_lines(), found(reviewer)
    assert [told[a.number].finding for a in awards] == [Finding.RAISE, Finding.LOWER]
    assert (told[awards[0].number].before_fen, told[awards[0].number].after_fen) == (50_000, 56_000)
    assert (known_lines(), Recalculation.objects.get().figures) == (before, {"awards": 2, "raise": 1, "lower": 1})


def test_whoever_earns_too_much_is_on_the_list_and_is_paid_on(clerk, reviewer) -> None:
    home = single(clerk)
    award = award_of(home, Programme.DIBAO, reviewer)
    Statement.objects.create(
        person=home.head, kind="wage_income", amount=9_000_000, source=Source.TAX, division_code=home.division_code,
        starts_on=date(2026, 3, 1), ends_on=date(2027, 3, 1), recorded_at=at(TODAY),
    )  # fmt: skip
    assert found(reviewer)[award.number].finding == Finding.NO_LONGER
    assert Award.objects.get(pk=award.pk).ends_on is None


def test_what_is_not_known_is_named(clerk, reviewer) -> None:
    home = single(clerk)
    award = award_of(home, Programme.DIBAO, reviewer)
    Statement.objects.filter(kind="financial_assets").update(superseded_at=at(TODAY))
    told = found(reviewer)[award.number]
    assert (told.finding, told.after_fen, told.reasons) == (Finding.UNKNOWN, None, ["household.financial_assets_fen"])


def test_a_person_of_no_household_cannot_be_calculated(clerk, reviewer) -> None:
    make, programme = MAKERS["old_alone"]
    home = make(clerk)
    award = award_of(home, programme, reviewer)
    Membership.objects.filter(person=home.head).update(superseded_at=at(TODAY))
    assert found(reviewer)[award.number].reasons == ["household.not_open"]


def test_only_running_awards_of_the_place_are_looked_at(clerk, reviewer) -> None:
    ended = award_of(single(clerk), Programme.DIBAO, reviewer)
    actions.end(award=ended, from_month=month(2026, 12), why=why("own_request"), **when(reviewer))
    award_of(single(clerk), Programme.DIBAO, reviewer)
    found(reviewer, place="533103103")
    assert Recalculation.objects.get().figures == {"awards": 0}
    found(reviewer)
    assert Recalculation.objects.order_by("-pk")[0].figures == {"awards": 1}


def test_the_clock_starts_the_whole_county(clerk, reviewer) -> None:
    award_of(single(clerk), Programme.DIBAO, reviewer)
    (plan,) = [one for one in schedules() if one.kind == "awards.recalculate_all"]
    job = jobs.start_scheduled(plan, at=at(TODAY))
    assert job is not None
    done(job.pk)
    run = Recalculation.objects.get()
    assert (run.place, run.started_by_id, run.on, run.figures) == ("533103", None, TODAY, {"awards": 1})


def test_a_second_run_waits_for_the_first(clerk, reviewer) -> None:
    recalculate(place="533103", by=reviewer, on=TODAY, at=at(TODAY))
    with pytest.raises(Refused, match="正在进行"):
        recalculate(place="533103", by=reviewer, on=TODAY, at=at(TODAY))


def test_a_finding_is_settled_once_with_words(clerk, reviewer) -> None:
    award = award_of(single(clerk), Programme.DIBAO, reviewer)
    actions.change_lines(
        award=award, lines=[base(50_000)], from_month=month(2026, 12), why=why("review"), **when(reviewer)
    )
    one = found(reviewer)[award.number]
    with pytest.raises(Refused, match="处理情况"):
        settle(finding=one, note="好", by=clerk, at=at(TODAY))
    assert settle(finding=one, note="已发起核查", by=clerk, at=at(TODAY)).settled_by_id == clerk.pk
    with pytest.raises(Refused, match="已经有人处理"):
        settle(finding=one, note="已发起核查", by=reviewer, at=at(TODAY))


def test_the_same_sum_in_other_parts_is_told_too() -> None:
    paid, answer = (("base", None, 60),), (("base", None, 50), ("top_up", 1, 10))
    assert finding_of(paid, answer) is Finding.SHAPE
    assert finding_of(paid, paid) is None
    assert finding_of(paid, ()) is Finding.NO_LONGER
