"""Missing material is told once, all together."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from doudi.accounts.models import Staff

from ..models import Application, GapNotice
from ..queries.gaps import gaps_of
from .moving import move


def list_gaps(
    *, application: Application, by: Staff, on: date, at: datetime, version: int | None = None, note: str = ""
) -> GapNotice:
    """Give the one notice of everything that is missing."""
    missing = gaps_of(application, on)
    with transaction.atomic():
        moved = move(application, "list_gaps", by=by, on=on, at=at, version=version, note=note)
        items = [{"key": gap.key, "person": gap.person} for gap in missing]
        return GapNotice.objects.create(
            application=moved, division_code=moved.division_code, items=items, on=on, at=at, by_id=by.pk
        )


def supply(
    *, application: Application, by: Staff, on: date, at: datetime, version: int | None = None, note: str = ""
) -> Application:
    """The family brought what was missing."""
    return move(application, "supply", by=by, on=on, at=at, version=version, note=note)
