"""Files that came back from the bank, and answers that match nothing."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.console.components import Tab, pager_of
from doudi.registry.views.asking import StaffRequest

from ..actions import returns as taking
from ..actions import returns_deciding
from ..forms.bank import ReturnForm, SettleForm
from ..kinds import AnswerState
from ..models import BankAnswer
from ..queries import bank as query
from .acting import asked

LENGTH = 50


@requires(Permission.PAYMENT_READ)
@require_safe
def returns(request: StaffRequest) -> HttpResponse:
    """Every file that came back, with what its rows were."""
    page = Paginator(query.returns_within(request.user), LENGTH).get_page(request.GET.get("page"))
    may_make = request.user.may(Permission.PAYMENT_MAKE)
    context = {"rows": page.object_list, "pager": pager_of(page, request.GET), "may_make": may_make}
    return render(request, "payments/returns.html", context)


@requires(Permission.PAYMENT_MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def take_return(request: StaffRequest) -> HttpResponse:
    """Hand a file in: refused whole with its line, known already, or matched in the background."""
    form, county = ReturnForm(request.POST or None, request.FILES or None), str(settings.DOUDI_COUNTY)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        said = {"content": file.read(), "name": file.name, "county": county, "by": request.user, "at": timezone.now()}
        if form.carried_out(taking.take_return, **said):
            kept, is_new = form.result
            if is_new:
                return redirect("jobs:detail", kept.job_id)
            messages.info(request, _("这份文件以前导入过，没有重复处理"))
            return redirect("payments:return", kept.pk)
        why = "；".join(str(message) for errors in form.errors.values() for message in errors)
        taking.turned_away(name=str(file.name), why=why, county=county, by=request.user)
    explains = _("整份文件要完整、总数相符、校验码正确才受理；同一份文件导入两次只算一次。")
    return asked(
        request, form, _("导入回盘文件"), reverse("payments:returns"), _("银行回盘"), explains=explains, has_file=True
    )


@requires(Permission.PAYMENT_READ)
@require_safe
def bank_return(request: StaffRequest, pk: int) -> HttpResponse:
    """The rows of one file, by what they turned out to be."""
    file = get_object_or_404(query.returns_within(request.user), pk=pk)
    state = request.GET.get("state", "")
    rows = file.answers.filter(state=state) if state in AnswerState.values else file.answers.all()
    page = Paginator(rows.order_by("row").select_related("transfer__line"), LENGTH).get_page(request.GET.get("page"))
    tabs = [Tab(_("全部"), "?", file.rows_count, current=state not in AnswerState.values)]
    tabs += [
        Tab(one.label, f"?state={one.value}", getattr(file, one.value), state == one.value, one in query.UNMATCHED)
        for one in AnswerState
    ]
    context = {
        "file": file, "rows": page.object_list, "pager": pager_of(page, request.GET), "tabs": tabs,
        "may_make": request.user.may(Permission.PAYMENT_MAKE, file.division_code), "unmatched": query.UNMATCHED,
    }  # fmt: skip
    return render(request, "payments/return.html", context)


@requires(Permission.PAYMENT_MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what became of an answer that matches nothing."""
    within = request.user.scope.narrow(BankAnswer.objects.all(), Permission.PAYMENT_READ)
    answer = get_object_or_404(within.select_related("file", "transfer__line"), pk=pk)
    form = SettleForm(request.POST or None)
    if answer.state != AnswerState.CONTRADICTS or answer.result != "paid":
        form.fields.pop("believe")
    back = reverse("payments:return", args=[answer.file_id])
    if request.method == "POST" and form.is_valid() and _settled(request, form, answer):
        messages.success(request, _("已说明"))
        return redirect(back)
    title = _("说明对不上的回盘：第 %(row)s 行") % {"row": answer.row}
    return asked(request, form, title, back, answer.file.name, answer=answer)


def _settled(request: StaffRequest, form: SettleForm, answer: BankAnswer) -> bool:
    said = {"answer": answer, "because": form.cleaned_data["because"], "by": request.user}
    if form.cleaned_data.get("believe"):
        return form.carried_out(returns_deciding.believe, at=timezone.now(), **said)
    return form.carried_out(taking.settle, **said)
