"""What monitoring shows on the workbench and on a household's page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from doudi.accounts.models import Staff
from doudi.registry.models import Household

from .models import OPEN_TASK, VisitTask
from .queries import board
from .queries.board import View, Wish

ON_WORKBENCH, PAST = 8, 3


def on_workbench(staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    """The households whose deadline has passed, or that are due today; away where there are none."""
    on = timezone.localdate(now)
    due = board.listed(staff, Wish(View.OPEN), on).filter(due_on__lte=on)
    first = list(due[:ON_WORKBENCH])
    if not first:
        return None
    told = board.counts(staff, Wish(), on)
    return {"rows": board.rows_of(first, on), "late": told[View.LATE], "open": told[View.OPEN], "urgent": due.count()}


def household_card(home: Household, staff: Staff, on: date) -> Mapping[str, Any] | None:
    """The open task and the last closed ones; away where there never was any."""
    rows = list(VisitTask.objects.filter(household=home).order_by("-pk")[: PAST + 1])
    open_task = next((task for task in rows if task.state in OPEN_TASK), None)
    past = [task for task in rows if task.state not in OPEN_TASK][:PAST]
    return {"open_task": open_task, "past": past} if rows else None
