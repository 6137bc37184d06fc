"""Money that should perhaps not go out: payment rests, by whoever may decide about it, until the review is decided."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.awards.actions import suspend
from doudi.awards.actions.recording import Why
from doudi.casework.models import PeriodicReview
from doudi.casework.models.reviews import ReviewStage
from doudi.registry.actions.refusal import refuse

from ..models import VisitTask
from .recording import record


def hold_payment(*, task: VisitTask, note: str, by: Staff, on: date, at: datetime) -> int:
    """Suspend every award of the household under an open review from this month on; returns how many."""
    permit(by, Permission.AWARD_WRITE, place=task.division_code)
    rows = PeriodicReview.objects.filter(household=task.household_id, award__isnull=False, ended_on=None)
    reviews = {r.award_id: r for r in rows.filter(stage=ReviewStage.OPEN).select_related("award").order_by("-pk")}
    if not reviews:
        raise refuse("", _("这户没有进行中的待遇核查，请先以“核实后按程序处理待遇”发起核查。"))
    with transaction.atomic():
        for review in reviews.values():
            assert review.award is not None
            why = Why("review", reference=review.number, note=note)
            suspend(award=review.award, from_month=on.replace(day=1), why=why, by=by, on=on, at=at)
        record(task, "hold_payment", by, awards=len(reviews))
    return len(reviews)
