"""Pages of the audit administrator."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.console.components import Pager

from . import actions, export, queries
from .forms import DayForm, EventFilter, SettleForm
from .models import AuditAlert

CSV_ROWS = 50_000


@requires(Permission.AUDIT_READ)
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """The log, newest first."""
    form = EventFilter(request.GET)
    status = 200 if form.is_valid() else 422
    lines, further = queries.page(form.chosen(), before=form.cleaned_data.get("before"))
    query = request.GET.copy()
    query["before"] = str(further)
    pager = Pager(next=f"?{query.urlencode()}" if further else "")
    kept = request.GET.copy()
    kept.pop("before", None)
    context = {"form": form, "lines": lines, "pager": pager, "query": kept.urlencode(), "csv_rows": CSV_ROWS}
    return render(request, "audit/events.html", context, status=status)


@requires(Permission.AUDIT_EXPORT)
@require_safe
def event_csv(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV, at most so many rows; formulas are neutralised."""
    form = EventFilter(request.GET)
    if not form.is_valid():
        return redirect("audit:events")
    rows = queries.events(form.chosen())[:CSV_ROWS]
    header = [_("时间"), _("序号"), _("人员编号"), _("角色"), _("工作地"), _("做了什么"), _("对象"), _("对象编号"),
              _("对象区划"), _("用途"), _("请求编号")]  # fmt: skip
    body = "".join(export.csv_of(rows.iterator(chunk_size=5000), header))
    actions.taken_out(what="export", by=_me(request), detail={"filter": request.GET.dict()})
    return _download(body, "text/csv; charset=utf-8", "audit.csv")


@requires(Permission.AUDIT_READ)
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Who looked at how much on a day."""
    form = DayForm(request.GET or {"day": timezone.localdate()})
    valid = form.is_valid()
    readers = queries.readers(form.cleaned_data["day"]) if valid else []
    context = {"form": form, "readers": readers, "unusual": sum(r.is_unusual for r in readers)}
    return render(request, "audit/figures.html", context, status=200 if valid else 422)


@requires(Permission.AUDIT_READ)
@require_safe
def seal_list(request: HttpRequest) -> HttpResponse:
    """The chain: its state, its alerts, its newest seals."""
    context = {"state": queries.chain_state(timezone.now()), "seals": queries.seals()}
    return render(request, "audit/seals.html", context)


@requires(Permission.AUDIT_EXPORT)
@require_safe
def head(request: HttpRequest) -> HttpResponse:
    """The newest head as a text file, to be kept outside."""
    newest = next(iter(queries.seals(1)), None)
    if newest is None:
        return redirect("audit:seals")
    actions.taken_out(what="head", by=_me(request), detail={"number": newest.number})
    return _download(export.head_text(newest), "text/plain; charset=utf-8", f"audit-head-{newest.number}.txt")


@requires(Permission.AUDIT_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what an alert turned out to be."""
    alert = get_object_or_404(AuditAlert, pk=pk, settled_at__isnull=True)
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.settle_alert(alert=alert, note=form.cleaned_data["note"], by=_me(request), at=timezone.now())
        return redirect("audit:seals")
    status = 422 if request.method == "POST" else 200
    return render(request, "audit/settle.html", {"form": form, "alert": alert}, status=status)


def _me(request: HttpRequest) -> Staff:
    return cast(Staff, request.user)


def _download(body: str, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        body, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
