"""What a monthly list holds: this month, what was missed, what was raised, and nothing twice."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.awards import actions as awards
from doudi.payments.actions import runs
from doudi.payments.kinds import Afterwards, Change, LineKind, LineState, RunKind, RunState
from doudi.payments.models import PaymentLine, PaymentRun
from doudi.payments.queries.checking import check
from doudi.payments.queries.runs_changes import gone
from doudi.payments.queries.runs_totals import digest_of
from doudi.registry.actions.refusal import Refused
from tests.awards.world import top_up, why
from tests.registry.world import people_of

from .runs_world import (
    People,
    a_county,
    a_draft,
    a_family,
    a_locked_run,
    changed,
    lines_of,
    locked,
    on,
    on_dibao,
)  # fmt: skip
from .world import COUNTY, DECEMBER, NOVEMBER, at

JANUARY, FEBRUARY = date(2027, 1, 1), date(2027, 2, 1)


@pytest.fixture
def county(people: People) -> People:
    """The people of a county with money."""
    a_county(people)
    return people


def test_a_family_on_dibao_is_in_the_list_with_its_why(county: People) -> None:
    award = on_dibao(county)
    (line,) = lines_of(a_draft(county))
    assert (line.award, line.fen, line.kind, line.state) == (award, 60_000, LineKind.MONTHLY, LineState.READY)
    assert line.parts[0]["reason"] == "gap"
    assert line.parts[0]["clauses"] == ["M57-23"]
    assert {row.person_id for row in line.people.all()} == {p.pk for p in people_of(award.household)}


def test_an_award_of_next_month_is_not_in_this_list(county: People) -> None:
    on_dibao(county, on=date(2026, 11, 3))
    assert not lines_of(a_draft(county))


def test_the_household_decides_who_gets_it_where_nobody_is_named(county: People) -> None:
    award = on_dibao(county)
    (line,) = lines_of(a_draft(county))
    assert line.account is not None
    assert line.account.person == award.household.head


def test_a_locked_run_has_totals_a_digest_and_its_budget(county: People) -> None:
    on_dibao(county), on_dibao(county, fen=45_000)
    run = a_locked_run(county)
    assert (run.state, run.lines_count, run.total_fen) == (RunState.LOCKED, 2, 105_000)
    assert run.digest == digest_of(run)
    assert not check()


def test_next_month_pays_again_and_says_that_nothing_changed(county: People) -> None:
    on_dibao(county)
    a_locked_run(county)
    (line,) = lines_of(a_draft(county, DECEMBER))
    assert (line.month, line.change, line.before_fen) == (DECEMBER, Change.SAME, 60_000)


def test_a_second_list_of_the_month_holds_only_what_came_later(county: People) -> None:
    on_dibao(county)
    a_locked_run(county)
    award = on_dibao(county)
    (line,) = lines_of(a_draft(county))
    assert line.award == award


def test_a_raise_from_an_earlier_month_is_made_up_for_once(county: People) -> None:
    award = on_dibao(county)
    a_locked_run(county)
    changed(county, award, 70_000, since=NOVEMBER, on=date(2026, 11, 20))
    run = a_locked_run(county, DECEMBER)
    arrears, monthly = sorted(lines_of(run), key=lambda line: line.kind)
    assert (arrears.month, arrears.fen, arrears.why) == (NOVEMBER, 10_000, {"due": 70_000, "before": 60_000})
    assert (monthly.month, monthly.fen, monthly.change) == (DECEMBER, 70_000, Change.RAISED)
    assert [line.kind for line in lines_of(a_draft(county, JANUARY))] == [LineKind.MONTHLY]


def test_a_month_that_was_left_out_comes_again_with_the_reason(county: People) -> None:
    on_dibao(county)
    run = a_draft(county)
    on_dibao(county)
    (line,) = lines_of(run)
    runs.drop_line(line=line, because="待核实住址", by=county.maker, at=at(NOVEMBER), afterwards=Afterwards.LATER)
    run = runs.rebuild(run=run, by=county.maker, **on(date(2026, 11, 6)))
    locked(county, runs.finish_jobs(run, at(NOVEMBER)))
    missed = [one for one in lines_of(a_draft(county, DECEMBER)) if one.month == NOVEMBER]
    assert [(one.award_id, one.why) for one in missed] == [(line.award_id, {"missed": "待核实住址"})]


def test_a_month_given_up_for_good_does_not_come_again(county: People) -> None:
    on_dibao(county), on_dibao(county)
    run = a_draft(county)
    line = lines_of(run)[0]
    runs.drop_line(line=line, because="本人放弃", by=county.maker, at=at(NOVEMBER), afterwards=Afterwards.NEVER)
    locked(county, run)
    assert {one.month for one in lines_of(a_draft(county, DECEMBER))} == {DECEMBER}
    assert not check()


def test_a_suspended_award_has_no_line_and_is_told_as_gone(county: People) -> None:
    award = on_dibao(county)
    a_locked_run(county)
    awards.suspend(
        award=award, from_month=DECEMBER, why=why("out_of_contact"), by=county.reviewer, **on(date(2026, 11, 20))
    )
    run = a_draft(county, DECEMBER)
    assert not lines_of(run)
    assert [(one.award, one.code, one.fen) for one in gone(run)] == [(award.pk, "suspended", 60_000)]


def test_an_ended_award_is_told_as_gone(county: People) -> None:
    award = on_dibao(county)
    a_locked_run(county)
    awards.end(award=award, from_month=DECEMBER, why=why(), by=county.reviewer, **on(date(2026, 11, 20)))
    run = a_draft(county, DECEMBER)
    assert [(one.award, one.code) for one in gone(run)] == [(award.pk, "ended")]
    assert run.figures["changes"]["ended_gone"] == {"n": 1, "fen": -60_000}


def test_a_restarted_award_says_so(county: People) -> None:
    award = on_dibao(county)
    other = on_dibao(county)
    a_locked_run(county)
    awards.suspend(
        award=award, from_month=DECEMBER, why=why("out_of_contact"), by=county.reviewer, **on(date(2026, 11, 20))
    )
    a_locked_run(county, DECEMBER)
    awards.restart(award=award, from_month=JANUARY, why=why("resolved"), by=county.reviewer, **on(date(2026, 12, 20)))
    found = {line.award_id: line.change for line in lines_of(a_draft(county, JANUARY))}
    assert found == {award.pk: Change.RESTARTED, other.pk: Change.SAME}


def test_a_month_paid_too_high_is_told_and_not_deducted(county: People) -> None:
    award = on_dibao(county)
    a_locked_run(county)
    changed(county, award, 50_000, since=NOVEMBER, on=date(2026, 11, 20))
    run = a_draft(county, DECEMBER)
    assert [line.fen for line in lines_of(run)] == [50_000]
    assert run.figures["overpaid"]["rows"] == [[award.pk, "2026-11-01", "main", 10_000]]


def test_the_months_of_a_list_add_up_from_last_month(county: People) -> None:
    raised, ended = on_dibao(county), on_dibao(county, fen=30_000)
    first = a_locked_run(county)
    changed(county, raised, 66_000, since=DECEMBER, on=date(2026, 11, 20))
    awards.end(award=ended, from_month=DECEMBER, why=why(), by=county.reviewer, **on(date(2026, 11, 20)))
    on_dibao(county, fen=42_000, on=date(2026, 11, 20))
    run = a_draft(county, DECEMBER)
    moved = sum(one["fen"] for one in run.figures["changes"].values())
    assert first.total_fen is not None
    assert first.total_fen + moved == run.figures["fen"]


def test_built_anew_an_unchanged_draft_keeps_its_lines(county: People) -> None:
    on_dibao(county)
    run = a_draft(county)
    before = [line.pk for line in lines_of(run)]
    run = runs.finish_jobs(runs.rebuild(run=run, by=county.maker, **on(NOVEMBER)), at(NOVEMBER))
    assert [line.pk for line in lines_of(run)] == before


def test_built_anew_a_changed_line_gives_way_to_another(county: People) -> None:
    award = on_dibao(county)
    run = a_draft(county)
    changed(county, award, 64_000, since=NOVEMBER)
    run = runs.finish_jobs(runs.rebuild(run=run, by=county.maker, **on(NOVEMBER)), at(NOVEMBER))
    assert [(line.fen, line.state) for line in lines_of(run)] == [(64_000, LineState.READY)]
    (old,) = lines_of(run, LineState.DROPPED)
    assert (old.fen, old.afterwards) == (60_000, Afterwards.REBUILT)


def test_a_cancelled_run_stands_in_nobodys_way(county: People) -> None:
    on_dibao(county)
    run = runs.cancel(run=a_draft(county), because="重做", by=county.maker, at=at(NOVEMBER))
    assert run.state == RunState.CANCELLED
    assert len(lines_of(a_draft(county))) == 1


def test_a_top_up_stands_in_the_same_line_with_its_own_why(county: People) -> None:
    home = a_family(county)
    from tests.awards.world import dibao_of, granted

    child = people_of(home)[1]
    granted(county.reviewer, dibao_of(home, top_up(child.pk)), on=date(2026, 10, 27))
    (line,) = lines_of(a_draft(county))
    assert line.fen == 65_600
    assert [(part["kind"], part["person"]) for part in line.parts] == [("base", None), ("top_up", child.pk)]


@pytest.mark.parametrize(
    ("month", "said"),
    [(date(2026, 10, 1), "原系统"), (date(2027, 2, 1), "提前"), (date(2026, 11, 2), "1 日")],
)
def test_a_month_that_cannot_be_paid_is_refused(county: People, month: date, said: str) -> None:
    with pytest.raises(Refused, match=said):
        runs.start_run(county=COUNTY, kind=RunKind.MONTHLY, month=month, by=county.maker, **on(date(2026, 11, 5)))
    assert not PaymentRun.objects.exists()


def test_next_month_waits_until_this_month_is_locked(county: People) -> None:
    run = a_draft(county)
    with pytest.raises(Refused, match=run.number):
        a_draft(county, DECEMBER)
    assert PaymentRun.objects.count() == 1


def test_a_month_has_one_open_list(county: People) -> None:
    a_draft(county)
    with pytest.raises(Refused, match="已经在办理"):
        a_draft(county)
    assert PaymentRun.objects.count() == 1


def test_a_later_month_that_is_locked_closes_the_earlier(county: People) -> None:
    on_dibao(county)
    a_locked_run(county, DECEMBER)
    with pytest.raises(Refused, match="更晚的月份"):
        a_draft(county, NOVEMBER, on=date(2026, 12, 7))
    assert PaymentLine.objects.filter(month=NOVEMBER).count() == 1
