"""What is pressed on the page of a run or of a line: one step each, refused with everything that stands against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.registry.actions.refusal import Conflict
from doudi.registry.views.asking import StaffRequest

from ..actions import runs as acts
from ..forms.runs import BecauseForm, DropForm, HoldForm, SubmitForm, VersionForm
from ..models import Hold, PaymentLine, PaymentRun
from ..queries.runs import runs_for
from .relief_after import the
from .runs import line_page, run_page, the_line

Step = tuple[type[VersionForm], Callable[..., Any], bool, str | Promise]
# What is pressed → the form, the action, whether it asks for the day, what is said when it is done.
STEPS: Mapping[str, Step] = {
    "rebuild": (VersionForm, acts.rebuild, True, _("正在重新生成")),
    "check_again": (VersionForm, acts.check_again, False, _("已再次核验")),
    "submit": (SubmitForm, acts.submit, False, _("已提交复核")),
    "check": (VersionForm, acts.check, False, _("已复核，等财政审签")),
    "send_back": (BecauseForm, acts.send_back, False, _("已退回制单")),
    "approve": (VersionForm, acts.approve, True, _("已审签，正在锁定名单")),
    "cancel": (BecauseForm, acts.cancel, False, _("批次已作废")),
}


@requires(Permission.PAYMENT_READ)
@require_POST
def run_act(request: StaffRequest, pk: int, act: str) -> HttpResponse:
    """Take a step of a run; the action itself says who may."""
    run = the(runs_for(request.user), pk)
    if act == "build_on":
        return _build_on(request, run)
    if act not in STEPS:
        raise Http404
    form_class, action, with_day, done = STEPS[act]
    form, now = form_class(request.POST), timezone.now()
    said: dict[str, Any] = {"run": run, "by": request.user, "at": now}
    if with_day:
        said["on"] = timezone.localdate(now)
    try:
        if form.carried_out(lambda: action(**said, **form.cleaned_data)):
            messages.success(request, str(done))
            return redirect("payments:run", run.pk)
    except Conflict as conflict:
        run.refresh_from_db()
        return run_page(request, run, str(conflict))
    refused = "；".join(str(e) for errors in form.errors.values() for e in errors)
    return run_page(request, run, refused, (act, form))


def _build_on(request: StaffRequest, run: PaymentRun) -> HttpResponse:
    try:
        acts.build_on(run=run, by=request.user, at=timezone.now())
    except Conflict as conflict:
        return run_page(request, run, str(conflict))
    return redirect("payments:run", run.pk)


@requires(Permission.PAYMENT_MAKE)
@require_POST
def line_act(request: StaffRequest, pk: int, act: str) -> HttpResponse:
    """Hold a line, leave it out, take it back."""
    line = the_line(request, pk)
    if act == "take_back":
        return _line(request, line, act, HoldForm({"because": "-"}), acts.take_line_back, said={})
    if act == "hold":
        form: HoldForm = HoldForm(request.POST)
        return _line(request, line, act, form, acts.hold_line)
    if act == "drop":
        return _line(request, line, act, DropForm(request.POST), acts.drop_line)
    raise Http404


@requires(Permission.PAYMENT_MAKE)
@require_POST
def hold_release(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a line pass."""
    rows = Hold.objects.select_related("line__run")
    hold = the(request.user.scope.narrow(rows, Permission.PAYMENT_READ), pk)
    line = the_line(request, hold.line_id)

    def release(line: PaymentLine, **said: Any) -> Any:
        return acts.release_hold(hold=hold, **said)

    return _line(request, line, "release", HoldForm(request.POST), release)


def _line(
    request: StaffRequest, line: PaymentLine, act: str, form: HoldForm, action: Callable[..., Any],
    said: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    now = timezone.now()
    try:
        if form.carried_out(
            lambda: action(line=line, by=request.user, at=now, **(form.cleaned_data if said is None else said))
        ):
            messages.success(request, str(_("已记录")))
            return redirect("payments:run_line", line.pk)
    except Conflict as conflict:
        form.add_error(None, str(conflict))
    return line_page(request, line, (act, form))
