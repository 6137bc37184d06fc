"""Increase, reduction, members, suspension, phase-out, end, and taking back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from doudi.audit.models import AuditEvent
from doudi.awards import actions, queries
from doudi.awards.actions import Why
from doudi.awards.actions.changing import said as as_line
from doudi.awards.actions.ending import _check_months, phase_out_range
from doudi.awards.entitlements import Line
from doudi.awards.kinds import Act, Kind, State
from doudi.awards.models import Award, AwardChange
from doudi.policy import PolicyError, rulebook
from doudi.policy.parameters import Block
from doudi.registry import actions as registry
from doudi.registry.actions import Conflict, Refused
from doudi.registry.actions.refusal import Problems

from .world import (
    DAY,
    DECEMBER,
    JANUARY,
    NOVEMBER,
    a_household,
    at,
    base,
    dibao_of,
    granted,
    individual_of,
    member,
    month,
    tekun_of,
    top_up,
    when,
    why,
)

pytestmark = pytest.mark.django_db
FEBRUARY, MAY = month(2027, 2), month(2027, 5)


def paid(award: Award, *months: date) -> list[int]:
    """What is paid in some months."""
    return [queries.payable(award, m).fen for m in months]


def acts(award: Award) -> list[str]:
    """The history in words."""
    return [change.act for change in queries.history(award)]


def test_a_reduction_holds_from_its_month(award: Award, reviewer) -> None:
    change = actions.change_lines(award=award, lines=[base(50_000)], from_month=DECEMBER, why=why(), **when(reviewer))
    assert paid(award, NOVEMBER, DECEMBER, MAY) == [65_600, 50_000, 50_000]
    assert (change.act, change.before_fen, change.after_fen) == (Act.REDUCE, 65_600, 50_000)
    assert award.version == 2


def test_an_increase_for_some_months_gives_way_again(award: Award, reviewer, people) -> None:
    lines = [base(70_000), top_up(people[2].pk)]
    change = actions.change_lines(
        award=award, lines=lines, from_month=DECEMBER, until=FEBRUARY, why=why("standard"), **when(reviewer)
    )
    assert paid(award, NOVEMBER, DECEMBER, JANUARY, FEBRUARY) == [65_600, 75_600, 75_600, 65_600]
    assert (change.act, change.until) == (Act.INCREASE, FEBRUARY)


def test_a_line_that_stays_the_same_keeps_its_row(award: Award, reviewer, people) -> None:
    kept = queries.payable(award, DECEMBER).lines[1]
    actions.change_lines(
        award=award, lines=[base(70_000), top_up(people[2].pk)], from_month=DECEMBER, why=why(), **when(reviewer)
    )
    assert queries.payable(award, DECEMBER).lines[1].pk == kept.pk


def test_the_same_total_from_other_lines_is_an_adjustment(award: Award, reviewer, people) -> None:
    lines = [base(), top_up(people[1].pk)]
    change = actions.change_lines(award=award, lines=lines, from_month=DECEMBER, why=why("top_up"), **when(reviewer))
    assert change.act == Act.ADJUST
    assert queries.payable(award, DECEMBER).lines[1].person_id == people[1].pk


def test_no_change_is_refused(award: Award, reviewer, people) -> None:
    with pytest.raises(Refused, match="没有变化"):
        actions.change_lines(
            award=award, lines=[base(), top_up(people[2].pk)], from_month=DECEMBER, why=why(), **when(reviewer)
        )


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"from_month": month(2026, 10)}, "早于待遇起始月 2026-11"),
        ({"from_month": date(2026, 12, 2)}, "当月 1 日"),
        ({"until": date(2027, 1, 9)}, "当月 1 日"),
        ({"until": DECEMBER}, "截止月应晚于起始月"),
        ({"why": Why("review")}, "听取本人意见"),
        ({"why": why("resolved")}, "没有这个原因"),
        ({"why": why(note="一\x00二")}, "控制字符"),
    ],
)
def test_what_is_wrong_with_a_change_is_said(said, problem: str, award: Award, reviewer) -> None:
    told = {"from_month": DECEMBER, "why": why()} | said
    with pytest.raises(Refused, match=problem):
        actions.change_lines(award=award, lines=[base(50_000)], **told, **when(reviewer))


def test_before_the_law_of_2026_a_reduction_needs_no_hearing(home, reviewer) -> None:
    award = granted(reviewer, dibao_of(home), on=date(2026, 3, 2))
    actions.change_lines(
        award=award,
        lines=[base(1_000)],
        from_month=month(2026, 7),
        why=Why("review"),
        **when(reviewer, date(2026, 6, 30)),
    )
    assert paid(award, month(2026, 7)) == [1_000]


def test_a_stale_page_changes_nothing(award: Award, reviewer) -> None:
    said = {"award": award, "from_month": DECEMBER, "version": 1, **when(reviewer)}
    actions.change_lines(lines=[base(50_000)], why=why(), **said)
    with pytest.raises(Conflict):
        actions.change_lines(lines=[base(40_000)], why=why(), **said)
    assert paid(award, DECEMBER) == [50_000]


def test_three_refused_jobs_stop_one_members_share(award: Award, reviewer, people) -> None:
    change = actions.remove_member(
        award=award, person=people[0].pk, from_month=DECEMBER, why=why("job_refusals"), **when(reviewer)
    )
    assert paid(award, DECEMBER) == [45_600]
    assert (change.person_id, change.clauses) == (people[0].pk, ["M57-34"])
    assert [m.person_id for m in queries.people_of(award, DECEMBER)] == [people[1].pk, people[2].pk]
    assert queries.payable(award, DECEMBER).lines[0].reason == "share_stopped"


def test_a_death_takes_the_top_up_along_and_may_raise_the_base(award: Award, reviewer, people) -> None:
    change = actions.remove_member(
        award=award, person=people[2].pk, from_month=DECEMBER, why=Why("death"), base_fen_month=62_000, **when(reviewer)
    )
    assert paid(award, DECEMBER) == [62_000]
    assert change.act == Act.REDUCE


def test_whoever_left_may_have_an_award_of_their_own(award: Award, home, reviewer, people) -> None:
    actions.remove_member(
        award=award, person=people[1].pk, from_month=JANUARY, why=why("member_left"), **when(reviewer)
    )
    with pytest.raises(Refused, match="已享受"):
        granted(reviewer, individual_of(home, people[1].pk), starts_on=DECEMBER)
    assert granted(reviewer, individual_of(home, people[1].pk), starts_on=JANUARY).pk


def test_an_equal_share_is_rounded_down_so_that_nobody_who_stays_loses_a_fen(home, reviewer, people) -> None:
    award = granted(reviewer, dibao_of(home, fen=100))
    actions.remove_member(
        award=award, person=people[0].pk, from_month=DECEMBER, why=why("job_refusals"), **when(reviewer)
    )
    assert paid(award, DECEMBER) == [67]


def test_who_cannot_be_removed(award: Award, clerk, reviewer, people) -> None:
    single = a_household(clerk)
    alone = granted(reviewer, dibao_of(single))
    said = {"from_month": DECEMBER, "why": why("member_left"), **when(reviewer)}
    with pytest.raises(Refused, match="不是本待遇保障的人"):
        actions.remove_member(award=award, person=single.head_id, **said)
    with pytest.raises(Refused, match="请办理终止"):
        actions.remove_member(award=alone, person=single.head_id, **said)
    actions.change_lines(award=award, lines=[base(1)], **(said | {"from_month": JANUARY, "why": why()}))
    with pytest.raises(Refused, match="逐段办理"):
        actions.remove_member(award=award, person=people[0].pk, **said)


def test_a_child_is_born(award: Award, home, clerk, reviewer, people) -> None:
    on = date(2026, 11, 5)
    newborn = member("20", name="岳早扁", sex=1, birth=date(2026, 10, 20), resident_id="").person
    child = registry.register_person(household=home, person=newborn, relation="20", by=clerk, on=on, at=at(on))
    lines = [base(80_000), top_up(people[2].pk), top_up(child.pk)]
    change = actions.add_member(
        award=award, person=child.pk, lines=lines, from_month=DECEMBER, why=why("member_joined"), **when(reviewer, on)
    )
    assert change.person_id == child.pk
    assert queries.current_for_people([child.pk], DECEMBER) == {child.pk: award}
    assert queries.current_for_people([child.pk], NOVEMBER) == {}
    assert paid(award, NOVEMBER, DECEMBER) == [65_600, 91_200]


def test_nobody_joins_a_personal_award_or_from_another_household(award: Award, clerk, reviewer, people) -> None:
    other = a_household(clerk)
    own = granted(reviewer, tekun_of(other, other.head_id))
    said = {"from_month": DECEMBER, "why": why("member_joined"), **when(reviewer)}
    with pytest.raises(Refused, match="不能增加成员"):
        actions.add_member(award=own, person=people[0].pk, lines=[base(1, other.head_id)], **said)
    with pytest.raises(Refused, match=r"不是本户成员.*已享受特困"):
        actions.add_member(award=award, person=other.head_id, lines=[base(99_000)], **said)


def test_a_suspended_month_pays_nothing_and_keeps_its_lines(award: Award, reviewer) -> None:
    change = actions.suspend(award=award, from_month=DECEMBER, why=why("out_of_contact"), **when(reviewer))
    rest = queries.payable(award, DECEMBER)
    assert (rest.fen, len(rest.in_force), rest.suspension.reason) == (0, 2, "out_of_contact")
    assert (change.before_fen, change.after_fen) == (65_600, 0)
    assert queries.state_of(award, DECEMBER) is State.SUSPENDED
    assert not queries.lines_due(DECEMBER).exists()
    actions.restart(award=award, from_month=FEBRUARY, why=Why("resolved"), **when(reviewer))
    assert paid(award, NOVEMBER, DECEMBER, JANUARY, FEBRUARY) == [65_600, 0, 0, 65_600]


def test_restarted_from_its_first_month_it_never_rested(award: Award, reviewer) -> None:
    actions.suspend(award=award, from_month=DECEMBER, why=why("out_of_contact"), **when(reviewer))
    actions.restart(award=award, from_month=DECEMBER, why=Why("resolved"), **when(reviewer))
    assert paid(award, DECEMBER) == [65_600]


def test_what_cannot_rest_or_go_on_is_said(award: Award, reviewer) -> None:
    said = {"award": award, **when(reviewer)}
    with pytest.raises(Refused, match="没有暂停发放"):
        actions.restart(from_month=DECEMBER, why=Why("resolved"), **said)
    actions.suspend(from_month=DECEMBER, why=why("out_of_contact"), **said)
    with pytest.raises(Refused, match="已经暂停发放"):
        actions.suspend(from_month=NOVEMBER, why=why("out_of_contact"), **said)
    with pytest.raises(Refused, match="恢复月份不能更早"):
        actions.restart(from_month=NOVEMBER, why=Why("resolved"), **said)


def test_an_ended_award_pays_nothing_and_frees_its_people(award: Award, home, reviewer, people) -> None:
    actions.end(award=award, from_month=JANUARY, why=why("circumstances"), **when(reviewer))
    assert paid(award, DECEMBER, JANUARY) == [65_600, 0]
    assert (award.ends_on, award.ended_because) == (JANUARY, "circumstances")
    assert queries.state_of(award, JANUARY) is State.ENDED
    assert granted(reviewer, individual_of(home, people[0].pk), starts_on=JANUARY).pk
    with pytest.raises(Refused, match="自 2027-01 起已终止"):
        actions.end(award=award, from_month=FEBRUARY, why=why("circumstances"), **when(reviewer))


def test_ended_from_its_first_month_it_never_held(award: Award, home, reviewer) -> None:
    actions.end(award=award, from_month=NOVEMBER, why=why("annulled"), **when(reviewer))
    assert paid(award, NOVEMBER) == [0]
    assert queries.state_of(award, DAY) is State.ENDED
    assert granted(reviewer, dibao_of(home)).starts_on == NOVEMBER


def test_a_phase_out_pays_on_and_then_ends(award: Award, reviewer) -> None:
    change = actions.phase_out(award=award, months=6, from_month=DECEMBER, why=why("employment"), **when(reviewer))
    assert paid(award, DECEMBER, MAY, month(2027, 6)) == [65_600, 65_600, 0]
    assert [queries.state_of(award, m) for m in (NOVEMBER, DECEMBER, month(2027, 6))] == [
        State.ACTIVE, State.PHASING_OUT, State.ENDED,
    ]  # fmt: skip
    assert (change.months, change.until) == (6, month(2027, 6))


def test_beyond_the_national_six_months_the_reason_is_recorded(award: Award, reviewer) -> None:
    said = {"award": award, "from_month": DECEMBER, **when(reviewer)}
    with pytest.raises(Refused, match="原则上不超过 6 个月"):
        actions.phase_out(months=7, why=why("employment"), **said)
    for months in (5, 13):
        with pytest.raises(Refused, match="应为 6 至 12 个月"):
            actions.phase_out(months=months, why=why("employment", note="集体研究"), **said)
    actions.phase_out(months=12, why=why("employment", note="公益性岗位将于一年后到期，2026-10-20 集体研究"), **said)
    assert award.ends_on == month(2027, 12)


def test_before_october_2022_twelve_months_need_no_further_reason(clerk, reviewer) -> None:
    on = date(2022, 10, 19)
    award = granted(reviewer, dibao_of(a_household(clerk, on=date(2022, 1, 1))), on=on)
    actions.phase_out(
        award=award, months=12, from_month=NOVEMBER.replace(2022), why=why("employment"), **when(reviewer, on)
    )
    assert award.ends_on == month(2023, 11)


def test_only_those_who_can_work_are_phased_out_and_once(award: Award, clerk, reviewer) -> None:
    other = a_household(clerk)
    own = granted(reviewer, tekun_of(other, other.head_id))
    said = {"months": 6, "from_month": DECEMBER, "why": why("employment"), **when(reviewer)}
    with pytest.raises(Refused, match="只适用于最低生活保障"):
        actions.phase_out(award=own, **said)
    actions.phase_out(award=award, **said)
    with pytest.raises(Refused, match="已定于 2027-06 终止"):
        actions.phase_out(award=award, **said)


def test_a_county_that_has_not_set_the_months_is_told(award: Award, reviewer) -> None:
    elsewhere = Award(division_code="440106001001", starts_on=NOVEMBER)
    problems = Problems()
    _check_months(elsewhere, 6, "", DAY, problems)
    assert "没有参数 phase_out_min_months" in problems.found[0].message


def test_months_left_open_are_still_to_be_confirmed() -> None:
    parameters = rulebook().parameters
    name = "phase_out_max_months"
    opened = Block(date(2021, 1, 1), "533103", None, None, open_reason="待定")
    quantity = replace(parameters.quantities[name], blocks=(opened,))
    unsure = replace(parameters, quantities={**parameters.quantities, name: quantity})
    with pytest.raises(PolicyError, match="待当地确认"):
        phase_out_range(unsure, "533103102201", DAY)


def test_an_end_within_a_phase_out_or_before_it(award: Award, clerk, reviewer) -> None:
    actions.phase_out(award=award, months=6, from_month=DECEMBER, why=why("employment"), **when(reviewer))
    actions.end(award=award, from_month=FEBRUARY, why=why("own_request"), **when(reviewer))
    assert (award.phase_out_from, award.ends_on) == (DECEMBER, FEBRUARY)
    actions.end(award=award, from_month=DECEMBER, why=why("own_request"), **when(reviewer))
    assert (award.phase_out_from, award.ends_on) == (None, DECEMBER)


def test_taking_back_restores_what_was_paid_step_by_step(award: Award, reviewer) -> None:
    error = {"why": why("clerical_error"), **when(reviewer)}
    first = actions.change_lines(award=award, lines=[base(50_000)], from_month=DECEMBER, why=why(), **when(reviewer))
    second = actions.phase_out(award=award, months=6, from_month=JANUARY, why=why("employment"), **when(reviewer))
    with pytest.raises(Refused, match="最近一次变动"):
        actions.take_back(change=first, **error)
    actions.take_back(change=second, **error)
    now = Award.objects.get()
    assert (now.ends_on, now.phase_out_from, now.ended_because) == (None, None, "")
    assert paid(award, DECEMBER, month(2027, 9)) == [50_000, 50_000]
    actions.take_back(change=first, **error)
    assert paid(award, NOVEMBER, DECEMBER, month(2027, 9)) == [65_600] * 3
    assert acts(award) == ["grant", "reduce", "phase_out", "correct", "correct"]


def test_a_grant_is_not_taken_back(award: Award, reviewer) -> None:
    with pytest.raises(Refused, match="核定不能撤回"):
        actions.take_back(change=queries.history(award)[0], why=why("clerical_error"), **when(reviewer))


def test_an_act_is_not_taken_back_twice(award: Award, reviewer) -> None:
    change = actions.suspend(award=award, from_month=DECEMBER, why=why("out_of_contact"), **when(reviewer))
    actions.take_back(change=change, why=why("objection_upheld"), **when(reviewer))
    assert paid(award, DECEMBER) == [65_600]
    with pytest.raises(Refused, match="最近一次变动"):
        actions.take_back(change=change, why=why("clerical_error"), **when(reviewer))


def test_what_was_known_stays_known(award: Award, reviewer) -> None:
    later = date(2026, 11, 20)
    actions.remove_member(
        award=award, person=queries.people_of(award, NOVEMBER)[0].person_id, from_month=NOVEMBER,
        why=Why("death"), **when(reviewer, later),
    )  # fmt: skip
    then, now = queries.as_of(award, NOVEMBER, at(DAY)), queries.as_of(award, NOVEMBER, at(later))
    assert (len(then.people), then.payable.fen) == (3, 65_600)
    assert (len(now.people), now.payable.fen) == (2, 45_600)


def test_a_review_is_planned(award: Award, reviewer) -> None:
    actions.plan_review(award=award, review_by=date(2027, 10, 1), by=reviewer, on=DAY, at=at(DAY))
    assert Award.objects.get().review_by == date(2027, 10, 1)
    with pytest.raises(Refused, match="晚于今天"):
        actions.plan_review(award=award, review_by=DAY, by=reviewer, on=DAY, at=at(DAY))


def test_every_act_goes_to_the_log_once(award: Award, reviewer) -> None:
    actions.suspend(award=award, from_month=DECEMBER, why=why("out_of_contact"), **when(reviewer))
    assert AuditEvent.objects.filter(action__startswith="award.").count() == AwardChange.objects.count() == 2


def test_a_line_is_what_its_row_says(award: Award, people) -> None:
    row = queries.payable(award, NOVEMBER).lines[1]
    assert as_line(row) == replace(top_up(people[2].pk), kind=Kind.TOP_UP)
    assert isinstance(as_line(row), Line)
