"""A standard that changes: who is raised, what is written, what a person must look at, and undoing it all."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.accounts.errors import Refused
from doudi.accounts.roles import Role
from doudi.awards import actions, queries
from doudi.awards.actions import adjusting
from doudi.awards.entitlements import Line
from doudi.awards.kinds import Kind, Programme
from doudi.awards.models import AdjustmentLine, Award, AwardChange
from doudi.awards.models.adjustments import Outcome, Step
from doudi.awards.months import months_after
from doudi.awards.paid_guard import register, unregister
from doudi.rulebook.queries.book import county_book
from tests.conftest import OTHER_VILLAGE

from .standards_world import (
    MAKERS,
    RISE,
    TODAY,
    applied,
    at,
    award_of,
    done,
    entitled,
    estimated,
    family,
    known_lines,
    proposed,
    published,
    single,
    undone,
    withdrawn,
)
from .world import base, month, when, why

pytestmark = pytest.mark.django_db
FEBRUARY = month(2027, 2)


@pytest.fixture
def drafter(staff_with):
    return staff_with(Role.COUNTY_CLERK)


@pytest.fixture
def reviewer(staff_with):
    return staff_with(Role.COUNTY_REVIEWER)


@pytest.fixture
def raise_standard(drafter, reviewer):
    """Propose, publish, apply."""

    def act(*values, **said):
        draft = published(proposed(drafter, *values, **said), reviewer)
        return applied(estimated(draft, reviewer), reviewer)

    return act


def outcome_of(award: Award) -> AdjustmentLine:
    return AdjustmentLine.objects.get(award=award)


def test_the_effect_is_told_before_anything_is_published(clerk, drafter, reviewer) -> None:
    award_of(single(clerk), Programme.DIBAO, reviewer)
    before = known_lines()
    told = estimated(proposed(drafter), drafter)
    total = told.figures["total"]
    assert (told.state, total["raised"], total["before"], total["after"]) == (Step.COMPUTED, 1, 56_000, 62_000)
    assert total["back_pay"] == 6 * 6_000
    assert told.figures["months"] == {str(months_after(RISE, n)): 6_000 for n in range(6)}
    assert (told.figures["ratio"]["permille"], told.figures["ratio_before"]["permille"]) == (833, 752)
    assert known_lines() == before


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_written_is_what_a_determination_would_say(kind, clerk, reviewer, raise_standard) -> None:
    make, programme = MAKERS[kind]
    home = make(clerk)
    award = award_of(home, programme, reviewer)
    values = ({}, {"name": "tekun_basic", "residence": "", "value": "1020"},
              {"name": "individual_factor_percent", "residence": "", "value": "120"},
              {"name": "top_up_percent.severely_ill", "residence": "", "value": "25"})  # fmt: skip
    raise_standard(*values)
    assert outcome_of(award).outcome == Outcome.RAISED
    wanted = {line.what: line for line in entitled(home, programme, RISE, county_book()).lines}
    paid = queries.payable(award, TODAY).lines
    assert {(r.kind, r.person_id) for r in paid} == set(wanted)
    for row in paid:
        line = wanted[row.kind, row.person_id]
        assert (row.fen_month, row.reason, tuple(row.clauses)) == (line.fen_month, line.reason, line.clauses)
        assert row.kind == "care" or tuple(row.parameters) == line.parameters


def test_an_applied_standard_is_an_act_of_the_history(clerk, reviewer, raise_standard) -> None:
    award = award_of(single(clerk), Programme.DIBAO, reviewer)
    adjustment = raise_standard()
    change = AwardChange.objects.get(adjustment=adjustment)
    assert (change.act, change.reason, change.reference) == ("increase", "standard", adjustment.number)
    assert (change.before_fen, change.after_fen, change.effective_from) == (56_000, 62_000, RISE)
    assert [row.pk for row in queries.changes_of_month(RISE)] == [award.changes.first().pk, change.pk]
    assert queries.touched_since(at(date(2027, 4, 14))) == {award.pk: RISE}
    assert award.version < Award.objects.get(pk=award.pk).version


def test_a_household_reads_what_changes_and_what_is_made_up(clerk, reviewer, raise_standard) -> None:
    award = award_of(single(clerk), Programme.DIBAO, reviewer)
    raise_standard()
    assert outcome_of(award).notice == (
        "按照“2026 年标准调整”，自2026年11月起，您家的最低生活保障金由每月560.00元提高到每月620.00元。"
        "2026年11月至2027年4月应补发的差额共360.00元，随以后的发放一并补发。"
    )


def test_each_stretch_of_an_award_is_raised_by_itself(clerk, reviewer, raise_standard) -> None:
    home = family(clerk)
    award = award_of(home, Programme.DIBAO, reviewer)
    first = entitled(home, Programme.DIBAO)
    less = [line for line in first.lines if line.kind != Kind.TOP_UP] + [first.lines[-1]]
    actions.change_lines(
        award=award, lines=less, from_month=month(2026, 12), until=FEBRUARY, why=why("review"), **when(reviewer)
    )
    raise_standard()
    assert outcome_of(award).outcome == Outcome.DIFFERS  # the months in between are not what the rulebook answers


def test_suspended_months_are_raised_and_not_made_up(clerk, reviewer, raise_standard) -> None:
    award = award_of(single(clerk), Programme.DIBAO, reviewer)
    actions.suspend(award=award, from_month=FEBRUARY, why=why("out_of_contact"), **when(reviewer))
    raise_standard()
    line = outcome_of(award)
    assert (line.outcome, line.back_pay_months, line.back_pay_fen) == (Outcome.RAISED, 3, 18_000)
    assert queries.total(award, TODAY) == 62_000


def test_an_award_that_ended_meanwhile_is_made_up_until_its_end(clerk, reviewer, raise_standard) -> None:
    award = award_of(single(clerk), Programme.DIBAO, reviewer)
    actions.end(award=award, from_month=FEBRUARY, why=why("own_request"), **when(reviewer))
    raise_standard()
    assert (outcome_of(award).back_pay_months, queries.total(award, month(2027, 1))) == (3, 62_000)
    assert queries.total(award, FEBRUARY) == 0


def test_whoever_is_decided_otherwise_is_left_to_a_person(clerk, reviewer, raise_standard) -> None:
    award = award_of(single(clerk), Programme.DIBAO, reviewer)
    line = Line(Kind.BASE, 57_000, "decided", ("M57-23",))
    actions.change_lines(award=award, lines=[line], from_month=RISE, why=why("review"), **when(reviewer))
    before = known_lines()
    raise_standard()
    assert (outcome_of(award).outcome, known_lines()) == (Outcome.DIFFERS, before)


def test_unknown_facts_are_named_and_nothing_is_guessed(clerk, reviewer, raise_standard) -> None:
    from doudi.registry.models import Statement

    home = single(clerk)
    award = award_of(home, Programme.DIBAO, reviewer)
    Statement.objects.filter(person=home.head, kind="wage_income").update(superseded_at=at(TODAY))
    before = known_lines()
    raise_standard()
    assert outcome_of(award).outcome == Outcome.UNKNOWN
    assert outcome_of(award).reasons == [f"person:{home.head_id}.wage_income_fen"]
    assert known_lines() == before


def test_what_was_stated_since_serves_where_it_gives_what_is_paid(clerk, reviewer, raise_standard) -> None:
    from doudi.registry.models import Statement

    home = single(clerk, wage=120_000)
    award = award_of(home, Programme.DIBAO, reviewer)
    Statement.objects.filter(person=home.head, kind="wage_income").update(superseded_at=at(TODAY))
    Statement.objects.create(
        person=home.head, kind="wage_income", amount=120_000, source="visit", division_code=home.division_code,
        starts_on=month(2026, 4), ends_on=month(2027, 4), recorded_at=at(TODAY),
    )  # fmt: skip
    raise_standard()
    assert (outcome_of(award).outcome, queries.total(award, TODAY)) == (Outcome.RAISED, 52_000)


def test_nobody_is_lowered_by_a_standard(clerk, reviewer, raise_standard) -> None:
    award = award_of(single(clerk), Programme.DIBAO, reviewer)
    before = known_lines()
    raise_standard({"value": "500"})
    assert (outcome_of(award).outcome, known_lines()) == (Outcome.LOWERED, before)


def test_the_other_class_is_not_touched_nor_asked_about(clerk, reviewer, raise_standard) -> None:
    award = award_of(single(clerk, place=OTHER_VILLAGE), Programme.DIBAO, reviewer)
    adjustment = raise_standard()
    assert adjustment.figures["total"]["unchanged"] == 1
    assert not AdjustmentLine.objects.filter(award=award).exists()


def test_a_value_of_the_middle_of_a_month_is_felt_in_the_next(clerk, drafter, reviewer) -> None:
    award_of(single(clerk), Programme.DIBAO, reviewer)
    told = estimated(proposed(drafter, {"starts_on": date(2026, 11, 15)}), drafter)
    assert (told.effective_from, told.figures["total"]["back_pay"]) == (month(2026, 12), 5 * 6_000)


def test_two_values_from_different_months_give_two_stretches(clerk, reviewer, raise_standard) -> None:
    award = award_of(single(clerk), Programme.DIBAO, reviewer)
    raise_standard({}, {"starts_on": FEBRUARY, "value": "650"})
    assert [queries.total(award, m) for m in (month(2027, 1), FEBRUARY)] == [62_000, 65_000]
    assert outcome_of(award).back_pay_fen == 3 * 6_000 + 3 * 9_000
    assert [c.effective_from for c in queries.history(award)[1:]] == [RISE, FEBRUARY]


def test_an_award_granted_on_the_new_values_already_is_left_as_it_is(clerk, drafter, reviewer) -> None:
    draft = published(proposed(drafter), reviewer)
    award_of(single(clerk), Programme.DIBAO, reviewer)
    assert estimated(draft, reviewer).figures["total"]["unchanged"] == 1


def test_nothing_is_applied_before_publication_nor_twice(clerk, drafter, reviewer) -> None:
    award_of(single(clerk), Programme.DIBAO, reviewer)
    adjustment = estimated(proposed(drafter), drafter)
    with pytest.raises(Refused, match="还没有发布"):
        adjusting.apply(adjustment=adjustment, by=reviewer, at=at(TODAY))
    published(adjustment.draft, reviewer)
    applied(adjustment, reviewer)
    with pytest.raises(Refused, match="测算影响"):
        adjusting.apply(adjustment=adjustment, by=reviewer, at=at(TODAY))


@pytest.mark.parametrize("kind", MAKERS)
def test_a_wrong_standard_undone_leaves_every_award_as_it_was(kind, clerk, drafter, reviewer, raise_standard) -> None:
    make, programme = MAKERS[kind]
    award_of(make(clerk), programme, reviewer)
    before = known_lines()
    adjustment = raise_standard({}, {"name": "tekun_basic", "residence": "", "value": "1020"},
                                {"starts_on": FEBRUARY, "value": "650"},
                                {"name": "individual_factor_percent", "residence": "", "value": "120"})  # fmt: skip
    assert known_lines() != before
    withdrawn(adjustment.draft, drafter, reviewer)
    assert undone(adjustment, reviewer).state == Step.UNDONE
    assert known_lines() == before


def test_what_was_undone_can_be_followed_by_earlier_acts_taken_back(clerk, drafter, reviewer, raise_standard) -> None:
    award = award_of(single(clerk), Programme.DIBAO, reviewer)
    change = actions.change_lines(
        award=award, lines=[base(40_000)], from_month=FEBRUARY, why=why("review"), **when(reviewer)
    )
    actions.take_back(change=change, why=why("clerical_error"), **when(reviewer))
    before = known_lines()
    suspended = actions.suspend(award=award, from_month=FEBRUARY, why=why("out_of_contact"), **when(reviewer))
    adjustment = raise_standard()
    withdrawn(adjustment.draft, drafter, reviewer)
    undone(adjustment, reviewer)
    actions.take_back(change=suspended, why=why("clerical_error"), **when(reviewer, TODAY))
    assert known_lines() == before


def test_later_acts_stand_in_the_way_until_they_are_taken_back(clerk, drafter, reviewer, raise_standard) -> None:
    award = award_of(single(clerk), Programme.DIBAO, reviewer)
    before = known_lines()
    adjustment = raise_standard()
    change = actions.change_lines(
        award=award, lines=[base(70_000)], from_month=FEBRUARY, why=why("review"), **when(reviewer, TODAY)
    )
    withdrawn(adjustment.draft, drafter, reviewer)
    with pytest.raises(Refused, match=award.number):
        adjusting.undo(adjustment=adjustment, note="发布日期写错", by=reviewer, at=at(TODAY))
    actions.take_back(change=change, why=why("clerical_error"), **when(reviewer, TODAY))
    undone(adjustment, reviewer)
    assert known_lines() == before


def test_values_are_withdrawn_before_awards_are_taken_back(clerk, reviewer, raise_standard) -> None:
    award_of(single(clerk), Programme.DIBAO, reviewer)
    with pytest.raises(Refused, match="两个人撤回"):
        adjusting.undo(adjustment=raise_standard(), note="发布日期写错", by=reviewer, at=at(TODAY))


def test_what_was_paid_cannot_be_undone(clerk, drafter, reviewer, raise_standard) -> None:
    award = award_of(single(clerk), Programme.DIBAO, reviewer)
    adjustment = raise_standard()
    withdrawn(adjustment.draft, drafter, reviewer)
    asked = []
    register("test", lambda question: asked.append(question) or "2027 年 5 月的批次已经锁定。")
    try:
        with pytest.raises(Refused, match="已经锁定"):
            adjusting.undo(adjustment=adjustment, note="发布日期写错", by=reviewer, at=at(TODAY))
    finally:
        unregister("test")
    assert (list(asked[0].awards), asked[0].from_month, asked[0].since) == ([award.pk], RISE, at(TODAY))


def test_publications_are_applied_in_their_order(clerk, drafter, reviewer) -> None:
    award_of(single(clerk), Programme.DIBAO, reviewer)
    first = estimated(published(proposed(drafter), reviewer), reviewer)
    second = proposed(drafter, {"starts_on": FEBRUARY, "value": "650"}, title="2027 年标准调整")
    from doudi.rulebook import actions as rulebook

    rulebook.publish(draft=second, note="同意发布", sign_off=True, by=reviewer, at=at(date(2027, 4, 16)))
    later = estimated(second, reviewer)
    with pytest.raises(Refused, match="2026 年标准调整"):
        adjusting.apply(adjustment=later, by=reviewer, at=at(TODAY))
    applied(first, reviewer)
    done(adjusting.estimate(draft=second, by=reviewer, at=at(TODAY)).job_id)
    later.refresh_from_db()
    assert applied(later, reviewer).figures["total"]["raised"] == 1
