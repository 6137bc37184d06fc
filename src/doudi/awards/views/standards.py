"""A standard that changes, on its pages: the effect, letting it change the awards, undoing it, the notices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.errors import Refused
from doudi.accounts.permissions import Permission
from doudi.console.components import Tab, pager_of
from doudi.jobs.models import Job
from doudi.jobs.queries import progress_of
from doudi.registry.views.asking import StaffRequest
from doudi.rulebook.models import ParameterDraft
from doudi.rulebook.queries.drafts import held

from ..actions import adjusting, notifying
from ..forms import UndoForm
from ..models import Adjustment
from ..models.adjustments import Outcome
from ..queries import standards as queries

LENGTH = 50


@requires(Permission.AWARD_READ)
@require_safe
def standards(request: StaffRequest) -> HttpResponse:
    """Every change of values that was proposed or published, and what became of the awards."""
    return render(request, "awards/standards.html", {"rows": queries.drafts_with_adjustments()})


@requires(Permission.AWARD_READ)
@require_safe
def standard(request: StaffRequest, pk: int) -> HttpResponse:
    """One change: the values, the figures, the awards."""
    return _show(request, _the_draft(pk))


@requires(Permission.POLICY_READ)
@require_POST
def estimate(request: StaffRequest, pk: int) -> HttpResponse:
    """Calculate the effect."""
    draft = _the_draft(pk)
    return _carry_out(request, draft, lambda: adjusting.estimate(draft=draft, by=request.user, at=timezone.now()))


@requires(Permission.POLICY_PUBLISH)
@require_POST
def apply(request: StaffRequest, pk: int) -> HttpResponse:
    """Change the awards."""
    draft, by = _the_draft(pk), request.user
    one = _the_adjustment(draft)
    return _carry_out(request, draft, lambda: adjusting.apply(adjustment=one, by=by, at=timezone.now()))


@requires(Permission.POLICY_PUBLISH)
@require_POST
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the changes back."""
    draft = _the_draft(pk)
    form = UndoForm(request.POST)
    if form.carried_out(adjusting.undo, adjustment=_the_adjustment(draft), by=request.user, at=timezone.now()):
        messages.success(request, _("正在撤销，待遇会恢复到调整之前"))
        return redirect("awards:standard", pk)
    return _show(request, draft, form=form)


@requires(Permission.DOCUMENT_READ)
@require_POST
def notices(request: StaffRequest, pk: int) -> HttpResponse:
    """Print the notices of everybody within reach, a file a village."""
    draft, by = _the_draft(pk), request.user
    one, address = _the_adjustment(draft), request.build_absolute_uri("/").rstrip("/")
    try:
        job = notifying.print_notices(adjustment=one, address=address, by=by, at=timezone.now())
    except Refused as refused:
        return _show(request, draft, refused=str(refused))
    return redirect("jobs:detail", job.pk)


def _the_draft(pk: int) -> ParameterDraft:
    return get_object_or_404(ParameterDraft.objects.select_related("proposer", "decided_by"), pk=pk)


def _the_adjustment(draft: ParameterDraft) -> Adjustment:
    found = queries.adjustment_of(draft)
    if found is None:
        raise Http404
    return found


def _carry_out(request: StaffRequest, draft: ParameterDraft, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        return _show(request, draft, refused=str(refused))
    return redirect("awards:standard", draft.pk)


def _show(
    request: StaffRequest, draft: ParameterDraft, refused: str = "", form: UndoForm | None = None
) -> HttpResponse:
    by, one = request.user, queries.adjustment_of(draft)
    job = Job.objects.filter(pk=one.job_id or 0, started_by_id=by.pk).first() if one else None
    context = {
        "draft": draft,
        "values": [(block, held(block)) for block in draft.blocks.all()],
        "adjustment": one,
        "effect": queries.effect_of(one),
        "job": progress_of(job, timezone.now()) if job and (job.is_open or job.message) else None,
        "may": queries.may_of(draft, one, by),
        "form": form or UndoForm(),
        "refused": refused,
        **(_lines(request, one) if one else {}),
    }
    return render(request, "awards/standard.html", context, status=422 if refused or form else 200)


def _lines(request: StaffRequest, one: Adjustment) -> dict[str, Any]:
    """The awards by outcome, a page at a time; what a person must look at comes first."""
    counted = queries.counts(one, request.user)
    shown = [outcome for outcome in Outcome if counted.get(outcome.value)]
    wish = request.GET.get("outcome", "")
    chosen = wish if wish in counted else next((o.value for o in reversed(shown)), "")
    tabs = [Tab(o.label, f"?outcome={o.value}#lines", count=counted[o.value], current=o.value == chosen) for o in shown]
    rows = Paginator(queries.lines_of(one, chosen, request.user), LENGTH).get_page(request.GET.get("page"))
    return {"tabs": tabs, "lines": queries.told(list(rows)), "chosen": chosen, "pager": pager_of(rows, request.GET)}
