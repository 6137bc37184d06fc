"""The runs that pay an index month: the first, and further ones for those who were missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from ..kinds import LOCKED_STATES, RunKind, RunState
from ..models import PaymentRun


def runs_of(county: str, month: date, using: str = "default") -> Sequence[PaymentRun]:
    """Every run of an index month that was not cancelled, the first one first."""
    rows = PaymentRun.objects.using(using).filter(county=county, kind=RunKind.PRICE_SUBSIDY, month=month)
    return list(rows.exclude(state=RunState.CANCELLED).order_by("pk"))


def first_day(county: str, month: date, using: str = "default") -> date | None:
    """The day an index month was decided: that of its first run. Everybody gets the amount of that day."""
    first = next(iter(runs_of(county, month, using)), None)
    return None if first is None else timezone.localdate(first.made_at)


def decided_on(run: PaymentRun, using: str = "default") -> date:
    """The day whose standard and floor a run pays."""
    return first_day(run.county, run.month, using) or timezone.localdate(run.made_at)


def paid_on(runs: Sequence[PaymentRun]) -> date | None:
    """The day the first run went to the bank; None while it has not."""
    sent = [run.sent_at for run in runs if run.sent_at is not None]
    return timezone.localdate(min(sent)) if sent else None


def is_locked(run: PaymentRun) -> bool:
    """Whether its list can no longer change."""
    return run.state in LOCKED_STATES


def open_run(runs: Sequence[PaymentRun]) -> PaymentRun | None:
    """The run that is still being made."""
    return next((run for run in runs if not is_locked(run)), None)
