"""How far a verification is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from ..models import OPEN, Query, QueryState, Report, Request, Unasked


@dataclass(frozen=True, slots=True)
class Progress:
    """One round: how many questions, how they stand, and whether a report has been made of it.

    `state`: none (nothing asked for), waiting (the county has not started), running, complete (every question is
    settled, no report yet), reported.
    """

    request_id: int | None
    state: str
    total: int
    answered: int
    open: int
    rejected: int
    no_answer: int
    blocked: int
    unasked: int
    requested_on: date | None
    started_on: date | None
    due_on: date | None


NOTHING = Progress(None, "none", 0, 0, 0, 0, 0, 0, 0, None, None, None)


def current_request(matter: str) -> Request | None:
    """The latest round of a matter."""
    return Request.objects.filter(matter=matter).order_by("-round").first()


def progress(matter: str) -> Progress:
    """How far the latest round of a matter is."""
    request = current_request(matter)
    return progress_of(request) if request else NOTHING


def progress_of(request: Request) -> Progress:
    """How far one round is."""
    rows = list(Query.objects.filter(request=request).values_list("state", "due_on"))
    count = Counter(state for state, _due in rows)
    open_now = sum(count[state] for state in OPEN)
    reported = Report.objects.filter(request=request).exists()
    return Progress(
        request_id=request.pk, state=_state(request, open_now, reported), total=len(rows), open=open_now,
        answered=count[QueryState.ANSWERED], rejected=count[QueryState.REJECTED],
        no_answer=count[QueryState.NO_ANSWER], blocked=count[QueryState.BLOCKED] + count[QueryState.REFUSED],
        unasked=Unasked.objects.filter(request=request).count(), requested_on=request.requested_on,
        started_on=request.started_on, due_on=max((d for s, d in rows if d and s in OPEN), default=None),
    )  # fmt: skip


def _state(request: Request, open_now: int, reported: bool) -> str:
    if reported:
        return "reported"
    if request.started_on is None:
        return "waiting"
    return "running" if open_now else "complete"
