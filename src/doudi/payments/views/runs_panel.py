"""Payment runs on the workbench: those whose next step is this person's, the one that is due first at the top."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission

from ..kinds import RunState
from ..models import PaymentRun
from ..queries.runs import runs_for
from ..queries.runs_clock import pay_clock

MAKE, CHECK, APPROVE = Permission.PAYMENT_MAKE, Permission.PAYMENT_CHECK, Permission.PAYMENT_APPROVE
# State → whose step is next, and what it is.
NEXT: Mapping[RunState, tuple[Permission, str | Promise]] = {
    RunState.DRAFT: (MAKE, _("核对名单，提交复核")),
    RunState.SUBMITTED: (CHECK, _("复核名单")),
    RunState.CHECKED: (APPROVE, _("审签并锁定")),
    RunState.LOCKED: (MAKE, _("生成银行文件")),
    RunState.SENT: (MAKE, _("导入回盘，完成对账")),
}
AT_THE_BANK = (RunState.LOCKED, RunState.SENT)


def on_workbench(staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    """Runs that wait for this person; nothing where none does."""
    mine = [state for state, (permission, _what) in NEXT.items() if staff.may(permission)]
    runs = [run for run in runs_for(staff).filter(state__in=mine).order_by("pay_by", "pk") if _is_next(staff, run)]
    if not runs:
        return None
    today = timezone.localdate(now)
    rows = [(run, NEXT[RunState(run.state)][1], pay_clock(run, today), run.state in AT_THE_BANK) for run in runs]
    return {"rows": rows, "urgent": sum(clock.tone in ("red", "amber") for _r, _what, clock, _bank in rows)}


def _is_next(staff: Staff, run: PaymentRun) -> bool:
    """Whether the step is theirs: nobody checks what they made, nor signs what they made or checked."""
    permission, _what = NEXT[RunState(run.state)]
    before = {CHECK: (run.made_by_id,), APPROVE: (run.made_by_id, run.checked_by_id)}.get(permission, ())
    return staff.may(permission, run.division_code) and staff.pk not in before
