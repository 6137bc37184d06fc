"""Proposals: a value, the trial, the publication by a second person, the history."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.errors import Refused
from doudi.accounts.permissions import Permission
from doudi.accounts.views.common import me
from doudi.console.components import pager_of
from doudi.jobs.models import Job
from doudi.jobs.queries import progress_of

from .. import actions
from ..forms.changes import ProposeForm, PublishForm, RefuseForm
from ..models import ParameterBlock, ParameterDraft
from ..queries import drafts as queries
from ..queries.withdrawals import withdrawals
from ..values import title
from .common import page, the_quantity

SHOWN = 50


@requires(Permission.POLICY_READ)
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """The history of changes, open proposals among them."""
    found = Paginator(queries.drafts(), 50).get_page(request.GET.get("page"))
    asked = withdrawals()[:SHOWN] if found.number == 1 else []
    return page(request, "drafts", "drafts", drafts=found, asked=asked, pager=pager_of(found, request.GET))


@requires(Permission.POLICY_DRAFT)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, name: str) -> HttpResponse:
    """A new value for a parameter."""
    quantity, by = the_quantity(name), me(request)
    form = ProposeForm(request.POST or None, quantity, by, initial={"draft": request.GET.get("draft")})
    if request.method == "POST" and form.carried_out(actions.propose, name=name, by=by, at=timezone.now()):
        messages.success(request, _("已放进方案"))
        return redirect("rulebook:draft", form.result.draft_id)
    context = {"form": form, "quantity": quantity, "name": title(quantity)}
    return page(request, "propose", "parameters", status=form.status, **context)


@requires(Permission.POLICY_READ)
@require_safe
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal with its trial and what was decided."""
    return _show(request, get_object_or_404(queries.drafts(), pk=pk))


@requires(Permission.POLICY_DRAFT)
@require_POST
def remove(request: HttpRequest, pk: int, block: int) -> HttpResponse:
    """Take a value out."""
    found = get_object_or_404(ParameterBlock.objects.select_related("draft"), pk=block, draft_id=pk)
    return _carry_out(
        request, found.draft, lambda: actions.remove_value(draft=found.draft, block=found, by=me(request))
    )


@requires(Permission.POLICY_DRAFT)
@require_POST
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the trial."""
    found = get_object_or_404(ParameterDraft, pk=pk)
    return _carry_out(request, found, lambda: actions.try_out(draft=found, by=me(request), at=timezone.now()))


@requires(Permission.POLICY_PUBLISH)
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person publishes."""
    found, form = get_object_or_404(queries.drafts(), pk=pk), PublishForm(request.POST, auto_id="publish_%s")
    if form.carried_out(actions.publish, draft=found, by=me(request), at=timezone.now()):
        messages.success(request, _("已发布，从各自的起始日执行"))
        return redirect("rulebook:draft", pk)
    return _show(request, found, publish=form)


@requires(Permission.POLICY_READ)
@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline, or withdraw one's own."""
    found, form = get_object_or_404(queries.drafts(), pk=pk), RefuseForm(request.POST, auto_id="refuse_%s")
    if form.carried_out(actions.refuse, draft=found, by=me(request), at=timezone.now()):
        return redirect("rulebook:draft", pk)
    return _show(request, found, refuse=form)


def _carry_out(request: HttpRequest, found: ParameterDraft, act: Any) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        return _show(request, found, refused=str(refused))
    return redirect("rulebook:draft", found.pk)


def _show(request: HttpRequest, found: ParameterDraft, refused: str = "", **forms: Any) -> HttpResponse:
    by = me(request)
    own = found.proposer_id == by.pk and by.may(Permission.POLICY_DRAFT)
    trial = queries.trial_of(found) if by.may(Permission.POLICY_SIMULATE) else None
    changes = queries.changes_of(found, by) if trial else None
    job = Job.objects.filter(pk=found.job_id or 0, started_by_id=by.pk).first()
    context = {
        "draft": found,
        "values": [(block, queries.held(block)) for block in found.blocks.all()],
        "trial": trial,
        "sees_places": by.may(Permission.PERSON_READ),
        "changes": changes[: queries.CHANGES_SHOWN] if changes is not None else [],
        "job": progress_of(job, timezone.now()) if job and (job.is_open or job.message) else None,
        "may_ask": by.may(Permission.POLICY_DRAFT),
        "may_change": own and found.is_open,
        "may_publish": found.is_open and not own and by.may(Permission.POLICY_PUBLISH),
        "publish": forms.get("publish") or PublishForm(auto_id="publish_%s"),
        "refuse": forms.get("refuse") or RefuseForm(auto_id="refuse_%s"),
        "refused": refused,
    }
    return page(request, "draft", "drafts", status=422 if refused or forms else 200, **context)
