"""A household that was found and should apply: its case is opened by casework, with what we know already in it."""

from __future__ import annotations

from datetime import date, datetime

from doudi.accounts.models import Staff
from doudi.casework.actions.numbering import open_case_of
from doudi.casework.actions.opening import Need, open_application
from doudi.casework.models import Origin
from doudi.casework.queries.where import ground_of
from doudi.registry.actions.refusal import refuse
from doudi.registry.models import Membership

from ..models import VisitTask


def open_found(*, task: VisitTask, note: str, by: Staff, on: date, at: datetime) -> str:
    """The number of the household's case: the one it is in already, or a new one with origin FOUND."""
    people = Membership.objects.known().on(on).filter(household=task.household).values_list("person_id", flat=True)
    for person in people:
        if number := open_case_of(person):
            return number
    ground = ground_of(task.household, on)
    if ground.basis is None:
        raise refuse("disposition", ground.words)
    need = Need(household=task.household, origin=Origin.FOUND, place_basis=ground.basis, cause=note)
    return open_application(need=need, by=by, on=on, at=at).number
