"""What a run tells in figures, written beside it."""

from __future__ import annotations

from ...models import PaymentRun
from ...queries.runs_totals import figures_of


def write_figures(run: PaymentRun) -> None:
    """Count a run again; what was noted beside the count stays."""
    run.figures = run.figures | dict(figures_of(run))
    run.save(update_fields=["figures"])
