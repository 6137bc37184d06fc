"""Every stage × step × role × programme against the one table of moves; what may be dated back and what may not."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doudi.accounts.models import Staff
from doudi.accounts.permissions import GRANTS
from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.casework.actions import moving, notices
from doudi.casework.actions.moving import decider_of, move
from doudi.casework.models import Application, PublicNotice, Step
from doudi.casework.moves import AT_ONCE, MOVES, Move, permissions_of
from doudi.casework.programmes import Programme
from doudi.casework.stages import ENDED, Stage
from doudi.registry.actions.refusal import Problems, Refused
from tests.casework.known import a_poor_family
from tests.casework.test_determinations import in_review, judged
from tests.casework.world import TUESDAY, at, at_stage
from tests.conftest import VILLAGE

WEDNESDAY = TUESDAY + timedelta(days=1)
ROLES = [role for role in Role if role is not Role.VISITOR]
URGENT = Programme.TEMPORARY_EMERGENCY
HELP = {Stage.RELIEF, Stage.PAPERS}  # stages of an emergency alone
WALKS = [
    (name, stage)
    for name, chosen in MOVES.items()
    for stage in sorted(chosen.sources)
    if stage not in HELP or URGENT in chosen.programmes
]


def said_by_the_table(case: Application, chosen: Move, role: Role) -> bool:
    """What the table says, read plainly."""
    allowed = any(role in GRANTS[p] for p in permissions_of(chosen, decider_of(case)))
    return allowed and case.stage in chosen.sources and case.programme in chosen.programmes


def answered(case: Application, chosen: Move, by: Staff) -> bool:
    """What the door answers, its conditions about the case's content left out."""
    problems = Problems()
    try:
        moving.permit_move(case, chosen, by)
    except NotPermitted:
        return False
    moving._check_table(case, chosen, problems)
    return not problems.found


@pytest.mark.parametrize("programme", Programme)
def test_every_stage_step_and_role_is_answered_as_the_table_says(staff_with, programme: Programme) -> None:
    people = {role: staff_with(role) for role in ROLES}
    allowed = 0
    for stage, delegated in itertools.product(Stage, (False, True)):
        case = Application(stage=stage, programme=programme, delegated=delegated, opened_on=TUESDAY,
                           accepted_on=TUESDAY, division_code=VILLAGE)  # fmt: skip
        for chosen, (role, by) in itertools.product(MOVES.values(), people.items()):
            assert answered(case, chosen, by) is said_by_the_table(case, chosen, role), (stage, chosen.name, role)
            allowed += answered(case, chosen, by)
    assert allowed > 50


def programme_for(chosen: Move, stage: Stage) -> Programme:
    return URGENT if chosen.programmes == {URGENT} or stage in HELP else Programme.HOUSEHOLD_DIBAO


def whoever_may(chosen: Move, case: Application, staff_with) -> Staff:
    able = GRANTS[permissions_of(chosen, decider_of(case))[0]]
    return staff_with(max(able), username="whoever-may")


@pytest.mark.parametrize(("name", "stage"), WALKS)
def test_every_step_lands_where_the_table_says(clerk, staff_with, monkeypatch, name: str, stage: Stage) -> None:
    monkeypatch.setattr(moving, "check", lambda *_a, **_k: None)
    chosen = MOVES[name]
    case = at_stage(clerk, stage, programme_for(chosen, stage))
    by = whoever_may(chosen, case, staff_with)
    moved = move(case, name, by=by, on=TUESDAY, at=at(TUESDAY), note="写明理由")
    assert (moved.stage, moved.version) == (chosen.target or stage, case.version + 1)
    assert (moved.ended_on is not None) == (moved.stage in ENDED)
    last = Step.objects.filter(application=case).latest("pk")
    assert (last.move, last.from_stage, last.to_stage, last.by_id) == (name, stage, moved.stage, by.pk)


@pytest.mark.parametrize(("name", "stage"), [walk for walk in WALKS if walk[0] in AT_ONCE])
def test_an_act_of_the_office_is_never_dated_back(clerk, staff_with, name: str, stage: Stage) -> None:
    chosen = MOVES[name]
    case = at_stage(clerk, stage, programme_for(chosen, stage))
    with pytest.raises(Refused, match="不能补登以前的日期"):
        move(case, name, by=whoever_may(chosen, case, staff_with), on=TUESDAY, at=at(WEDNESDAY), note="写明理由")
    assert not Step.objects.filter(application=case).exists()


@pytest.mark.parametrize("name", ["record_visit", "start_survey", "finish_survey", "object", "deliver_refusal"])
def test_what_happened_outside_may_be_entered_a_day_later(clerk, staff_with, monkeypatch, name: str) -> None:
    monkeypatch.setattr(moving, "check", lambda *_a, **_k: None)
    case = at_stage(clerk, next(iter(MOVES[name].sources)))
    move(case, name, by=clerk, on=TUESDAY, at=at(WEDNESDAY), note="昨天的事")
    assert Step.objects.get(application=case).on == TUESDAY


@pytest.mark.planted
def test_a_notice_dated_back_does_not_cut_short_the_seven_days(clerk) -> None:
    application = in_review(clerk, a_poor_family(clerk))
    judged(application, clerk)
    later = TUESDAY + timedelta(days=8)
    with pytest.raises(Refused, match="不能补登以前的日期"):
        notices.propose_grant(application=application, by=clerk, on=TUESDAY, at=at(later))
    assert not PublicNotice.objects.exists()


@pytest.mark.planted
def test_a_step_holds_the_case_so_that_the_second_of_two_waits(clerk) -> None:
    case = at_stage(clerk, Stage.SURVEY)
    with CaptureQueriesContext(connection) as asked:
        move(case, "start_survey", by=clerk, on=TUESDAY, at=at(TUESDAY))
    said = [query["sql"] for query in asked if '"casework_application"' in query["sql"]]
    assert "FOR UPDATE" in said[0], "the row is read and held before anything is checked"
