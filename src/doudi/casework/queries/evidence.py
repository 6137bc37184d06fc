"""The evidence of a case: what is still to be signed, what the sources answered beside what was declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from doudi.verification.models import Report, Request
from doudi.verification.queries import Item, Progress, current_report, current_request, progress, report_items

from ..models import Application
from ..stages import Stage
from .gaps import Gap, gaps_of, matter_of

UNACCEPTED = frozenset({Stage.DRAFT, Stage.SUBMITTED, Stage.GAPS})


@dataclass(frozen=True)
class Evidence:
    """The card at the top of the page of a case."""

    matter: str
    gaps: Sequence[Gap]
    request: Request | None
    progress: Progress
    report: Report | None
    items: Sequence[Item]
    differing: int
    expired: bool


def evidence_card(application: Application, on: date) -> Evidence:
    """Everything for the card, whatever the stage."""
    matter = matter_of(application)
    report = current_report(matter)
    items = report_items(report, on) if report else []
    return Evidence(
        matter=matter,
        gaps=gaps_of(application, on) if application.stage in UNACCEPTED else [],
        request=current_request(matter),
        progress=progress(matter),
        report=report,
        items=items,
        differing=sum(not item.settled for item in items),
        expired=bool(report and report.expired(on)),
    )
