"""What is kept of each award under an adjustment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from ..models import Adjustment, AdjustmentLine
from ..models.adjustments import Outcome
from .comparing import Stretch, Verdict
from .notices import sentence
from .standing import total

NOTICE = 400


def keep(verdicts: Iterable[Verdict], adjustment: Adjustment, title: str, limit: date, *, raised: bool) -> None:
    """The awards that a person must look at, and with `raised` those that were changed; earlier rows give way."""
    wanted = {Outcome.LOWERED, Outcome.DIFFERS, Outcome.UNKNOWN} | ({Outcome.RAISED} if raised else set())
    told = list(verdicts)
    old = AdjustmentLine.objects.filter(adjustment=adjustment, award__in=[verdict.award.pk for verdict in told])
    if raised:  # an estimate has begun with none
        old.exclude(outcome=Outcome.RAISED).delete()
    rows = [_row(verdict, adjustment, title, limit) for verdict in told if verdict.outcome in wanted]
    AdjustmentLine.objects.bulk_create(rows, batch_size=2000)


def _row(verdict: Verdict, adjustment: Adjustment, title: str, limit: date) -> AdjustmentLine:
    due, last = verdict.due(limit), verdict.stretches[-1]
    raised = verdict.outcome is Outcome.RAISED
    if raised:
        last = [one for one in verdict.stretches if one.written][-1]
    known = last.after is not None and verdict.outcome is not Outcome.UNKNOWN
    return AdjustmentLine(
        adjustment=adjustment, award_id=verdict.award.pk, division_code=verdict.award.division_code,
        outcome=verdict.outcome, stretches=[_told(one) for one in verdict.stretches],
        before_fen=total(last.before), after_fen=total(last.after or ()) if known else None,
        back_pay_fen=sum(due.values()), back_pay_months=len(due), reasons=verdict.reasons,
        notice=sentence(verdict, title, due)[:NOTICE] if raised else "",
    )  # fmt: skip


def _told(stretch: Stretch) -> dict[str, Any]:
    return {
        "from": str(stretch.start),
        "until": str(stretch.until) if stretch.until else None,
        "before": [list(line) for line in stretch.before],
        "after": None if stretch.after is None else [list(line) for line in stretch.after],
    }
