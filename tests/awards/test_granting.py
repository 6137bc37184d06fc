"""Granting: from when, for whom, what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.audit.models import AuditEvent
from doudi.awards import actions, queries
from doudi.awards.actions.refusal import guarded
from doudi.awards.kinds import Act, State, SupportSetting
from doudi.awards.models import Award, AwardChange, AwardLine, AwardMember
from doudi.registry import actions as registry
from doudi.registry.actions import Refused
from tests.conftest import FAR_VILLAGE

from .world import (
    DAY,
    DECEMBER,
    NOVEMBER,
    a_household,
    at,
    base,
    care,
    dibao_of,
    granted,
    individual_of,
    month,
    people_of,
    tekun_of,
    top_up,
    when,
    why,
)

pytestmark = pytest.mark.django_db


def test_an_award_begins_with_the_month_after_the_determination(award: Award) -> None:
    assert (award.starts_on, award.ends_on) == (NOVEMBER, None)
    assert queries.state_of(award, DAY) is State.PENDING
    assert queries.state_of(award, NOVEMBER) is State.ACTIVE


def test_a_month_pays_every_line_with_its_why(award: Award, people) -> None:
    paid = queries.payable(award, date(2026, 11, 17))
    assert (paid.fen, paid.month) == (65_600, NOVEMBER)
    told = [(x.kind, x.person_id, x.fen_month, x.reason, x.clauses) for x in paid.lines]
    assert told == [
        ("base", None, 60_000, "gap", ["M57-23"]),
        ("top_up", people[2].pk, 5_600, "minor", ["M57-27"]),
    ]
    assert queries.payable(award, DAY).fen == 0


def test_a_grant_begins_the_history_and_goes_to_the_log(award: Award, reviewer, home) -> None:
    (change,) = queries.history(award)
    assert (change.act, change.before_fen, change.after_fen) == (Act.GRANT, 0, 65_600)
    assert (change.reference, change.by_id, change.effective_from) == (award.determination, reviewer.pk, NOVEMBER)
    event = AuditEvent.objects.get(action="award.grant")
    assert (event.subject_kind, event.subject_id) == ("household", str(home.pk))
    assert event.detail["award"] == award.number if isinstance(event.detail, dict) else award.number in event.detail


def test_numbers_run_by_programme_and_month(award: Award, clerk, reviewer) -> None:
    other = a_household(clerk)
    second = granted(reviewer, dibao_of(other))
    assert (award.number, second.number) == ("DBDY-202611-00001", "DBDY-202611-00002")


def test_tekun_is_one_persons_and_has_a_setting(clerk, reviewer) -> None:
    home = a_household(clerk)
    award = granted(reviewer, tekun_of(home, home.head_id))
    assert (award.person_id, award.support_setting) == (home.head_id, SupportSetting.HOME)
    assert queries.payable(award, NOVEMBER).fen == 107_700


def test_a_person_already_covered_is_refused_by_name_and_number(award: Award, home, people, reviewer) -> None:
    with pytest.raises(Refused, match=f"{people[1].name}已享受最低生活保障（{award.number}）"):
        granted(reviewer, individual_of(home, people[1].pk))


def test_somebody_covered_in_a_township_out_of_sight_is_refused_by_the_database(
    award: Award, home, people, staff_with, as_web
) -> None:
    for model in (Award, AwardMember, AwardLine, AwardChange):
        model.objects.update(division_code=FAR_VILLAGE)
    head = staff_with(Role.TOWNSHIP_HEAD)
    with as_web(head), pytest.raises(Refused, match="可能在其他乡镇"):
        granted(head, individual_of(home, people[1].pk))


def test_a_grant_and_a_change_go_through_the_second_wall(home, people, staff_with, as_web) -> None:
    head = staff_with(Role.TOWNSHIP_HEAD)
    with as_web(head):
        award = granted(head, dibao_of(home))
        actions.change_lines(award=award, lines=[base(1)], from_month=DECEMBER, why=why(), **when(head))
        actions.end(award=award, from_month=DECEMBER, why=why("own_request"), **when(head))
    assert Award.objects.get().ends_on == DECEMBER


def test_what_the_table_of_refusals_does_not_know_is_not_hidden() -> None:
    with pytest.raises(IntegrityError), guarded():
        raise IntegrityError("something else")


def test_a_township_head_may_grant_in_their_own_township_only(clerk, staff_with) -> None:
    home = a_household(clerk)
    assert granted(staff_with(Role.TOWNSHIP_HEAD), dibao_of(home)).pk
    with pytest.raises(NotPermitted):
        granted(staff_with(Role.TOWNSHIP_HEAD, "533103103"), dibao_of(home))


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CLERK, Role.RURAL_REVITALISATION, Role.PAYMENT_MAKER])
def test_others_do_not_grant(role: Role, clerk, staff_with) -> None:
    home = a_household(clerk)
    with pytest.raises(NotPermitted):
        granted(staff_with(role, username="somebody"), dibao_of(home))


def test_the_dead_and_those_who_are_not_members_are_refused(clerk, reviewer, home, people) -> None:
    stranger = a_household(clerk).head_id
    said = replace(dibao_of(home), people=(people[0].pk, stranger))
    with pytest.raises(Refused, match="当天不是本户成员"):
        granted(reviewer, said)
    registry.mark_death(person=people[1], death_date=date(2026, 10, 1), by=clerk, on=DAY, at=at(DAY))
    with pytest.raises(Refused, match="不是本户成员"):
        granted(reviewer, replace(dibao_of(home), people=(people[1].pk,)))


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"starts_on": date(2026, 11, 2)}, "当月 1 日"),
        ({"starts_on": date(2020, 12, 1)}, "早于 2021 年"),
        ({"determination": " "}, "依据一个决定"),
        ({"digest": ""}, "依据一个决定"),
        ({"review_by": NOVEMBER}, "核查日期应晚于起始月"),
    ],
)
def test_what_is_wrong_with_a_grant_is_said(said, problem: str, home, reviewer) -> None:
    with pytest.raises(Refused, match=problem):
        granted(reviewer, dibao_of(home), **said)


def test_what_is_wrong_with_lines_is_said(home, people, reviewer) -> None:
    one = people[0].pk
    wrong = {
        "没有“照料护理补贴”": (base(), care(one)),
        "金额应大于 0": (base(0),),
        "没有写明理由和条款": (replace(base(), reason="because"),),
        "不是本待遇保障的人": (base(), top_up(999_999)),
        "写了两次": (base(), top_up(one), top_up(one)),
        "有且只有一项基本保障金": (top_up(one),),
    }
    for problem, lines in wrong.items():
        with pytest.raises(Refused, match=problem):
            granted(reviewer, replace(dibao_of(home), lines=lines))


def test_what_is_wrong_with_an_entitlement_is_said(home, people, reviewer) -> None:
    wrong = {
        "为空": replace(dibao_of(home), people=()),
        "按人认定": replace(individual_of(home, people[0].pk), people=(people[0].pk, people[1].pk)),
        "集中或分散供养": replace(tekun_of(home, people[0].pk), support_setting=None),
    }
    for problem, entitlement in wrong.items():
        with pytest.raises(Refused, match=problem):
            granted(reviewer, entitlement)


def test_a_back_dated_grant_pays_from_the_month_given(home, reviewer) -> None:
    award = granted(reviewer, dibao_of(home), starts_on=month(2026, 8), review_by=date(2027, 8, 1))
    assert queries.payable(award, month(2026, 8)).fen == 60_000
    assert award.review_by == date(2027, 8, 1)


def test_queries_find_awards_of_households_and_people(award: Award, home, people, clerk, reviewer) -> None:
    assert list(queries.of_household(home.pk, DECEMBER)) == [award]
    assert queries.current_for_people([people[1].pk, 0], DECEMBER) == {people[1].pk: award}
    assert queries.current_for_people([people[1].pk], DAY) == {}
    assert [m.person_id for m in queries.people_of(award, DECEMBER)] == [p.pk for p in people_of(home)]
    assert [line.award for line in queries.lines_due(DECEMBER)] == [award, award]
    assert not AwardChange.objects.exclude(award=award).exists()
