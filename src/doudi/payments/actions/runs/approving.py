"""Maker, checker, finance: three people, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.awards.kinds import Act
from doudi.awards.models import AwardChange
from doudi.jobs import actions as jobs
from doudi.registry.actions.refusal import refuse

from ...kinds import LineState, RunKind, RunState
from ...models import PaymentLine, PaymentRun
from .common import held_fast, log, moved, reasoned
from .figures import write_figures
from .gate import look
from .starting import job_is_open

LOCK = "payments.lock"


def submit(
    *, run: PaymentRun, by: Staff, at: datetime, leaving_held: str = "", version: int | None = None
) -> PaymentRun:
    """Hand a draft to the checker. The gate looks once more; what is still held stays out, with a reason for all."""
    permit(by, Permission.PAYMENT_MAKE, place=run.division_code)
    with transaction.atomic():
        run = held_fast(run, {RunState.DRAFT}, version)
        if changed := outdated(run):
            said = {"n": len(changed)}
            raise refuse("", _("名单生成后又有 %(n)s 项待遇减发或更正，请先重新生成名单。") % said)
        look(run, by=by, at=at)
        held = PaymentLine.objects.filter(run=run, state=LineState.HELD).count()
        if held and not leaving_held.strip():
            said = {"n": held}
            raise refuse(
                "leaving_held", _("还有 %(n)s 笔暂缓没有处理：请逐笔处理，或写明理由，让它们不进入本次发放。") % said
            )
        write_figures(run)
        run.figures["leaving_held"] = leaving_held.strip()[:200] if held else ""
        run = moved(run, RunState.SUBMITTED, submitted_at=at, figures=run.figures)
        log(by, "submit", run, {"held": held, "because": run.figures["leaving_held"]})
    return run


def check(*, run: PaymentRun, by: Staff, at: datetime, version: int | None = None) -> PaymentRun:
    """The second of the three: never who made the list."""
    permit(by, Permission.PAYMENT_CHECK, place=run.division_code)
    with transaction.atomic():
        run = held_fast(run, {RunState.SUBMITTED}, version)
        _not_one_of(by, [run.made_by_id])
        run = moved(run, RunState.CHECKED, checked_by_id=by.pk, checked_at=at)
        log(by, "check", run, {"lines": run.figures["payable"], "fen": run.figures["payable_fen"]})
    return run


def send_back(*, run: PaymentRun, because: str, by: Staff, at: datetime, version: int | None = None) -> PaymentRun:
    """To the maker again, with the reason."""
    right = Permission.PAYMENT_CHECK if run.state == RunState.SUBMITTED else Permission.PAYMENT_APPROVE
    permit(by, right, place=run.division_code)
    because = reasoned(because)
    with transaction.atomic():
        run = held_fast(run, {RunState(run.state)} & {RunState.SUBMITTED, RunState.CHECKED}, version)
        run = moved(
            run, RunState.DRAFT, note=because, submitted_at=None, checked_by_id=None, checked_at=None
        )  # fmt: skip
        log(by, "send_back", run, {"because": because})
    return run


def approve(*, run: PaymentRun, by: Staff, on: date, at: datetime, version: int | None = None) -> PaymentRun:
    """Finance signs; a job locks the list. Again after a lock that was stopped: it goes on where it was."""
    permit(by, Permission.PAYMENT_APPROVE, place=run.division_code)
    with transaction.atomic():
        run = held_fast(run, {RunState.CHECKED, RunState.LOCKING}, version)
        _not_one_of(by, [run.made_by_id, run.checked_by_id])
        if run.state == RunState.LOCKING and job_is_open(run):
            raise refuse("", _("名单正在锁定，请稍等。"))
        title = _("锁定 %(number)s") % {"number": run.number}
        params = {"run": run.pk, "on": f"{on}"}
        job = jobs.start(LOCK, by_id=by.pk, at=at, params=params, title=title, place=run.division_code)
        run = moved(run, RunState.LOCKING, approved_by_id=by.pk, approved_at=at, job_id=job.pk)
        log(by, "approve", run, {"lines": run.figures["payable"], "fen": run.figures["payable_fen"]})
    return run


def outdated(run: PaymentRun) -> Sequence[int]:
    """The changes of awards that take away from what the list holds and came after it was built."""
    if run.kind != RunKind.MONTHLY:
        return []
    rows = AwardChange.objects.filter(pk__gt=run.figures.get("seen_change", 0), effective_from__lte=run.month)
    rows = rows.filter(act__in=[Act.REDUCE, Act.CORRECT], award__division_code__startswith=run.county)
    return list(rows.values_list("pk", flat=True))


def _not_one_of(by: Staff, others: Sequence[int | None]) -> None:
    if by.pk in others:
        raise refuse("", _("制单、复核、审签须由三个人办理，您已经办过前面一步。"))
