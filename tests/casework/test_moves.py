"""The one table of moves: enumerated for every stage, move, programme and role."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from doudi.accounts.permissions import GRANTS, Permission
from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.casework.actions.moving import Changed, move, waiting
from doudi.casework.models import Application, RelativeDisclosure, Step
from doudi.casework.moves import DECIDES, MOVES, leading_from, permissions_of
from doudi.casework.programmes import Decider, Programme, decider
from doudi.casework.stages import ENDED, OPEN, Stage
from doudi.registry.actions.refusal import Refused
from tests.casework.world import TUESDAY, a_draft, an_accepted, at, moves_taken

# Who may take a move at all; deciding belongs to the decider and to nobody else.
WORKERS = {Role.COORDINATOR, Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD, Role.COUNTY_CLERK, Role.COUNTY_REVIEWER,
           Role.RURAL_REVITALISATION}  # fmt: skip


def roles_for(name: str, who: Decider) -> set[Role]:
    return {role for p in permissions_of(MOVES[name], who) for role in GRANTS[p]}


@pytest.mark.parametrize(("name", "who"), list(itertools.product(MOVES, Decider)))
def test_only_case_workers_move_cases(name: str, who: Decider) -> None:
    assert roles_for(name, who) <= WORKERS
    assert roles_for(name, who), "a move that nobody may take is no move"


@pytest.mark.parametrize("who", Decider)
@pytest.mark.parametrize("name", ["confirm", "refuse", "return", "correct"])
def test_deciding_belongs_to_the_decider_alone(name: str, who: Decider) -> None:
    assert permissions_of(MOVES[name], who) == (DECIDES[who],)


def test_nobody_who_prepares_also_decides() -> None:
    for role in Role:
        prepares = role in GRANTS[Permission.CASE_HANDLE]
        decides = any(role in GRANTS[p] for p in DECIDES.values())
        assert not (prepares and decides)


def test_every_stage_can_be_reached_and_left() -> None:
    targets = {m.target for m in MOVES.values()} | {Stage.DRAFT}
    assert targets >= set(Stage)
    for stage in OPEN:
        ways = [m for p in Programme for m in leading_from(stage, p) if m.target not in (None, stage)]
        assert ways, f"no way out of {stage}"


@pytest.mark.parametrize("programme", Programme)
def test_every_programme_reaches_an_end_from_every_stage_it_can_be_in(programme: Programme) -> None:
    reached, frontier = {Stage.DRAFT}, [Stage.DRAFT]
    while frontier:
        for m in leading_from(frontier.pop(), programme):
            if m.target and m.target not in reached:
                reached.add(m.target)
                frontier.append(m.target)
    assert reached & ENDED >= {Stage.CONFIRMED, Stage.REFUSED, Stage.WITHDRAWN}
    assert (Stage.NOTICE in reached) == (programme != Programme.TEMPORARY_EMERGENCY)


@pytest.mark.parametrize("stage", Stage)
def test_a_move_out_of_step_is_refused_and_nothing_changes(clerk, staff_with, stage: Stage) -> None:
    head, reviewer = staff_with(Role.TOWNSHIP_HEAD), staff_with(Role.COUNTY_REVIEWER)
    county = staff_with(Role.COUNTY_CLERK)
    application = an_accepted(clerk)
    Application.objects.filter(pk=application.pk).update(stage=stage, ended_on=TUESDAY if stage in ENDED else None)
    before = moves_taken(application)
    for name, chosen in MOVES.items():
        if stage in chosen.sources:
            continue
        for by in (clerk, head, county, reviewer):
            with pytest.raises((Refused, NotPermitted)):
                move(application, name, by=by, on=TUESDAY, at=at(TUESDAY), note="试")
    assert moves_taken(application) == before


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.VISITOR])
def test_a_move_is_refused_to_every_role_without_the_right(clerk, staff_with, role: Role) -> None:
    application = an_accepted(clerk)
    other = staff_with(role, username="somebody-else")
    for name, chosen in MOVES.items():
        if role in roles_for(name, Decider.COUNTY) or not chosen.sources:
            continue
        with pytest.raises(NotPermitted):
            move(application, name, by=other, on=TUESDAY, at=at(TUESDAY), note="试")


def test_a_clerk_of_another_township_cannot_move_it(clerk, staff_with) -> None:
    application = an_accepted(clerk)
    other = staff_with(Role.TOWNSHIP_CLERK, "533103103")
    with pytest.raises(NotPermitted):
        move(application, "start_survey", by=other, on=TUESDAY, at=at(TUESDAY))


def test_of_two_clerks_at_once_the_second_sees_what_changed(clerk) -> None:
    application = an_accepted(clerk)
    seen = application.version
    move(application, "start_survey", by=clerk, on=TUESDAY, at=at(TUESDAY), version=seen)
    with pytest.raises(Changed) as caught:
        move(application, "start_verification", by=clerk, on=TUESDAY, at=at(TUESDAY), version=seen)
    assert caught.value.application.version == seen + 1
    assert moves_taken(application)[-1] == "start_survey"


def test_nobody_handles_a_relatives_case(clerk) -> None:
    application = an_accepted(clerk)
    RelativeDisclosure.objects.create(
        staff_id=clerk.pk, person=application.household.head, relative_name="岳勒旺", relation="父子", place="533103",
        starts_on=TUESDAY, disclosed_at=at(TUESDAY),
    )  # fmt: skip
    with pytest.raises(Refused, match="近亲属"):
        move(application, "start_survey", by=clerk, on=TUESDAY, at=at(TUESDAY))


def test_an_act_is_never_dated_after_today_or_before_the_last_step(clerk) -> None:
    application = an_accepted(clerk)
    with pytest.raises(Refused, match="不能晚于今天"):
        move(application, "start_survey", by=clerk, on=TUESDAY.replace(day=28), at=at(TUESDAY))
    with pytest.raises(Refused, match="不能早于上一步"):
        move(application, "start_survey", by=clerk, on=TUESDAY.replace(day=26), at=at(TUESDAY))


def test_a_person_in_an_open_case_cannot_be_in_a_second(clerk, as_web) -> None:
    application = a_draft(clerk)
    with as_web(clerk), pytest.raises(Refused, match=application.number):
        a_draft(clerk, household=application.household)


def test_the_database_refuses_a_second_open_case_even_unasked(clerk) -> None:
    application = a_draft(clerk)
    with pytest.raises(Refused, match="刚刚由他人登记"):
        a_draft(clerk, household=application.household)


def test_steps_are_appended_and_never_edited(clerk, as_web) -> None:
    application = an_accepted(clerk)
    with as_web(clerk), pytest.raises(Exception, match=r"permission denied|append"):
        Step.objects.filter(application=application).update(move="confirm")


def test_another_township_sees_nothing_of_a_case(clerk, staff_with, as_web) -> None:
    application = an_accepted(clerk)
    other = staff_with(Role.TOWNSHIP_CLERK, "533103103")
    with as_web(other):
        assert not Application.objects.filter(pk=application.pk).exists()
    with as_web(clerk):
        assert Application.objects.filter(pk=application.pk).exists()


@pytest.mark.parametrize(
    ("programme", "day", "who"),
    [
        (Programme.RIGID_EXPENDITURE, "2024-12-31", Decider.DEPARTMENT),
        (Programme.RIGID_EXPENDITURE, "2025-01-01", Decider.COUNTY),
        (Programme.RELAPSE_WATCH, "2025-01-01", Decider.DEPARTMENT),
        (Programme.HOUSEHOLD_DIBAO, "2024-12-31", Decider.COUNTY),
    ],
)
def test_the_determining_department_changes_on_its_day(programme: Programme, day: str, who: Decider) -> None:

    assert decider(programme, date.fromisoformat(day)) is who


def test_a_case_waits_for_whoever_decides(clerk) -> None:
    application = an_accepted(clerk)
    application.stage, application.delegated = Stage.COUNTY, True
    assert waiting(application) == "head"
