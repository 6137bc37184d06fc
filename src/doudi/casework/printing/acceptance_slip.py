"""受理通知书: from which day the clock runs, until when there will be an answer, and what happens on the way."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from doudi.documents.forms import PrintStamp

from ..models import Application
from ..programmes import SETTINGS, Programme
from ..queries.timing import clocks_of, total_clock
from .papers import day, head_of, print_guarded

FORM = "acceptance_slip"


def print_slip(application: Application, stamp: PrintStamp, *, today: date, now: datetime) -> bytes:
    """The slip a family takes home."""
    return print_guarded(FORM, slip_data(application, today=today, now=now), stamp, application.number)


def slip_data(application: Application, *, today: date, now: datetime) -> dict[str, Any]:
    """The last day as the law's own clock has it; nothing is promised where the law names none."""
    told = clocks_of(application, today=today, now=now)
    whole = total_clock(told)
    total = whole if whole and whole.limit.total else None
    return head_of(application) | {
        "last": day(total.due_on) if total else "",
        "length": f"{total.limit.length} 个{_unit(total.limit.unit.value)}" if total else "",
        "clauses": [article.citation for article in total.limit.basis] if total and not total.limit.assumed else [],
        "assumed": bool(total and total.limit.assumed),
        "next": [] if total else [_next(c) for c in told if c.due_on and not c.done_on],
        "verified": SETTINGS[Programme(application.programme)].verified,
        "noticed": SETTINGS[Programme(application.programme)].noticed,
    }


def _next(clock: Any) -> str:
    return f"{clock.limit.label}：最晚 {day(clock.due_on)}"


def _unit(unit: str) -> str:
    return {"workdays": "工作日", "days": "日", "hours": "小时"}[unit]
