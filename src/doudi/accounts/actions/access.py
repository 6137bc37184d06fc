"""Looking at one village outside one's jurisdiction for 24 hours: asked with a reason, answered by its head."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from .. import port
from ..errors import Refused
from ..models import AccessRequest, Assignment, Staff
from ..permissions import Permission
from ..port import announce
from ..roles import CIVIL_AFFAIRS, Role, digits_of
from ..scope import permit

VISIT = timedelta(hours=24)
REASON_LENGTH = 4
State = AccessRequest.State


@transaction.atomic
def ask_for_access(*, by: Staff, place: str, reason: str, at: datetime) -> AccessRequest:
    """Ask to look at one village. Only civil affairs staff may: the visit shows what they see at home."""
    permit(by, Permission.SELF)
    _check_question(by, place, reason)
    request = AccessRequest.objects.create(staff=by, division_code=place, reason=reason.strip(), asked_at=at)
    _record(by, "accounts.ask_for_access", request, purpose=reason)
    return request


@transaction.atomic
def answer_access(*, by: Staff, request: AccessRequest, granted: bool, at: datetime) -> AccessRequest:
    """Grant or refuse within one's own place; a granted look starts now and ends by itself after 24 hours."""
    permit(by, Permission.ACCESS_GRANT, place=request.division_code)
    asked = AccessRequest.objects.select_for_update().get(pk=request.pk)
    if asked.staff_id == by.pk:
        raise Refused(_("不能批准自己的申请"))
    if asked.state != State.OPEN:
        raise Refused(_("这份申请已经答复过了"))
    asked.state = State.GRANTED if granted else State.REFUSED
    asked.answered_by = by
    asked.answered_at = at
    asked.assignment = _visit(asked, by, at) if granted else None
    asked.save()
    _record(by, "accounts.answer_access", asked, detail={"state": asked.state, "staff": asked.staff_id})
    return asked


def _check_question(by: Staff, place: str, reason: str) -> None:
    if not by.scope.roles & CIVIL_AFFAIRS:
        raise Refused(_("只有民政经办人员可以申请跨辖区查看；其他部门请走转介"))
    if len(place) != digits_of(Role.VISITOR) or not port.place_exists(place):
        raise Refused(_("请选一个村或社区"), "place")
    if by.may(Permission.PERSON_READ, place):
        raise Refused(_("这里在您的辖区内，可以直接查看"), "place")
    if len(reason.strip()) < REASON_LENGTH:
        raise Refused(_("请写明事由，至少 4 个字"), "reason")
    if AccessRequest.objects.filter(staff=by, division_code=place, state=State.OPEN).exists():
        raise Refused(_("已经申请过，正在等当地负责人答复"), "place")


def _visit(asked: AccessRequest, by: Staff, at: datetime) -> Assignment:
    return Assignment.objects.create(
        staff=asked.staff,
        role=Role.VISITOR,
        division_code=asked.division_code,
        starts_at=at,
        ends_at=at + VISIT,
        reason=asked.reason,
        granted_by=by,
    )


def _record(by: Staff, action: str, request: AccessRequest, **more: object) -> None:
    announce(
        by=by,
        action=action,
        subject_kind="access_request",
        subject_id=str(request.pk),
        place=request.division_code,
        **more,  # type: ignore[arg-type]
    )
