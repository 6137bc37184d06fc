"""Pages of whoever oversees reading."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.errors import Refused
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.audit.actions import Subject, record

from . import actions, queries
from .forms import SettleForm
from .models import UnusualReading

PAGE = 100


@requires(Permission.OVERSIGHT_READ)
@require_safe
def reading_list(request: HttpRequest) -> HttpResponse:
    """What waits, and what was settled lately."""
    me = _me(request)
    context = {
        "waiting": queries.lines(list(queries.findings_for(me)[:PAGE])),
        "settled": queries.lines(list(queries.findings_for(me, settled=True)[:PAGE])),
    }
    return render(request, "oversight/list.html", context)


@requires(Permission.OVERSIGHT_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding: why, where, which events; and saying what it was."""
    me = _me(request)
    row = get_object_or_404(me.scope.narrow(UnusualReading.objects.all(), Permission.OVERSIGHT_READ), pk=pk)
    may_settle = row.settled_at is None and row.staff_id != me.pk
    may_settle = may_settle and me.may(Permission.OVERSIGHT_SETTLE, row.division_code)
    form, status = SettleForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _settle(form, row, me):
            return redirect("oversight:list")
    record(by=me, action="oversight.look", subject=Subject("unusual", str(row.pk), row.division_code))
    context = {"line": queries.lines([row])[0], "places": queries.places_of(row), "form": form if may_settle else None}
    return render(request, "oversight/one.html", context, status=status)


def _settle(form: SettleForm, row: UnusualReading, by: Staff) -> bool:
    """Whether it is settled now, by us or by somebody before us."""
    try:
        actions.settle(finding=row, **form.cleaned_data, by=by, at=timezone.now())
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _me(request: HttpRequest) -> Staff:
    return cast(Staff, request.user)
