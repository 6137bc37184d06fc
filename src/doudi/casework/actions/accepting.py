"""Acceptance: the day from which the law's clock runs and whose rules decide."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from doudi.accounts.models import Staff

from ..models import Application, TownshipSwitch
from ..programmes import Programme
from ..queries.involvement import disclosures_about, people_of
from ..queries.where import switched
from .declaring import enter_all
from .moving import move


def submit(*, application: Application, by: Staff, on: date, at: datetime, version: int | None = None) -> Application:
    """The family's form is complete: it waits for acceptance."""
    return move(application, "submit", by=by, on=on, at=at, version=version)


def accept(
    *, application: Application, by: Staff, on: date, at: datetime, version: int | None = None, note: str = ""
) -> Application:
    """Accept. Delegation and the duty to visit are fixed now: a switch thrown later changes no running case."""
    urgent = application.programme == Programme.TEMPORARY_EMERGENCY
    changes = {
        "delegated": switched(application.division_code, TownshipSwitch.Kind.DELEGATED, on),
        "handler_id": by.pk,
        "visit_because": "relatives" if disclosures_about(people_of(application), on).exists() else "",
    }
    name = "accept_relief" if urgent else "accept"
    with transaction.atomic():
        moved = move(application, name, by=by, on=on, at=at, version=version, note=note, changes=changes)
        enter_all(application=moved, by=by, at=at)
    return moved
