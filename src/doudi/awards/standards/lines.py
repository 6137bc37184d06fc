"""What is kept of each award under an adjustment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection

from ..models import Adjustment, AdjustmentLine
from ..models.adjustments import Outcome
from .comparing import Stretch, Verdict
from .notices import sentence
from .writing import as_json

NOTICE = 400


def keep(verdicts: Iterable[Verdict], adjustment: Adjustment, title: str, limit: date, *, raised: bool) -> None:
    """The awards that a person must look at, and with `raised` those that were changed; earlier rows give way."""
    wanted = {Outcome.LOWERED, Outcome.DIFFERS, Outcome.UNKNOWN} | ({Outcome.RAISED} if raised else set())
    told = list(verdicts)
    old = AdjustmentLine.objects.filter(adjustment=adjustment, award__in=[verdict.award.pk for verdict in told])
    if raised:  # an estimate has begun with none
        old.exclude(outcome=Outcome.RAISED).delete()
    rows = [_row(verdict, adjustment, title, limit) for verdict in told if verdict.outcome in wanted]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [as_json(rows)])


def _row(verdict: Verdict, adjustment: Adjustment, title: str, limit: date) -> list[Any]:
    due, last = verdict.due(limit), verdict.stretches[-1]
    raised = verdict.outcome is Outcome.RAISED
    if raised:
        last = [one for one in verdict.stretches if one.written][-1]
    known = last.after is not None and verdict.outcome is not Outcome.UNKNOWN
    return [
        adjustment.pk, verdict.award.pk, verdict.award.division_code, verdict.outcome.value,
        [_told(one) for one in verdict.stretches], last.fen, last.fen_after if known else None,
        sum(due.values()), len(due), verdict.reasons, sentence(verdict, title, due)[:NOTICE] if raised else "",
    ]  # fmt: skip


KEEP = """
INSERT INTO awards_adjustmentline (adjustment_id, award_id, division_code, outcome, stretches, before_fen, after_fen,
  back_pay_fen, back_pay_months, reasons, notice)
SELECT (r->>0)::bigint, (r->>1)::bigint, r->>2, r->>3, r->4, (r->>5)::bigint, (r->>6)::bigint, (r->>7)::bigint,
  (r->>8)::smallint, r->9, r->>10
FROM jsonb_array_elements(%s::jsonb) AS r"""


def _told(stretch: Stretch) -> dict[str, Any]:
    return {
        "from": str(stretch.start),
        "until": str(stretch.until) if stretch.until else None,
        "before": [list(line) for line in stretch.before],
        "after": None if stretch.after is None else [list(line) for line in stretch.after],
    }
