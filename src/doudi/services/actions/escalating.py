"""Every morning: what a department has not answered in time is told to the county, once a limit."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, QuerySet

from doudi.audit import actions as audit
from doudi.audit.actions import Subject

from ..models import Referral, ReferralStep
from ..moves import OPEN, Move

CHUNK = 200


def overdue(on: date, *, using: str = "default") -> QuerySet[Referral]:
    """Open, past its limit, and not yet told of."""
    rows = Referral.objects.using(using).filter(state__in=OPEN, due_on__lt=on, escalated_on__isnull=True)
    return rows.order_by("pk")


def escalate_overdue(*, on: date, at: datetime, using: str = "default") -> int:
    """Mark the next two hundred and append a step to each; returns how many. The system does it, in nobody's name."""
    with transaction.atomic(using=using):
        rows = list(overdue(on, using=using).select_for_update(skip_locked=True)[:CHUNK])
        changed = Referral.objects.using(using).filter(pk__in=[r.pk for r in rows])
        changed.update(escalated_on=on, version=F("version") + 1)
        ReferralStep.objects.using(using).bulk_create(
            ReferralStep(
                referral=row, division_code=row.division_code, department=row.department, move=Move.ESCALATE,
                before=row.state, after=row.state, due_on=row.due_on, done_on=on, done_at=at,
            )
            for row in rows
        )  # fmt: skip
        for row in rows:
            subject = Subject("referral", str(row.pk), row.division_code)
            audit.record(by=None, action="referral.escalate", subject=subject, using=using)
    return len(rows)
