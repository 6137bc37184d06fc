"""What stops a line before payment, how it is let pass, and what the gate finds again."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from doudi.awards import actions as awards
from doudi.payments.actions import runs
from doudi.payments.kinds import Afterwards, LineState, RunState
from doudi.payments.models import Hold, PaymentLine, PaymentRun
from doudi.payments.queries.checking import check
from doudi.registry.actions.refusal import Conflict, Refused
from doudi.registry.models import Person
from tests.awards.world import granted, tekun_of, why
from tests.registry.world import people_of

from .runs_world import (
    People,
    a_card,
    a_county,
    a_draft,
    a_family,
    a_locked_run,
    lines_of,
    locked,
    on,
    on_dibao,
    reasons,
)
from .world import DECEMBER, NOVEMBER, at, county_pays_since, funded

NOON = at(NOVEMBER)


@pytest.fixture
def county(people: People) -> People:
    """The people of a county with money."""
    a_county(people)
    return people


def again(people: People, run: PaymentRun) -> PaymentRun:
    return runs.check_again(run=run, by=people.maker, at=NOON)


def dies(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(death_date=date(2026, 11, 2))


def the_hold(run: PaymentRun) -> Hold:
    return Hold.objects.get(line__run=run, released_at__isnull=True)


def test_a_death_of_anybody_it_covers_holds_the_line(county: People) -> None:
    award = on_dibao(county)
    dies(people_of(award.household)[1])
    run = a_draft(county)
    assert reasons(run) == ["death"]
    assert [line.state for line in lines_of(run)] == [LineState.HELD]


def test_a_hold_released_with_a_reason_is_not_raised_again_for_the_same_death(county: People) -> None:
    award = on_dibao(county)
    dies(people_of(award.household)[1])
    run = a_draft(county)
    runs.release_hold(hold=the_hold(run), because="当月去世，当月照发", by=county.maker, at=NOON)
    run = again(county, run)
    assert reasons(run) == []
    assert [line.state for line in lines_of(run)] == [LineState.READY]


def test_another_death_in_the_same_family_is_another_fact(county: People) -> None:
    award = on_dibao(county)
    one, other = people_of(award.household)
    dies(one)
    run = a_draft(county)
    runs.release_hold(hold=the_hold(run), because="当月去世，当月照发", by=county.maker, at=NOON)
    dies(other)
    assert reasons(again(county, run)) == ["death"]


def test_a_release_survives_building_the_list_anew(county: People) -> None:
    award = on_dibao(county)
    dies(people_of(award.household)[1])
    run = a_draft(county)
    runs.release_hold(hold=the_hold(run), because="当月去世，当月照发", by=county.maker, at=NOON)
    run = runs.finish_jobs(runs.rebuild(run=run, by=county.maker, **on(NOVEMBER)), NOON)
    assert reasons(run) == []


def test_what_is_no_longer_so_is_closed_by_the_gate_and_comes_back_if_it_is_so_again(county: People) -> None:
    award = on_dibao(county)
    person = people_of(award.household)[1]
    dies(person)
    run = a_draft(county)
    Person.objects.filter(pk=person.pk).update(death_date=None)
    assert reasons(again(county, run)) == []
    dies(person)
    run.refresh_from_db()
    assert reasons(again(county, run)) == ["death"]


def test_without_an_account_nothing_can_be_paid_and_no_reason_helps(county: People) -> None:
    award = on_dibao(county, card=False)
    run = a_draft(county)
    with pytest.raises(Refused, match="登记账户"):
        runs.release_hold(hold=the_hold(run), because="先发", by=county.maker, at=NOON)
    a_card(award.household.head)
    run = runs.finish_jobs(runs.rebuild(run=run, by=county.maker, **on(NOVEMBER)), NOON)
    assert (reasons(run), [line.state for line in lines_of(run)]) == ([], [LineState.READY])


def test_one_account_for_two_families_holds_both(county: People) -> None:
    for _family in range(2):
        award = on_dibao(county, card=False)
        a_card(award.household.head, number="6217000000000009999")
    assert reasons(a_draft(county)) == ["duplicate_account"] * 2


def test_one_person_in_two_records_holds_both(county: People) -> None:
    one, other = on_dibao(county), on_dibao(county)
    Person.objects.filter(pk=one.household.head_id).update(merged_into=other.household.head_id)
    assert reasons(a_draft(county)) == ["duplicate_person"] * 2


@pytest.mark.parametrize(("checked", "found"), [(False, ["account_changed"]), (True, [])])
def test_an_account_just_changed_waits_until_a_second_person_has_looked(
    county: People, checked: bool, found: list[str]
) -> None:
    award = on_dibao(county, card=False)
    head = award.household.head
    old = a_card(head, ends_on=date(2026, 10, 30))
    said = {"checked_by_id": county.checker.pk, "checked_at": NOON} if checked else {}
    a_card(head, on=date(2026, 10, 30), follows=old, must_be_checked=True, **said)
    assert reasons(a_draft(county)) == found


def test_an_award_that_ended_after_the_draft_is_held(county: People) -> None:
    award = on_dibao(county)
    run = a_draft(county)
    awards.end(award=award, from_month=NOVEMBER, why=why(), by=county.reviewer, **on(date(2026, 11, 6)))
    assert reasons(again(county, run)) == ["award_ended"]


def jump(county: People, before: int, now: int) -> list[str]:
    on_dibao(county, fen=now)
    a_locked_run(county)
    with (
        connection.cursor() as cursor
    ):  # last month's line as if it had been of another amount, with no change behind it
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE payments_paymentline SET due_fen = %s, fen = %s", [before, before])
        cursor.execute("SET session_replication_role = origin")
    return reasons(a_draft(county, DECEMBER))


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        (60_000, 90_001, ["amount_jump"]),
        (60_000, 90_000, []),
        (40_000, 70_001, ["amount_jump"]),
        (40_000, 70_000, []),
        (90_000, 44_999, ["amount_jump"]),
    ],
)
def test_a_jump_is_more_than_half_and_more_than_300_yuan(
    county: People, before: int, now: int, found: list[str]
) -> None:
    assert jump(county, before, now) == found


@pytest.mark.parametrize(
    ("budget", "found"), [(120_000, []), (119_999, ["over_budget"]), (59_999, ["over_budget"] * 2)]
)
def test_what_the_budget_does_not_cover_is_held_latest_first(people: People, budget: int, found: list[str]) -> None:
    county_pays_since(people.finance)
    funded(people.finance, budget, budget=True)
    on_dibao(people), on_dibao(people)
    run = a_draft(people)
    assert reasons(run) == found
    held = [line.state == LineState.HELD for line in lines_of(run)]
    assert held == sorted(held)


def test_care_without_an_agreement_is_told_and_paid(county: People) -> None:
    home = a_family(county)
    granted(county.reviewer, tekun_of(home, home.head_id), on=date(2026, 10, 27))
    run = a_draft(county)
    assert reasons(run) == ["no_agreement"]
    assert {(line.portion, line.state) for line in lines_of(run)} == {("main", "ready"), ("care", "ready")}


def test_a_line_held_by_hand_stays_held_through_the_gate(county: People) -> None:
    on_dibao(county)
    run = a_draft(county)
    runs.hold_line(line=lines_of(run)[0], because="村里反映已外迁", by=county.maker, at=NOON)
    assert reasons(again(county, run)) == ["by_hand"]


def test_a_list_with_open_holds_is_not_submitted_without_a_word(county: People) -> None:
    on_dibao(county), on_dibao(county, card=False)
    run = a_draft(county)
    with pytest.raises(Refused, match="还有 1 笔暂缓"):
        runs.submit(run=run, by=county.maker, at=NOON)
    run = locked(county, run, leaving_held="等银行开户")
    assert (run.lines_count, run.figures["left_out"]["暂缓：没有登记银行账户"]["n"]) == (1, 1)
    assert not check()


def test_what_the_gate_finds_at_the_lock_is_left_out_and_named(county: People) -> None:
    on_dibao(county)
    award = on_dibao(county)
    run = runs.submit(run=a_draft(county), by=county.maker, at=NOON)
    run = runs.check(run=run, by=county.checker, at=NOON)
    dies(award.household.head)
    run = runs.finish_jobs(runs.approve(run=run, by=county.finance, **on(NOVEMBER)), NOON)
    assert (run.state, run.lines_count, run.figures["left_out"]["暂缓：有人已去世"]["n"]) == (RunState.LOCKED, 1, 1)


def test_a_list_that_is_wholly_held_goes_back_to_finance(county: People) -> None:
    award = on_dibao(county)
    run = runs.submit(run=a_draft(county), by=county.maker, at=NOON)
    run = runs.check(run=run, by=county.checker, at=NOON)
    dies(award.household.head)
    run = runs.finish_jobs(runs.approve(run=run, by=county.finance, **on(NOVEMBER)), NOON)
    assert (run.state, run.note) == (RunState.CHECKED, "没有可以发放的：全部暂缓")


def test_a_line_left_out_can_be_taken_back(county: People) -> None:
    on_dibao(county)
    run = a_draft(county)
    (line,) = lines_of(run)
    line = runs.drop_line(line=line, because="写错", by=county.maker, at=NOON, afterwards=Afterwards.LATER)
    line = runs.take_line_back(line=line, by=county.maker, at=NOON)
    assert (line.state, line.dropped_because, line.people.filter(counts=True).count()) == (LineState.READY, "", 2)


def test_a_decision_about_a_submitted_list_comes_too_late(county: People) -> None:
    on_dibao(county)
    run = a_draft(county)
    (line,) = lines_of(run)
    runs.submit(run=run, by=county.maker, at=NOON)
    with pytest.raises(Conflict):
        runs.hold_line(line=line, because="晚了", by=county.maker, at=NOON)
    assert PaymentLine.objects.get(pk=line.pk).state == LineState.READY


@pytest.mark.parametrize("because", ["", " "])
def test_whoever_leaves_a_line_out_gives_a_reason(county: People, because: str) -> None:
    on_dibao(county)
    (line,) = lines_of(a_draft(county))
    with pytest.raises(Refused, match="理由"):
        runs.drop_line(line=line, because=because, by=county.maker, at=NOON, afterwards=Afterwards.LATER)
    assert lines_of(line.run, LineState.READY) == [line]
