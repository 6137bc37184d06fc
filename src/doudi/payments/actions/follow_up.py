"""The visit after the first help (跟进救助): what was found, and whether somebody has to come again."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import NotPermitted
from doudi.audit.actions import Subject
from doudi.audit.actions import record as write
from doudi.registry.actions.refusal import Problems

from ..models import FollowUp, ReliefPlan

SHORTEST = 4


def follow_up(
    *, plan: ReliefPlan, on: date, found: str, still_needed: str, again_by: date | None, by: Staff, at: datetime
) -> FollowUp:
    """Write down a visit. Where help is still needed the next one gets a day; else none is due any more."""
    if not any(by.may(p, plan.division_code) for p in (Permission.CASE_HANDLE, Permission.CASE_INTAKE)):
        raise NotPermitted(Permission.CASE_HANDLE, plan.division_code)
    _check(plan, on, found, still_needed, again_by, timezone.localdate(at))
    with transaction.atomic():
        made = FollowUp.objects.create(
            plan=plan, division_code=plan.division_code, on=on, found=found.strip(), still_needed=still_needed,
            by_id=by.pk, at=at,
        )  # fmt: skip
        plan.follow_up_by = again_by if still_needed == "more" else None
        plan.save(update_fields=["follow_up_by"])
        subject = Subject("application", str(plan.application_id), plan.division_code)
        write(by=by, action="relief.follow_up", subject=subject, detail={"plan": plan.pk, "needed": still_needed})
    return made


def _check(plan: ReliefPlan, on: date, found: str, still_needed: str, again_by: date | None, today: date) -> None:
    problems = Problems()
    if not timezone.localdate(plan.at) <= on <= today:
        problems.add("on", _("走访日期应在救助之后，且不晚于今天。"))
    if len(found.strip()) < SHORTEST:
        problems.add("found", _("请写明看到的情况，至少 %(n)s 个字。") % {"n": SHORTEST})
    if still_needed not in ("nothing", "more", "transfer"):
        problems.add("still_needed", _("请选择走访结果。"))
    if still_needed == "more" and (again_by is None or again_by <= on):
        problems.add("again_by", _("还要继续救助的，请定下次走访的日期。"))
    problems.refuse_if_any()
