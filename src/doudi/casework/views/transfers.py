"""Handing families over: within the county, to another one, from another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.console.components import pager_of
from doudi.documents.forms import PrintStamp
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.presenting import pdf
from doudi.registry.views.reach import files, the_household

from ..actions import transfers
from ..forms import transfers as forms
from ..models import Transfer
from ..printing.transfer_package import print_package
from ..queries.transfers import open_cases, running_awards, visible_transfers
from .common import cases, the_case

PAGE = 50


@dataclass(frozen=True)
class Way:
    """One way to hand a family over."""

    label: str | Promise
    act: Callable[..., Any]
    form: type[Any]
    permission: Permission
    explains: str | Promise


WAYS: Mapping[str, Way] = {
    "within": Way(gettext_lazy("县内移交"), transfers.move_within, forms.WithinForm, Permission.CASE_CHECK,
                  gettext_lazy("档案、未办结的申请、核查和待遇一并移交；待遇不断，下一次发放归接收地")),
    "out": Way(gettext_lazy("移交外县"), transfers.begin_out, forms.OutForm, Permission.CASE_CHECK,
               gettext_lazy("生成移交材料；接收地确定起始月之前，待遇照常发放")),
    "in": Way(gettext_lazy("外县转入"), transfers.come_in, forms.InForm, Permission.CASE_INTAKE,
              gettext_lazy("登记一件申请；确认后的待遇从原待遇的下一个月起")),
}  # fmt: skip


@requires(Permission.CASE_READ)
@require_safe
def transfer_list(request: StaffRequest) -> HttpResponse:
    """Every transfer within reach, those that wait first."""
    rows = visible_transfers(request.user).order_by("-state", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "casework/transfers.html", {"rows": page.object_list, "pager": pager_of(page, request.GET)})


@requires(Permission.CASE_READ)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def hand_over(request: StaffRequest, number: str, way: str) -> HttpResponse:
    """One way of handing a household over."""
    home, chosen, today = the_household(request, number), WAYS.get(way), timezone.localdate()
    if chosen is None:
        raise Http404
    permit(request.user, chosen.permission, place=home.division_code)
    form = chosen.form(request.POST or None, home=home)
    if request.method == "POST" and form.is_valid():
        said = {"by": request.user, "on": today, "at": timezone.now()} | form.arguments()
        if form.carried_out(chosen.act, **said if way == "in" else said | {"household": home}):
            messages.success(request, _("已办理：%(what)s") % {"what": chosen.label})
            return redirect("casework:transfers")
    context = {"form": form, "home": home, "way": chosen, "cases": open_cases(home)}
    context["awards"] = running_awards(home, today) if way != "in" else []
    return render(request, "casework/transfer_form.html", context, status=form.status)


@requires(Permission.CASE_CHECK)
@require_safe
@cases
def case_within(request: StaffRequest, number: str) -> HttpResponse:
    """From a case to handing its household over within the county."""
    return _from_case(request, number, "within")


@requires(Permission.CASE_CHECK)
@require_safe
@cases
def case_out(request: StaffRequest, number: str) -> HttpResponse:
    """From a case to handing its household to another county."""
    return _from_case(request, number, "out")


def _from_case(request: StaffRequest, number: str, way: str) -> HttpResponse:
    application = the_case(request, number)
    if application.household is None:
        raise Http404
    return redirect("casework:hand_over", application.household.number, way)


def the_transfer(request: StaffRequest, pk: int) -> Transfer:
    """The transfer with an id within reach, or 404."""
    found = visible_transfers(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@requires(Permission.CASE_READ)
@require_safe
def transfer(request: StaffRequest, pk: int) -> HttpResponse:
    """One transfer."""
    row, today = the_transfer(request, pk), timezone.localdate()
    transfers.opened(transfer=row, by=request.user)
    context = {"row": row, "awards": running_awards(row.household, today) if row.kind == "out" else []}
    place = row.division_code
    context["may_complete"] = row.state == "waiting" and request.user.may(Permission.CASE_CONFIRM, place)
    context["may_cancel"] = row.state == "waiting" and request.user.may(Permission.CASE_CHECK, place)
    context["may_take"] = bool(row.package) and request.user.may(Permission.CASE_CHECK, place)
    return render(request, "casework/transfer.html", context)


@requires(Permission.CASE_CONFIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: StaffRequest, pk: int) -> HttpResponse:
    """The other county begins with a month."""
    return _close(request, pk, forms.CompleteForm, transfers.complete_out, _("办结移交"))


@requires(Permission.CASE_CHECK)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """The family stays."""
    return _close(request, pk, forms.CancelForm, transfers.cancel_out, _("取消移交"))


def _close(request: StaffRequest, pk: int, shown: type[Any], act: Callable[..., Any], label: str) -> HttpResponse:
    row = the_transfer(request, pk)
    form = shown(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {"transfer": row, "by": request.user, "on": timezone.localdate(), "at": timezone.now()}
        if form.carried_out(act, **said, **form.cleaned_data):
            messages.success(request, _("已办理：%(what)s") % {"what": label})
            return redirect("casework:transfer", pk)
    context = {"form": form, "row": row, "label": label}
    return render(request, "casework/transfer_close.html", context, status=form.status)


@requires(Permission.CASE_CHECK)
@require_safe
def package_json(request: StaffRequest, pk: int) -> HttpResponse:
    """The package as data; taking it is on record."""
    row = the_transfer(request, pk)
    if not row.package:
        raise Http404
    transfers.opened(transfer=row, by=request.user, form="transfer_package.json")
    answer = HttpResponse(str(row.package), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{row.number}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@requires(Permission.CASE_CHECK)
@require_safe
def package_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """The sheet that goes with the data."""
    row, by = the_transfer(request, pk), request.user
    if not row.package:
        raise Http404
    transfers.opened(transfer=row, by=by, form="transfer_package")
    stamp = PrintStamp(by.office, by.name, by.pk, timezone.now(), request.build_absolute_uri("/").rstrip("/"))
    return pdf(print_package(row, stamp), f"{row.number}.pdf")
