"""The evidence of a case: what is still to be signed, what the sources answered beside what was declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from doudi.verification.models import Report, Request
from doudi.verification.queries import (
    NOTHING,
    Item,
    Progress,
    current_report,
    current_request,
    progress_of,
    report_items,
)
from doudi.verification.queries.pages import Row, row_of

from ..models import Application
from ..programmes import SETTINGS, Programme
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
    wanted: bool = True

    @cached_property
    def telling(self) -> list[Row]:
        """What either side says something about, differences first."""
        rows = [row_of(item) for item in self.items]
        return sorted((row for row in rows if row.tells), key=lambda row: not row.item.differs)

    @cached_property
    def rest(self) -> list[Row]:
        """Nothing declared and nothing found."""
        return [row for row in map(row_of, self.items) if not row.tells]


def evidence_card(application: Application, on: date) -> Evidence:
    """Everything for the card, whatever the stage."""
    matter = matter_of(application)
    report, request = current_report(matter), current_request(matter)
    items = report_items(report, on) if report else []
    return Evidence(
        matter=matter,
        gaps=gaps_of(application, on) if application.stage in UNACCEPTED else [],
        request=request,
        progress=progress_of(request) if request else NOTHING,
        report=report,
        items=items,
        differing=sum(not item.settled for item in items),
        expired=bool(report and report.expired(on)),
        wanted=SETTINGS[Programme(application.programme)].verified,
    )
