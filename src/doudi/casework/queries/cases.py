"""Cases as pages list them: within reach, by deadline, with the words of the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.utils.functional import Promise

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission

from ..models import Application, Step
from ..models.applications import ApplicationQuerySet
from ..moves import MOVES, Move, leading_from, permissions_of
from ..programmes import SETTINGS, Decider, Programme, decider
from ..queries.involvement import is_involved
from ..stages import ENDED, SHOWN, SHOWN_RELIEF, Stage


def visible_cases(staff: Staff) -> ApplicationQuerySet:
    """The cases this person may see."""
    rows = Application.objects.select_related("household", "person", "applicant")
    return cast(ApplicationQuerySet, staff.scope.narrow(rows, Permission.CASE_READ))


def who_it_is_about(application: Application) -> str:
    """The name on the file: the person where the programme concerns one, else the family's applicant."""
    if application.person is not None:
        return application.person.name
    if application.applicant is not None:
        return application.applicant.name
    return str(application.stranger or "")


@dataclass(frozen=True)
class StepShown:
    """One station of the stepper."""

    label: str | Promise
    state: str  # done, now, todo
    on: date | None = None
    by_id: int | None = None
    who: str = ""


def stepper(application: Application, steps: Sequence[Step]) -> list[StepShown]:
    """Where the case stands on its way; a station is done once it was left."""
    urgent = application.programme == Programme.TEMPORARY_EMERGENCY
    shown = SHOWN_RELIEF if urgent else SHOWN
    order = [stage for stage, _label in shown]
    now = _station(Stage(application.stage), order)
    left = {Stage(s.from_stage): s for s in steps if s.from_stage != s.to_stage}
    return [
        StepShown(
            label,
            "now" if n == now and not application.ended_on else "done" if n < now or application.ended_on else "todo",
            left[stage].on if n < now and stage in left else None,
            left[stage].by_id if n < now and stage in left else None,
        )
        for n, (stage, label) in enumerate(shown)
    ]


SHOWN_AS = {Stage.DRAFT: Stage.SUBMITTED, Stage.GAPS: Stage.SUBMITTED, Stage.OBJECTION: Stage.NOTICE,
            Stage.CHECK: Stage.COUNTY}  # fmt: skip


def _station(stage: Stage, order: Sequence[Stage]) -> int:
    at = SHOWN_AS.get(stage, stage)
    return len(order) - 1 if stage in ENDED or at not in order else order.index(at)


def moves_for(application: Application, staff: Staff, on: date, *, involved: bool | None = None) -> list[Move]:
    """The moves this person may take now, by table, role and place; none where they are involved."""
    if is_involved(staff.pk, application, on) if involved is None else involved:
        return []
    who: Decider = decider(
        Programme(application.programme), application.accepted_on or on, delegated=application.delegated
    )
    return [
        m
        for m in leading_from(Stage(application.stage), Programme(application.programme))
        if any(staff.may(p, application.division_code) for p in permissions_of(m, who))
    ]


def move_label(name: str) -> str:
    """What a step is called."""
    return str(MOVES[name].label) if name in MOVES else name


def category_of(application: Application) -> str:
    """The seal beside the heading; '' for temporary assistance."""
    return SETTINGS[Programme(application.programme)].category
