"""Looking at an award, and the day by which it is reviewed."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record
from doudi.registry.actions.refusal import Problems

from ..models import Award
from .recording import working
from .refusal import guarded

USUAL = "日常办理"


def plan_review(*, award: Award, review_by: date, by: Staff, on: date, at: datetime) -> Award:
    """The periodic review is due by a day (M57-31)."""
    with guarded(), working(award, by=by, on=on, at=at, version=None) as work:
        problems = Problems()
        if review_by <= on:
            problems.add("review_by", _("核查日期应晚于今天。"))
        problems.refuse_if_any()
        Award.objects.filter(pk=work.award.pk).update(review_by=review_by)
        _told(award, "plan_review", by, review_by=str(review_by))
    award.review_by = review_by
    return award


def opened(award: Award, *, by: Staff) -> None:
    """Record that somebody opened the page of an award."""
    permit(by, Permission.AWARD_READ, place=award.division_code)
    _told(award, "read", by)


def _told(award: Award, action: str, by: Staff, **detail: str) -> None:
    subject = Subject("household", str(award.household_id), award.division_code)
    record(by=by, action=f"award.{action}", subject=subject, purpose=USUAL, detail={"award": award.number, **detail})
