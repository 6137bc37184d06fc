"""Builders for casework's tests: a case at a day and a stage, with one default for everything."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from doudi.accounts.models import Staff
from doudi.casework.actions import accepting, opening
from doudi.casework.actions.opening import Need
from doudi.casework.models import Application, Step
from doudi.casework.programmes import Programme
from doudi.casework.stages import ENDED, Stage
from doudi.verification.actions import consents, pledges
from doudi.verification.actions.signing import Mark, Signing
from doudi.verification.models import Purpose
from doudi.verification.queries.people import parties
from doudi.verification.sources import ALL
from doudi.verification.texts import materials
from tests.registry.world import DAY, a_household, at

TUESDAY = date(2026, 10, 27)  # a working day; four weeks of ordinary working days follow


def a_draft(by: Staff, on: date = TUESDAY, **changes: Any) -> Application:
    """An application that is being filled in, for a household of its own unless one is given."""
    said = {"household": changes.pop("household", None) or a_household(by)} | changes
    return opening.open_application(need=Need(**said), by=by, on=on, at=at(on))


def sign_all(application: Application, by: Staff, on: date = TUESDAY) -> None:
    """Pledge and every consent of the family, typed; the head signs for those who cannot."""
    home = application.household
    assert home is not None
    head = Signing(home.head, Mark("typed", name=home.head.name))
    for party in parties(home, on):
        own = Signing(party.person, Mark("typed", name=party.person.name))
        if party.is_member:
            consents.give(
                household=home, person=party.person, signing=head if party.needs_guardian else own, sources=list(ALL),
                purpose=Purpose.values[0], starts_on=on, ends_on=on + timedelta(days=180), by=by, on=on, at=at(on),
            )  # fmt: skip
    pledges.give(
        household=home, matter=f"application:{application.pk}", statements=list(materials())[:1], signing=head, by=by,
        on=on, at=at(on),
    )  # fmt: skip


def an_accepted(by: Staff, on: date = TUESDAY, **changes: Any) -> Application:
    """An application signed and accepted on a day."""
    application = a_draft(by, on, **changes)
    sign_all(application, by, on)
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


__all__ = ["DAY", "TUESDAY", "a_draft", "a_household", "an_accepted", "at", "at_stage", "moves_taken", "sign_all"]
