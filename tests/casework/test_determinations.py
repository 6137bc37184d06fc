"""From the opinion to the determination: two people, the rulebook beside them, and a replay to the byte."""

from __future__ import annotations

import json
from datetime import date

import pytest

from doudi.accounts.roles import Role
from doudi.awards.models import Award
from doudi.casework.actions import determining, opinions
from doudi.casework.actions.moving import move
from doudi.casework.models import Application, Conclusion, Determination
from doudi.casework.programmes import Programme
from doudi.casework.queries.determinations import comes_out_the_same
from doudi.casework.queries.evaluation import evaluate
from doudi.casework.stages import Stage
from doudi.registry.actions.refusal import Refused
from doudi.registry.models import Statement
from tests.casework.known import a_poor_family, a_rich_family, earns
from tests.casework.world import TUESDAY, a_household, an_accepted, at
from tests.conftest import NOON


def in_review(clerk, household) -> Application:
    """An accepted case put before the review, its survey left out."""
    application = an_accepted(clerk, household=household)
    Application.objects.filter(pk=application.pk).update(stage=Stage.REVIEW)
    return Application.objects.get(pk=application.pk)


def judged(application: Application, clerk, conclusion: Conclusion = Conclusion.GRANT, **said):
    return opinions.write_opinion(
        application=application, conclusion=conclusion, by=clerk, on=TUESDAY, at=at(TUESDAY), **said
    )


def before_the_county(application: Application) -> Application:
    Application.objects.filter(pk=application.pk).update(stage=Stage.COUNTY)
    return Application.objects.get(pk=application.pk)


def test_the_rulebook_says_what_a_poor_family_gets(clerk) -> None:
    application = in_review(clerk, a_poor_family(clerk))
    best = evaluate(application, today=TUESDAY).best()
    assert best is not None
    assert (best.programme, best.amount_fen_month) == (Programme.HOUSEHOLD_DIBAO, 56000)


def test_a_confirmation_keeps_everything_and_comes_out_the_same(clerk, staff_with) -> None:
    application = in_review(clerk, a_poor_family(clerk))
    judged(application, clerk)
    reviewer = staff_with(Role.COUNTY_REVIEWER)
    made = determining.confirm(application=before_the_county(application), by=reviewer, on=TUESDAY, at=at(TUESDAY))
    kept = Determination.objects.get(pk=made.pk)
    assert comes_out_the_same(kept)
    assert kept.rules_on == TUESDAY
    assert kept.parameters
    assert json.loads(str(kept.findings))["main"]
    assert Application.objects.get(pk=application.pk).stage == Stage.CONFIRMED


def test_whoever_prepared_a_case_cannot_decide_it(clerk, staff_with) -> None:
    reviewer = staff_with(Role.COUNTY_REVIEWER)
    application = in_review(clerk, a_poor_family(clerk))
    judged(application, clerk)
    case = before_the_county(application)
    move(case, "refer", by=reviewer, on=TUESDAY, at=at(TUESDAY))
    with pytest.raises(Refused, match="另一人"):
        determining.confirm(application=before_the_county(case), by=reviewer, on=TUESDAY, at=at(TUESDAY))


def test_an_opinion_against_the_rulebook_needs_a_reason_and_a_second_officer(clerk, staff_with) -> None:
    application = in_review(clerk, a_rich_family(clerk))
    with pytest.raises(Refused, match="写明理由"):
        judged(application, clerk)
    opinion = judged(application, clerk, reason="存款系代管的抚恤金")
    assert opinion.against
    with pytest.raises(Refused, match="第二人签署"):
        move(application, "propose_grant", by=clerk, on=TUESDAY, at=at(TUESDAY))
    head = staff_with(Role.TOWNSHIP_HEAD)
    opinions.countersign(application=application, by=head, on=TUESDAY, at=at(TUESDAY))
    assert move(application, "propose_grant", by=clerk, on=TUESDAY, at=at(TUESDAY)).stage == Stage.NOTICE


def test_what_nobody_can_calculate_yet_is_not_posted(clerk, staff_with) -> None:
    home = a_poor_family(clerk)
    Statement.objects.filter(kind="financial_assets").update(superseded_at=NOON)
    application = in_review(clerk, home)
    opinion = judged(application, clerk, reason="入户看到家庭确有困难", judgements={"unknown": "存款还没有查清"})
    assert (opinion.rulebook_says, opinion.amount_fen_month) == (None, None)
    head = staff_with(Role.TOWNSHIP_HEAD)
    opinions.countersign(application=application, by=head, on=TUESDAY, at=at(TUESDAY))
    with pytest.raises(Refused, match="补全缺少的情况"):
        move(application, "propose_grant", by=clerk, on=TUESDAY, at=at(TUESDAY))


def test_a_refusal_goes_on_without_a_notice(clerk) -> None:
    application = in_review(clerk, a_rich_family(clerk))
    judged(application, clerk, Conclusion.REFUSE)
    moved = opinions.propose_refusal(application=application, by=clerk, on=TUESDAY, at=at(TUESDAY))
    assert moved.stage == Stage.COUNTY


def test_a_no_is_a_referral_within_the_same_application(clerk) -> None:
    application = in_review(clerk, a_rich_family(clerk))
    moved = opinions.refer(
        application=application, programme=Programme.TEMPORARY_EXPENDITURE, by=clerk, on=TUESDAY, at=at(TUESDAY)
    )
    assert (moved.number, moved.programme, moved.asked) == (
        application.number, Programme.TEMPORARY_EXPENDITURE, Programme.HOUSEHOLD_DIBAO,
    )  # fmt: skip


def test_a_confirmation_is_stopped_when_the_facts_have_changed(clerk, staff_with) -> None:

    family = a_poor_family(clerk)
    application = in_review(clerk, family)
    judged(application, clerk)
    earns(family, clerk, 90_000_00)
    with pytest.raises(Refused, match="情况有变化"):
        determining.confirm(
            application=before_the_county(application), by=staff_with(Role.COUNTY_REVIEWER), on=TUESDAY, at=at(TUESDAY)
        )


@pytest.mark.parametrize(("family", "words"), [(a_household, "还不知道"), (a_rich_family, "规则测算不符合")])
def test_where_the_rulebook_gives_no_amount_the_county_is_told_why_it_cannot_confirm(
    clerk, staff_with, family, words: str
) -> None:
    application = in_review(clerk, family(clerk))
    judged(application, clerk, reason="村里都说困难", judgements={"unknown": "走访过"})
    case, reviewer = before_the_county(application), staff_with(Role.COUNTY_REVIEWER)
    with pytest.raises(Refused, match=words):
        determining.confirm(application=case, by=reviewer, on=TUESDAY, at=at(TUESDAY))
    assert Application.objects.get(pk=case.pk).stage == Stage.COUNTY
    assert not Award.objects.exists()


def test_nobody_is_refused_on_old_figures(clerk, staff_with) -> None:
    family = a_poor_family(clerk)
    earns(family, clerk, 90_000_00)
    application = in_review(clerk, family)
    judged(application, clerk, Conclusion.REFUSE)
    earns(family, clerk, 0, on=date(2026, 10, 20))
    with pytest.raises(Refused, match="情况有变化"):
        determining.refuse_application(
            application=before_the_county(application), by=staff_with(Role.COUNTY_REVIEWER), on=TUESDAY, at=at(TUESDAY)
        )


@pytest.mark.planted
def test_a_decision_dated_back_would_begin_the_award_a_month_early_and_is_refused(clerk, staff_with) -> None:
    application = in_review(clerk, a_poor_family(clerk))
    judged(application, clerk)
    reviewer, november = staff_with(Role.COUNTY_REVIEWER), at(date(2026, 11, 2))
    with pytest.raises(Refused, match="不能补登以前的日期"):
        determining.confirm(application=before_the_county(application), by=reviewer, on=TUESDAY, at=november)
    assert not Award.objects.exists()


def test_a_confirmation_grants_the_award_from_the_month_after_and_enters_the_category(clerk, staff_with) -> None:
    family = a_poor_family(clerk)
    application = in_review(clerk, family)
    judged(application, clerk)
    reviewer = staff_with(Role.COUNTY_REVIEWER)
    made = determining.confirm(application=before_the_county(application), by=reviewer, on=TUESDAY, at=at(TUESDAY))
    award = Award.objects.get(number=made.award)
    assert (award.starts_on, award.determination) == (date(2026, 11, 1), made.number)
    assert [line.fen_month for line in award.lines.all()] == [56000]
    assert [s.category for s in family.statuses.all()] == ["dibao"]


def test_a_family_that_may_work_is_looked_at_again_after_half_a_year(clerk, staff_with) -> None:
    application = in_review(clerk, a_poor_family(clerk))
    judged(application, clerk)
    reviewer = staff_with(Role.COUNTY_REVIEWER)
    determining.confirm(application=before_the_county(application), by=reviewer, on=TUESDAY, at=at(TUESDAY))
    assert Award.objects.get().review_by == date(2027, 4, 27)
