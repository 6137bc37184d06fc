"""What a township may not decide alone: the county says how much, or no; then the township pays."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.casework.actions.moving import move
from doudi.casework.actions.relief import relieve
from doudi.casework.models import Determination
from doudi.registry.actions.refusal import refuse

from ..models import ReliefAsk, ReliefPlan
from .relief import plan_for


def grant(*, ask: ReliefAsk, fen: int, note: str, by: Staff, on: date, at: datetime) -> ReliefPlan:
    """The county decides the amount; another than was asked needs a reason. The township pays it out."""
    permit(by, Permission.CASE_CONFIRM, place=ask.division_code)
    with transaction.atomic():
        current = _held(ask, by)
        if fen != current.asked_fen and not note.strip():
            raise refuse("note", _("改动金额请写明理由。"))
        made = relieve(
            application=current.application, amount_fen=fen, by=by, on=on, at=at, note=note,
            repeated_because=str(current.repeated_because or ""),
        )  # fmt: skip
        plan = plan_for(
            made, parts=current.parts, heard_at=current.heard_at, by=by, on=on, at=at,
            number_index=bytes(current.number_index) if current.number_index else None,
        )  # fmt: skip
        _decided(current, "granted", by, at)
    return plan


def refuse_ask(*, ask: ReliefAsk, note: str, by: Staff, on: date, at: datetime) -> ReliefAsk:
    """No help, with the reason; the case is refused."""
    permit(by, Permission.CASE_CONFIRM, place=ask.division_code)
    with transaction.atomic():
        current = _held(ask, by)
        move(current.application, "refuse_relief", by=by, on=on, at=at, note=note)
        _decided(current, "refused", by, at)
    return current


def plan_decided(*, made: Determination, parts: int, by: Staff, on: date, at: datetime) -> ReliefPlan:
    """A decision taken on the page of the case gets its plan, so that it can be paid; the call is the day it opened."""
    permit(by, Permission.CASE_HANDLE, place=made.division_code)
    first = made.application.steps.order_by("pk").first()
    heard = first.at if first else at
    try:
        with transaction.atomic():
            return plan_for(made, parts=parts, heard_at=heard, by=by, on=on, at=at)
    except IntegrityError as error:
        raise refuse("", _("这笔救助刚刚已经安排发放，请刷新后查看。")) from error


def _held(ask: ReliefAsk, by: Staff) -> ReliefAsk:
    current = ReliefAsk.objects.select_for_update(of=("self",)).select_related("application").get(pk=ask.pk)
    if current.state != "asked":
        raise refuse("", _("这件已经审批过了。"))
    if current.asked_by_id == by.pk:
        raise refuse("", _("上报的人不能自己审批。"))
    return current


def _decided(current: ReliefAsk, state: str, by: Staff, at: datetime) -> None:
    current.state, current.decided_by_id, current.decided_at = state, by.pk, at
    current.save(update_fields=["state", "decided_by_id", "decided_at"])
