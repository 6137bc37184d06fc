"""Builders for monitoring's tests: findings, tasks and visits with one default world."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from doudi.accounts.models import Staff
from doudi.monitoring.actions.raising import Finding, Raised, raise_findings
from doudi.monitoring.actions.visits import Answer, report_visit
from doudi.monitoring.models import VisitReport, VisitTask
from doudi.monitoring.queries.field import packs
from doudi.registry.models import Household
from tests.registry.world import DAY, a_household, at, member, people_of

LATER = DAY + timedelta(days=1)


def finding(home: Household, indicator: str = "medical_cost", value: int = 1, **changes: Any) -> Finding:
    """A finding about a household."""
    said: dict[str, Any] = {
        "household_id": home.pk, "person_id": None, "indicator": indicator, "group": "help",
        "sentence": f"医疗自付 {value} 元", "evidence": json.dumps({"value": value}), "clauses": ("M57-6",),
        "deadline_days": 5,
    }  # fmt: skip
    return Finding(**said | changes)


def raised(*findings: Finding, on: date = DAY, **changes: Any) -> Raised:
    """Raise as the system does."""
    said: dict[str, Any] = {"looked": None, "by": None, "on": on, "at": at(on)}
    return raise_findings(findings, **said | changes)


def a_task(home: Household, *indicators: str, on: date = DAY) -> VisitTask:
    """A household's open task with warnings of some indicators."""
    raised(*(finding(home, i) for i in indicators or ("medical_cost",)), on=on)
    return VisitTask.objects.select_related("household__head").get(household=home, closed_on=None)


def visited(by: Staff, task: VisitTask, disposition: str = "false", on: date = LATER, **changes: Any) -> VisitReport:
    """A visit reported by somebody who holds the task's newest pack."""
    pack = next(p for p in packs(by, on) if p.number == task.number)
    said: dict[str, Any] = {
        "answers": {}, "note": "已到户看过", "visited_at": at(on) - timedelta(hours=1), "place": "24.4,98.6",
        "client_id": uuid.uuid4(), "version": pack.version,
    }  # fmt: skip
    return report_visit(number=task.number, disposition=disposition, by=by, on=on, at=at(on), **said | changes)


__all__ = [
    "DAY",
    "LATER",
    "Answer",
    "a_household",
    "a_task",
    "at",
    "datetime",
    "finding",
    "member",
    "people_of",
    "raised",
    "visited",
]
