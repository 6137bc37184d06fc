"""Visits by two, signed by both sides; seeded draws; the county's own eyes where the law wants them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from doudi.accounts.roles import Role
from doudi.casework.actions import visits
from doudi.casework.actions.moving import move
from doudi.casework.actions.visits import Seen
from doudi.casework.drawing import chosen_of
from doudi.casework.models import Application, CheckDraw, HomeVisit, Step
from doudi.casework.programmes import Programme
from doudi.casework.stages import Stage
from doudi.registry.actions.refusal import Refused
from tests.casework.known import a_poor_family
from tests.casework.test_determinations import before_the_county, in_review, judged
from tests.casework.world import TUESDAY, an_accepted, at


def seen(**changes) -> Seen:
    said = {
        "kind": "home",
        "at": at(TUESDAY),
        "place": "弄恩村三组",
        "first_name": "方小娥",
        "second_name": "瞿金凤",
        "findings": "砖木结构，户主骨折",
        "result": "matches",
        "unsigned_because": "户主手伤",
    }
    return Seen(**said | changes)


def test_a_visit_is_recorded_and_the_survey_has_started(clerk) -> None:
    application = an_accepted(clerk)
    visits.record_visit(application=application, seen=seen(), by=clerk, on=TUESDAY, at=at(TUESDAY))
    assert HomeVisit.objects.get().result == "matches"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"second_name": "方小娥"}, "至少两人"),
        ({"second_name": " "}, "至少两人"),
        ({"unsigned_because": ""}, "不能签名的写明原因"),
        ({"findings": ""}, "请写明调查"),
    ],
)
def test_a_visit_by_one_or_unsigned_is_refused(clerk, changes, words) -> None:
    with pytest.raises(Refused, match=words):
        visits.record_visit(application=an_accepted(clerk), seen=seen(**changes), by=clerk, on=TUESDAY, at=at(TUESDAY))


def test_the_database_refuses_a_visit_by_one(clerk) -> None:
    application = an_accepted(clerk)
    with pytest.raises(IntegrityError, match="visit_by_two"), transaction.atomic():
        HomeVisit.objects.create(
            application=application, division_code=application.division_code, kind="home", on=TUESDAY, at=at(TUESDAY),
            place="村", first_name="一人", second_name="一人", findings="x", result="matches", unsigned_because="无",
            recorded_at=at(TUESDAY), recorded_by_id=clerk.pk,
        )  # fmt: skip


def test_the_survey_ends_only_with_visit_and_report(clerk) -> None:
    application = an_accepted(clerk)
    with pytest.raises(Refused) as caught:
        move(application, "finish_survey", by=clerk, on=TUESDAY, at=at(TUESDAY))
    assert {"入户调查" in p.message or "核对报告" in p.message for p in caught.value.problems} == {True}


def test_of_tekun_three_in_ten_are_drawn_and_anybody_can_draw_again(clerk, staff_with) -> None:
    for _n in range(4):
        application = an_accepted(clerk)
        Application.objects.filter(pk=application.pk).update(stage=Stage.COUNTY, programme=Programme.TEKUN)
    county = staff_with(Role.COUNTY_CLERK)
    with pytest.raises(Refused, match="百分之三十"):
        visits.draw_checks(programme=Programme.TEKUN, place="533103", share_percent=29, seed="26135", by=county,
                           on=TUESDAY, at=at(TUESDAY))  # fmt: skip
    draw = visits.draw_checks(programme=Programme.TEKUN, place="533103", share_percent=30, seed="26135", by=county,
                              on=TUESDAY, at=at(TUESDAY))  # fmt: skip
    assert len(draw.chosen) == 2  # three in ten of four, rounded up
    assert chosen_of(draw.numbers, draw.share_percent, draw.seed) == draw.chosen
    assert Application.objects.filter(stage=Stage.CHECK).count() == 2
    assert CheckDraw.objects.count() == 1


def a_tekun_before_the_county(clerk) -> Application:
    application = an_accepted(clerk)
    Application.objects.filter(pk=application.pk).update(stage=Stage.COUNTY, programme=Programme.TEKUN)
    return Application.objects.get(pk=application.pk)


def drawn(county, seed: str = "26135") -> CheckDraw:
    return visits.draw_checks(programme=Programme.TEKUN, place="533103", share_percent=30, seed=seed, by=county,
                              on=TUESDAY, at=at(TUESDAY))  # fmt: skip


def why_not(case: Application, name: str, by) -> str:
    """Everything said against a decision."""
    with pytest.raises(Refused) as caught:
        move(case, name, by=by, on=TUESDAY, at=at(TUESDAY))
    return "".join(p.message for p in caught.value.problems)


@pytest.mark.parametrize("name", ["confirm", "refuse"])
def test_no_tekun_case_is_decided_before_it_lay_in_a_draw(clerk, staff_with, name: str) -> None:
    cases = [a_tekun_before_the_county(clerk) for _n in range(4)]
    reviewer = staff_with(Role.COUNTY_REVIEWER)
    assert "随机抽查" in why_not(cases[0], name, reviewer)
    draw = drawn(staff_with(Role.COUNTY_CLERK))
    spared = next(case for case in cases if case.number not in draw.chosen)
    assert "随机抽查" not in why_not(spared, name, reviewer)
    chosen = Application.objects.get(number=draw.chosen[0])
    Application.objects.filter(pk=chosen.pk).update(stage=Stage.COUNTY)
    assert "须市级入户" in why_not(chosen, name, reviewer)


@pytest.mark.planted
def test_a_draw_before_the_case_came_again_does_not_count(clerk, staff_with) -> None:
    case, reviewer = a_tekun_before_the_county(clerk), staff_with(Role.COUNTY_REVIEWER)
    a_tekun_before_the_county(clerk)
    drawn(staff_with(Role.COUNTY_CLERK))
    Application.objects.filter(pk=case.pk).update(stage=Stage.COUNTY)
    Step.objects.create(
        application=case, division_code=case.division_code, move="end_notice", from_stage="notice", to_stage="county",
        on=TUESDAY, at=at(TUESDAY) + timedelta(hours=1),
    )  # fmt: skip
    assert "随机抽查" in why_not(case, "confirm", reviewer)


def test_where_the_township_decides_the_county_draws_afterwards(clerk, staff_with) -> None:
    case = a_tekun_before_the_county(clerk)
    Application.objects.filter(pk=case.pk).update(delegated=True)
    assert "随机抽查" not in why_not(case, "confirm", staff_with(Role.TOWNSHIP_HEAD))


def test_a_relatives_case_is_not_decided_before_the_county_was_there(clerk, staff_with) -> None:
    application = in_review(clerk, a_poor_family(clerk))
    judged(application, clerk)
    Application.objects.filter(pk=application.pk).update(visit_because="relatives")
    reviewer, county = staff_with(Role.COUNTY_REVIEWER), staff_with(Role.COUNTY_CLERK)
    case = before_the_county(application)
    with pytest.raises(Refused, match="须市级入户"):
        move(case, "confirm", by=reviewer, on=TUESDAY, at=at(TUESDAY))
    visits.record_visit(application=case, seen=seen(kind="county"), by=county, on=TUESDAY, at=at(TUESDAY))
    assert move(case, "confirm", by=reviewer, on=TUESDAY, at=at(TUESDAY)).stage == Stage.CONFIRMED


def test_a_complaint_while_the_county_decides_sends_it_there_whatever_was_seen_before(clerk, staff_with) -> None:
    application = in_review(clerk, a_poor_family(clerk))
    judged(application, clerk)
    reviewer, county = staff_with(Role.COUNTY_REVIEWER), staff_with(Role.COUNTY_CLERK)
    case = before_the_county(application)
    visits.record_visit(application=case, seen=seen(kind="county"), by=county, on=TUESDAY, at=at(TUESDAY))
    later = at(TUESDAY) + timedelta(hours=1)
    case = visits.register_complaint(application=case, by=county, on=TUESDAY, at=later, note="群众反映有门面出租")
    assert case.visit_because == "complaint"
    assert "须市级入户" in why_not(case, "confirm", reviewer)
    visits.record_visit(application=case, seen=seen(kind="county"), by=county, on=TUESDAY, at=later)
    assert move(case, "confirm", by=reviewer, on=TUESDAY, at=later).stage == Stage.CONFIRMED


def test_an_appraisal_is_counted(clerk) -> None:
    with pytest.raises(Refused, match="人数"):
        visits.record_enquiry(
            application=an_accepted(clerk),
            kind="appraisal",
            asked="评议组",
            said="情况属实",
            by=clerk,
            on=TUESDAY,
            at=at(TUESDAY),
        )


@given(st.sets(st.integers(0, 9999), min_size=1, max_size=60), st.integers(1, 100), st.text(min_size=1, max_size=9))
def test_a_draw_never_falls_under_its_share_and_ignores_the_order(ids: set[int], share: int, seed: str) -> None:
    numbers = [f"TK-2026-1027-{n:04d}" for n in ids]
    chosen = chosen_of(numbers, share, seed)
    assert len(chosen) * 100 >= len(numbers) * share
    assert chosen == chosen_of(list(reversed(numbers)), share, seed)
