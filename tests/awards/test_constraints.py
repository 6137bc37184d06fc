"""What the database refuses, whatever the code above believes: one planted row for each named constraint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.db.utils import ProgrammingError

from doudi.awards.models import (
    Adjustment,
    AdjustmentLine,
    Award,
    AwardChange,
    AwardLine,
    AwardMember,
    Recalculation,
    RecalculationFinding,
    Suspension,
)
from doudi.rulebook.models import ParameterDraft

from .world import DAY, DECEMBER, JANUARY, NOVEMBER, at, month

pytestmark = pytest.mark.django_db
EARLIER = at(date(2026, 10, 1))


def row(model: type[Model], award: Award, **said: Any) -> Model:
    """A row of the award that is all right but for what is said."""
    dated = {"division_code": award.division_code, "starts_on": DECEMBER, "recorded_at": at(DAY)}
    whole: dict[type[Model], dict[str, Any]] = {
        Award: {
            "number": "DBDY-202611-77777", "division_code": award.division_code, "programme": "individual_dibao",
            "household_id": award.household_id, "person_id": award.household.head_id, "determination": "DR-1",
            "determination_digest": "5e", "starts_on": NOVEMBER, "granted_on": DAY, "granted_at": at(DAY),
            "granted_by_id": 1,
        },
        AwardMember: dated | {"award": award},
        AwardLine: dated | {"award": award, "fen_month": 1, "reason": "elder", "clauses": ["M57-27"], "kind": "top_up"},
        Suspension: dated | {"award": award, "reason": "review"},
        AwardChange: {
            "award": award, "division_code": award.division_code, "act": "reduce", "reason": "review", "by_id": 1,
            "clauses": ["M57-31"], "before_fen": 2, "after_fen": 1, "effective_from": DECEMBER, "on": DAY,
            "at": at(DAY),
        },
        Adjustment: {
            "county": "533103", "draft_version": 1, "effective_from": NOVEMBER, "computed_at": at(DAY),
            "computed_by_id": 1,
        },
        AdjustmentLine: {
            "award": award, "division_code": award.division_code, "outcome": "raised", "before_fen": 1, "after_fen": 2,
            "notice": "提高",
        },
        Recalculation: {"place": "533103", "on": DAY, "started_at": at(DAY)},
        RecalculationFinding: {
            "award": award, "division_code": award.division_code, "finding": "raise", "before_fen": 1,
        },
    }  # fmt: skip
    return model(**(whole[model] | said))


def an_adjustment(award: Award, **said: Any) -> Adjustment:
    """An adjustment of a proposal of its own."""
    draft = ParameterDraft.objects.create(title="标准", proposer_id=award.granted_by_id, proposed_at=at(DAY))
    return row(Adjustment, award, draft=draft, **said)


APPLYING = {"state": "applying", "applied_at": at(DAY), "applied_by_id": 1}


W, M, L, S, C = Award, AwardMember, AwardLine, Suspension, AwardChange
A, N, R, F = Adjustment, AdjustmentLine, Recalculation, RecalculationFinding
SECOND = date(2026, 12, 2)
HEAD, CHILD = "head", "child"
WRONG: list[tuple[str, type[Model], dict[str, Any]]] = [
    ("award_place_is_a_village", W, {"division_code": "533103"}),
    ("award_known_programme", W, {"programme": "near_threshold"}),
    ("award_of_household_or_person", W, {"person_id": None}),
    ("award_setting_of_tekun", W, {"support_setting": "home"}),
    ("award_determined", W, {"determination": ""}),
    ("award_whole_months", W, {"starts_on": SECOND}),
    ("award_forward", W, {"ends_on": month(2026, 10), "ended_because": "review"}),
    ("award_ended_because", W, {"ends_on": DECEMBER}),
    ("award_phase_out_inside", W, {"phase_out_from": DECEMBER}),
    ("award_number_once_a_county", W, {"number": "DBDY-202611-00001"}),
    ("award_one_dibao_a_household", W, {"programme": "dibao", "person_id": None}),
    ("award_member_period_forward", M, {"person_id": HEAD, "ends_on": NOVEMBER}),
    ("award_member_known_forward", M, {"person_id": HEAD, "superseded_at": EARLIER}),
    ("award_member_whole_months", M, {"person_id": HEAD, "starts_on": SECOND}),
    ("award_member_one_award_a_day", M, {"person_id": HEAD}),
    ("award_line_period_forward", L, {"person_id": HEAD, "ends_on": NOVEMBER}),
    ("award_line_known_forward", L, {"person_id": HEAD, "superseded_at": EARLIER}),
    ("award_line_whole_months", L, {"person_id": HEAD, "starts_on": SECOND}),
    ("award_line_known_kind", L, {"person_id": HEAD, "kind": "gift"}),
    ("award_line_positive", L, {"person_id": HEAD, "fen_month": 0}),
    ("award_line_reasoned", L, {"person_id": HEAD, "clauses": []}),
    ("award_line_names_a_person", L, {}),
    ("award_line_one_base_a_day", L, {"kind": "base"}),
    ("award_line_one_base_a_day", L, {"kind": "base", "person_id": HEAD}),
    ("award_line_one_top_up_a_day", L, {"person_id": CHILD}),
    ("suspension_period_forward", S, {"ends_on": NOVEMBER}),
    ("suspension_known_forward", S, {"superseded_at": EARLIER}),
    ("suspension_whole_months", S, {"starts_on": SECOND}),
    ("suspension_reasoned", S, {"reason": ""}),
    ("award_change_fits_its_act", C, {"after_fen": 2}),
    ("award_change_fits_its_act", C, {"act": "correct"}),
    ("award_change_reasoned", C, {"reason": ""}),
    ("award_change_amounts_not_negative", C, {"after_fen": -1}),
    ("award_change_whole_months", C, {"effective_from": SECOND}),
    ("award_change_only_a_correction_takes_back", C, {"takes_back_id": "first"}),
    ("award_change_months_of_a_phase_out", C, {"months": 6}),
    ("adjustment_known_state", A, APPLYING | {"state": "gone"}),
    ("adjustment_whole_months", A, {"effective_from": SECOND}),
    ("adjustment_applied_by_somebody", A, {"state": "applied"}),
    ("adjustment_undone_by_somebody_with_a_note", A, APPLYING | {"state": "undone", "undone_at": at(DAY)}),
    ("adjustment_line_place_is_a_village", N, {"division_code": "533103"}),
    ("adjustment_line_known_outcome", N, {"outcome": "gone"}),
    ("adjustment_line_raised_upwards", N, {"after_fen": 1}),
    ("recalculation_of_a_place", R, {"place": ""}),
    ("finding_place_is_a_village", F, {"division_code": "533103"}),
    ("finding_known", F, {"finding": "gone"}),
    ("finding_settled_by_somebody_with_a_note", F, {"settled_at": at(DAY), "settled_by_id": 1}),
]
# Two of a kind are needed to see these refused; they have a test of their own.
PAIRED = {
    "award_line_one_care_a_day",
    "suspension_once_a_day",
    "adjustment_one_at_a_time",
    "adjustment_line_once",
    "finding_once",
}


def refused(save: Callable[[], object]) -> str:
    """The name of the constraint that refused."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        save()
    return str(error.value.__cause__.diag.constraint_name)


@pytest.mark.planted
@pytest.mark.parametrize(("name", "model", "said"), WRONG)
def test_the_database_refuses(name: str, model: type[Model], said: dict[str, Any], award: Award, people) -> None:
    known = {HEAD: people[0].pk, CHILD: people[2].pk, "first": award.changes.get().pk}
    told = {key: known.get(value, value) if isinstance(value, str) else value for key, value in said.items()}
    assert refused(whole_row(model, award, **told).save) == name


def whole_row(model: type[Model], award: Award, **said: Any) -> Model:
    """The row with what it hangs on."""
    if model is Adjustment:
        return an_adjustment(award, **said)
    if model is AdjustmentLine:
        above = an_adjustment(award)
        above.save()
        return row(model, award, adjustment=above, **said)
    if model is RecalculationFinding:
        above = row(Recalculation, award)
        above.save()
        return row(model, award, recalculation=above, **said)
    return row(model, award, **said)


@pytest.mark.planted
def test_one_adjustment_at_a_time_and_each_award_once(award: Award) -> None:
    first = an_adjustment(award, **APPLYING)
    first.save()
    assert refused(an_adjustment(award, **APPLYING).save) == "adjustment_one_at_a_time"
    row(AdjustmentLine, award, adjustment=first).save()
    assert refused(row(AdjustmentLine, award, adjustment=first).save) == "adjustment_line_once"
    run = row(Recalculation, award)
    run.save()
    row(RecalculationFinding, award, recalculation=run).save()
    assert refused(row(RecalculationFinding, award, recalculation=run).save) == "finding_once"


@pytest.mark.planted
def test_no_two_suspensions_and_no_two_care_lines_at_once(award: Award, people) -> None:
    row(Suspension, award).save()
    assert refused(row(Suspension, award, starts_on=JANUARY).save) == "suspension_once_a_day"
    row(AwardLine, award, kind="care", person_id=people[0].pk).save()
    again = row(AwardLine, award, kind="care", person_id=people[0].pk, starts_on=JANUARY)
    assert refused(again.save) == "award_line_one_care_a_day"


def test_every_named_constraint_has_its_planted_row() -> None:
    models = apps.get_app_config("awards").get_models()
    named = {c.name for model in models for c in model._meta.constraints}
    assert named == {name for name, _model, _said in WRONG} | PAIRED


@pytest.mark.planted
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE awards_awardline SET fen_month = 1",
        "UPDATE awards_awardmember SET starts_on = '2026-01-01'",
        "UPDATE awards_awardchange SET after_fen = 1",
        "UPDATE awards_award SET starts_on = '2026-01-01'",
        "UPDATE awards_adjustment SET county = '533102'",
        "DELETE FROM awards_adjustment",
        "DELETE FROM awards_awardchange",
        "DELETE FROM awards_awardline",
        "DELETE FROM awards_award",
    ],
)
def test_nobody_edits_or_deletes_not_even_the_owner(statement: str, award: Award) -> None:
    an_adjustment(award).save()
    with pytest.raises(ProgrammingError, match=r"never (edited|deleted)"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_another_township_sees_no_award(award: Award, staff_with, as_web) -> None:
    from doudi.accounts.roles import Role

    seen = {}
    for place in ("533103102", "533103103"):
        with as_web(staff_with(Role.TOWNSHIP_CLERK, place, username=f"clerk-{place}")):
            seen[place] = [m.objects.count() for m in (Award, AwardMember, AwardLine, AwardChange)]
    assert seen == {"533103102": [1, 3, 2, 1], "533103103": [0, 0, 0, 0]}


def test_awards_follow_the_household_and_the_person(award: Award, home, people, clerk) -> None:
    from doudi.registry import actions as registry
    from tests.conftest import OTHER_VILLAGE

    registry.move_household(
        household=home, to_code=OTHER_VILLAGE, address="二组 3 号", reason="搬迁", by=clerk, on=DAY, at=at(DAY)
    )
    for model in (Award, AwardMember, AwardLine, AwardChange):
        assert set(model.objects.values_list("division_code", flat=True)) == {OTHER_VILLAGE}
