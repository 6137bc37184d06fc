"""Acceptance: the day from which the law's clock runs and whose rules decide."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from doudi.accounts.models import Staff

from ..models import Application, TownshipSwitch
from ..programmes import Programme
from ..queries.involvement import disclosures_about, people_of
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
        "delegated": switched_on(application.division_code, TownshipSwitch.Kind.DELEGATED, on),
        "handler_id": by.pk,
        "visit_because": "relatives" if disclosures_about(people_of(application), on).exists() else "",
    }
    name = "accept_relief" if urgent else "accept"
    return move(application, name, by=by, on=on, at=at, version=version, note=note, changes=changes)


def switched_on(division_code: str, kind: TownshipSwitch.Kind, on: date) -> bool:
    """Whether a township has a switch on a day."""
    rows = TownshipSwitch.objects.filter(division_code=division_code[:9], kind=kind, starts_on__lte=on)
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)).exists()
