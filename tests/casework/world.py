"""Builders for casework's tests: a case at a day and a stage, with one default for everything."""

from __future__ import annotations

from datetime import date
from typing import Any

from doudi.accounts.models import Staff
from doudi.casework.actions import accepting, opening
from doudi.casework.actions.opening import Need
from doudi.casework.models import Application, Step
from doudi.casework.programmes import Programme
from doudi.casework.stages import ENDED, Stage
from tests.registry.world import DAY, a_household, at

TUESDAY = date(2026, 10, 27)  # a working day; four weeks of ordinary working days follow


def a_draft(by: Staff, on: date = TUESDAY, **changes: Any) -> Application:
    """An application that is being filled in, for a household of its own unless one is given."""
    said = {"household": changes.pop("household", None) or a_household(by)} | changes
    return opening.open_application(need=Need(**said), by=by, on=on, at=at(on))


def an_accepted(by: Staff, on: date = TUESDAY, **changes: Any) -> Application:
    """An application accepted on a day, without looking at what the family still lacks."""
    application = a_draft(by, on, **changes)
    application = accepting.submit(application=application, by=by, on=on, at=at(on))
    return accepting.accept(application=application, by=by, on=on, at=at(on))


def at_stage(by: Staff, stage: Stage, programme: Programme = Programme.HOUSEHOLD_DIBAO) -> Application:
    """An application put at a stage as the database would hold it, for tests of the table of moves alone."""
    application = Application.objects.create(
        number=f"T-{Application.objects.count():04d}", division_code=by.scope.held[0].place.ljust(12, "0"),
        programme=programme, asked=programme, household=a_household(by), origin="self", place_basis="hukou",
        opened_on=TUESDAY, submitted_on=TUESDAY, accepted_on=TUESDAY, stage=stage,
        ended_on=TUESDAY if stage in ENDED else None,
    )  # fmt: skip
    return application


def moves_taken(application: Application) -> list[str]:
    """The names of the steps, in order."""
    return list(Step.objects.filter(application=application).values_list("move", flat=True))


__all__ = ["DAY", "TUESDAY", "a_draft", "a_household", "an_accepted", "at", "at_stage", "moves_taken"]
