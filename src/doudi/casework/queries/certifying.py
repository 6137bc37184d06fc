"""Whether what was confirmed still holds, so that a certificate may say so."""

from __future__ import annotations

from datetime import date

from doudi.awards.models import Award
from doudi.registry.models import LowIncomeStatus

from ..models import Application, Conclusion, Determination
from ..programmes import ONGOING, SETTINGS, Programme
from .determinations import in_force


def certifiable(application: Application, on: date) -> Determination | None:
    """The confirmation that holds on a day: its award is not ended, or the family is in the category; else None."""
    made = in_force(application)
    if made is None or made.conclusion != Conclusion.GRANT or Programme(made.programme) not in ONGOING:
        return None
    if made.award:
        return made if Award.objects.filter(number=made.award).not_ended(on).exists() else None
    category = SETTINGS[Programme(made.programme)].category
    rows = LowIncomeStatus.objects.known().on(on).filter(household=application.household_id, category=category)
    return made if rows.exists() else None
