"""Recalculations on their pages: the runs, what one found, settling a finding."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.errors import Refused
from doudi.accounts.permissions import Permission
from doudi.console.components import Tab, pager_of
from doudi.jobs.models import Job
from doudi.jobs.queries import progress_of
from doudi.registry.views.asking import StaffRequest

from ..actions import recalculating
from ..forms import SettleForm
from ..models import RecalculationFinding
from ..models.adjustments import Finding
from ..queries import recalculations as queries

LENGTH = 50


@requires(Permission.AWARD_READ)
@require_safe
def recalculations(request: StaffRequest) -> HttpResponse:
    """Every run within reach."""
    return _list(request)


def _list(request: StaffRequest, refused: str = "") -> HttpResponse:
    page = Paginator(queries.runs(request.user), LENGTH).get_page(request.GET.get("page"))
    context = {
        "rows": queries.rows_of(list(page), request.user),
        "pager": pager_of(page, request.GET),
        "may_start": request.user.may(Permission.AWARD_WRITE),
        "refused": refused,
    }
    return render(request, "awards/recalculations.html", context, status=422 if refused else 200)


@requires(Permission.AWARD_WRITE)
@require_POST
def start(request: StaffRequest) -> HttpResponse:
    """Recalculate everybody within reach."""
    by = request.user
    place = min(by.scope.places(Permission.AWARD_WRITE), key=len)
    try:
        run = recalculating.recalculate(place=place, by=by, on=timezone.localdate(), at=timezone.now())
    except Refused as refused:
        return _list(request, str(refused))
    return redirect("awards:recalculation", run.pk)


@requires(Permission.AWARD_READ)
@require_safe
def recalculation(request: StaffRequest, pk: int) -> HttpResponse:
    """What a run found."""
    run, by = get_object_or_404(queries.runs(request.user), pk=pk), request.user
    counted, settled = queries.counts(run, by), request.GET.get("settled") == "1"
    wish = request.GET.get("finding", "")
    kinds = [kind for kind in Finding if counted.get(kind.value)]
    tabs = [Tab(_("全部"), "?", count=sum(counted.values()), current=not wish and not settled)]
    tabs += [Tab(k.label, f"?finding={k.value}", count=counted[k.value], current=wish == k.value) for k in kinds]
    tabs.append(Tab(_("已处理"), "?settled=1", current=settled))
    page = Paginator(queries.findings_of(run, by, wish, settled=settled), LENGTH).get_page(request.GET.get("page"))
    job = Job.objects.filter(pk=run.job_id or 0, started_by_id=by.pk).first()
    context = {
        "run": run,
        "rows": queries.told(list(page), by),
        "tabs": tabs,
        "pager": pager_of(page, request.GET),
        "job": progress_of(job, timezone.now()) if job and (job.is_open or job.message) else None,
    }
    return render(request, "awards/recalculation.html", context)


@requires(Permission.AWARD_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what came of a finding."""
    rows = request.user.scope.narrow(RecalculationFinding.objects.all(), Permission.AWARD_READ)
    found = get_object_or_404(rows.select_related("award__person", "award__household__head"), pk=pk)
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.carried_out(
        recalculating.settle, finding=found, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("已记录处理情况"))
        return redirect("awards:recalculation", found.recalculation_id)
    context = {"form": form, "row": queries.told([found], request.user)[0], "run": found.recalculation}
    return render(request, "awards/settle.html", context, status=form.status)
