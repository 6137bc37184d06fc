"""Runs at the bank: the file out, what failed, whether four sides agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.accounts.queries import names_of
from doudi.console.components import Tab, pager_of
from doudi.registry.actions.refusal import Refused
from doudi.registry.views.asking import StaffRequest

from ..actions import bank as sending
from ..actions import returns_deciding
from ..forms.bank import DecideForm, SendForm
from ..kinds import Afterwards, RunState
from ..models import BankBatch, BenefitAccount, PaymentRun, Transfer
from ..queries import bank as query
from ..queries.accounts import sendable_accounts
from .acting import asked

LENGTH = 50


@requires(Permission.PAYMENT_READ)
@require_safe
def bank(request: StaffRequest) -> HttpResponse:
    """Every run that is locked or later, what failed, what the bank said that nobody understands."""
    by = request.user
    page = Paginator(query.runs_at_the_bank(by), LENGTH).get_page(request.GET.get("page"))
    failed = query.failed_transfers(by)
    shown = query.failed_of(list(failed[:LENGTH]))
    context = {
        "runs": page.object_list, "pager": pager_of(page, request.GET), "failed": shown,
        "failed_count": failed.count(), "unsettled": query.unsettled().count(),
        "may_make": by.may(Permission.PAYMENT_MAKE),
    }  # fmt: skip
    return render(request, "payments/bank.html", context)


def the_run(request: StaffRequest, pk: int) -> PaymentRun:
    """A run at the bank within reach, or 404."""
    found = query.runs_at_the_bank(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@requires(Permission.PAYMENT_READ)
@require_safe
def bank_run(request: StaffRequest, pk: int) -> HttpResponse:
    """One run: its files, its failed lines, its unexplained answers, the four sides."""
    run, by = the_run(request, pk), request.user
    failed, odd = query.failed_transfers(by, run), query.unsettled(run)
    showing = "answers" if request.GET.get("show") == "answers" else "failed"
    rows: Any = Paginator(odd if showing == "answers" else failed, LENGTH).get_page(request.GET.get("page"))
    context = {
        "run": run, "told": query.reconciliation_of(run), "batches": query.batches_of(run), "showing": showing,
        "failed": query.failed_of(list(rows)) if showing == "failed" else [],
        "answers": rows if showing == "answers" else [], "pager": pager_of(rows, request.GET),
        "tabs": [Tab(_("未到账"), "?", failed.count(), showing == "failed", bad=True),
                 Tab(_("对不上的回盘"), "?show=answers", odd.count(), showing == "answers", bad=True)],
        "may_make": by.may(Permission.PAYMENT_MAKE, run.division_code), "to_send": sending.waiting(run).count(),
        "is_sent": run.state == RunState.SENT, "is_locked": run.state == RunState.LOCKED,
        "against": returns_deciding.against_closing(run) if run.state == RunState.SENT else [],
        "names": names_of([i for i in (run.made_by_id, run.checked_by_id, run.approved_by_id) if i]),
    }  # fmt: skip
    return render(request, "payments/bank_run.html", context)


@requires(Permission.PAYMENT_MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: StaffRequest, pk: int) -> HttpResponse:
    """The next file of a run."""
    run = the_run(request, pk)
    form = SendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {"run": run, "by": request.user, "at": timezone.now(), **form.cleaned_data}
        if form.carried_out(sending.start_send, **said):
            return redirect("jobs:detail", form.result.pk)
    lines = sending.waiting(run)
    explains = _("生成后资金记为“银行代发在途”；名单和金额不能再改。文件下载后交给银行。")
    back = reverse("payments:bank_run", args=[pk])
    return asked(request, form, _("生成银行文件"), back, run.number, explains=explains, count=lines.count())


@requires(Permission.PAYMENT_MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def batch_file(request: StaffRequest, pk: int) -> HttpResponse:
    """The file of a batch once more, perhaps in another form."""
    rows = BankBatch.objects.filter(run__in=query.runs_at_the_bank(request.user)).select_related("run")
    batch = get_object_or_404(rows, pk=pk)
    form = SendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {"batch": batch, "by": request.user, "at": timezone.now(), **form.cleaned_data}
        if form.carried_out(sending.start_again, **said):
            return redirect("jobs:detail", form.result.pk)
    back = reverse("payments:bank_run", args=[batch.run_id])
    explains = _("内容与第一次完全一样，校验码相同；银行只受理一次。")
    return asked(request, form, _("再次生成文件"), back, batch.number, explains=explains)


@requires(Permission.PAYMENT_MAKE)
@require_POST
def settle_run(request: StaffRequest, pk: int) -> HttpResponse:
    """Every line of the run is kept back for recoveries: there is nothing to send."""
    return _pressed(request, pk, sending.settle_nothing, _("%(number)s 不用送银行，扣回的已记账"))


@requires(Permission.PAYMENT_MAKE)
@require_POST
def close_run(request: StaffRequest, pk: int) -> HttpResponse:
    """Reconciled, or everything that stands against it."""
    return _pressed(request, pk, returns_deciding.close_run, _("%(number)s 已完成对账"))


def _pressed(request: StaffRequest, pk: int, act: Callable[..., Any], done: str) -> HttpResponse:
    run = the_run(request, pk)
    try:
        act(run=run, by=request.user, at=timezone.now())
        messages.success(request, done % {"number": run.number})
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, problem.message)
    return redirect("payments:bank_run", pk)


@requires(Permission.PAYMENT_MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """What becomes of a line that did not arrive."""
    one = get_object_or_404(query.failed_transfers(request.user), pk=pk)
    failed = query.failed_of([one])[0]
    accounts = sendable_accounts(one.line, timezone.localdate())
    form = DecideForm(request.POST or None, accounts=accounts, what=request.GET.get("what", "again"))
    back = reverse("payments:bank_run", args=[one.line.run_id])
    if request.method == "POST" and form.is_valid() and _decided(request, form, one):
        messages.success(request, _("已处理：%(name)s") % {"name": failed.name})
        return redirect(back)
    title = _("处理未到账：%(name)s") % {"name": failed.name}
    return asked(request, form, title, back, one.line.run.number, failed=failed)


def _decided(request: StaffRequest, form: DecideForm, one: Transfer) -> bool:
    said = {"transfer": one, "because": form.cleaned_data["because"], "by": request.user, "at": timezone.now()}
    ways = {"stop": Afterwards.NEVER, "later": Afterwards.LATER}
    if afterwards := ways.get(form.cleaned_data["what"]):
        return form.carried_out(returns_deciding.give_up, afterwards=afterwards, **said)
    account = get_object_or_404(BenefitAccount, pk=form.cleaned_data["account"])
    return form.carried_out(returns_deciding.send_again, account=account, **said)
