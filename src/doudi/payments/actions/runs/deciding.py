"""What the maker decides about single lines: held, released, not paid, paid after all."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject
from doudi.registry.actions.refusal import Conflict, refuse

from ...kinds import NOT_RELEASED, NOTICES, Afterwards, HoldReason, LineState, RunState
from ...models import Hold, PaymentLine
from .common import held_fast, log, reasoned


def hold_line(*, line: PaymentLine, because: str, by: Staff, at: datetime) -> Hold:
    """Hold a line by hand."""
    line = _open_line(line, by, {LineState.READY, LineState.HELD})
    because = reasoned(because)
    with transaction.atomic():
        line = _fast(line)
        facts = f"{line.holds.filter(reason=HoldReason.BY_HAND).count() + 1}"
        hold = Hold.objects.create(
            line=line, division_code=line.division_code, reason=HoldReason.BY_HAND, facts=facts,
            seen={"because": because}, at=at,
        )  # fmt: skip
        _settle(line)
        _log(by, "hold", line, because)
    return hold


def release_hold(*, hold: Hold, because: str, by: Staff, at: datetime) -> Hold:
    """Let a line pass in spite of what was found; it is ready when nothing else stands against it."""
    line = _open_line(hold.line, by, {LineState.READY, LineState.HELD})
    because = reasoned(because)
    if hold.reason in NOT_RELEASED:
        raise refuse("because", _("没有账户、没有预算的发不出去：请登记账户、追加预算后再次核验，或者本次不发。"))
    with transaction.atomic():
        line = _fast(line)
        hold = Hold.objects.select_for_update().get(pk=hold.pk)
        if hold.released_at is not None:
            raise Conflict(_("这一条已经处理过，请刷新后再看。"))
        hold.released_because, hold.released_by_id, hold.released_at = because, by.pk, at
        hold.save(update_fields=["released_because", "released_by_id", "released_at"])
        _settle(line)
        _log(by, "release", line, because, reason=hold.reason)
    return hold


def drop_line(*, line: PaymentLine, because: str, by: Staff, at: datetime, afterwards: Afterwards) -> PaymentLine:
    """Leave a line out of the list, with the reason, and say whether its month comes again."""
    line = _open_line(line, by, {LineState.READY, LineState.HELD})
    because = reasoned(because)
    if afterwards not in (Afterwards.LATER, Afterwards.NEVER):
        raise refuse("afterwards", _("请选择以后补发，还是不再发放。"))
    with transaction.atomic():
        line = _fast(line)
        line.state, line.dropped_because, line.afterwards = LineState.DROPPED, because, afterwards
        line.save(update_fields=["state", "dropped_because", "afterwards"])
        _log(by, "drop", line, because, afterwards=afterwards)
    return line


def take_line_back(*, line: PaymentLine, by: Staff, at: datetime) -> PaymentLine:
    """A line that was left out of this draft joins it again."""
    line = _open_line(line, by, {LineState.DROPPED})
    if line.afterwards == Afterwards.REBUILT:
        raise refuse("", _("名单重新生成时已经换成新的一笔，不能再恢复。"))
    try:
        with transaction.atomic():
            line = _fast(line)
            line.state, line.dropped_because, line.afterwards = LineState.READY, "", ""
            line.save(update_fields=["state", "dropped_because", "afterwards"])
            _settle(line)
            _log(by, "take_back", line, "")
    except IntegrityError as error:
        if "line_one_month_of_an_award" in str(error) or "line_once_a_run" in str(error):
            raise refuse("", _("名单里已有这个月的一笔，不能重复发放。")) from error
        if "line_person_once_a_month" in str(error):
            raise refuse("", _("其中有人本月已在另一项待遇中领取，不能重复发放。")) from error
        raise
    return line


def _open_line(line: PaymentLine, by: Staff, states: set[LineState]) -> PaymentLine:
    permit(by, Permission.PAYMENT_MAKE, place=line.division_code)
    fresh = PaymentLine.objects.select_related("run").get(pk=line.pk)
    if fresh.state not in states or fresh.run.state != RunState.DRAFT:
        raise Conflict(_("这一笔刚被处理过，或名单已经提交，请刷新后再看。"))
    return fresh


def _fast(line: PaymentLine) -> PaymentLine:
    """The line with its run locked first, so that nobody submits in between."""
    run = held_fast(line.run, {RunState.DRAFT})
    fresh = PaymentLine.objects.select_for_update().get(pk=line.pk)
    if fresh.state != line.state:
        raise Conflict(_("这一笔刚被处理过，请刷新后再看。"))
    fresh.run = run
    return fresh


def _settle(line: PaymentLine) -> None:
    waiting = line.holds.filter(released_at__isnull=True).exclude(reason__in=NOTICES).exists()
    state = LineState.HELD if waiting else LineState.READY
    if line.state != state:
        line.state = state
        line.save(update_fields=["state"])


def _log(by: Staff, act: str, line: PaymentLine, because: str, **more: str) -> None:
    subject = Subject("payment_line", str(line.pk), line.division_code)
    said = {"because": because} if because else {}
    log(by, f"line_{act}", line.run, {**said, **more}, subject=subject)
