"""The ledger, one indicator with its history and trial, and the decisions about it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.places.queries import options, place_name
from doudi.registry.views.asking import StaffRequest

from ..actions.indicators import decide, draft, stand, trial_of
from ..forms.indicators import DecideForm, DraftForm, StandForm
from ..indicators import INDICATORS
from ..indicators.reference import shown
from ..models import ThresholdChange
from ..queries.ledger import FEWEST, FLOOR, by_thresholds, history, ledger, line_of, title_of
from ..sources import setup

YEAR = 365


@requires(Permission.MONITORING_READ)
@require_safe
def ledger_page(request: StaffRequest) -> HttpResponse:
    """Every indicator: how often it spoke and how often it was right."""
    lines = ledger(request.user, timezone.localdate())
    context = {"lines": lines, "floor": round(FLOOR * 100), "fewest": FEWEST}
    return render(request, "monitoring/ledger.html", context)


@requires(Permission.MONITORING_READ)
@require_safe
def indicator_page(request: StaffRequest, key: str) -> HttpResponse:
    """One indicator."""
    return _page(request, key)


def _page(request: StaffRequest, key: str, **forms: Any) -> HttpResponse:
    on, each = timezone.localdate(), INDICATORS.get(key)
    if each is None and not key.startswith("lead_"):
        raise Http404
    decisions = history(key)
    waiting = next((one.draft for one in decisions if one.draft), None)
    may_draft = each is not None and bool(each.thresholds) and request.user.may(Permission.INDICATOR_DRAFT)
    may_decide = each is not None and request.user.may(Permission.INDICATOR_DECIDE)
    context = {
        "key": key, "each": each, "title": title_of(key), "line": line_of(key, request.user, on),
        "how": shown(each.sentence) if each else "",
        "parts": by_thresholds(key, request.user), "decisions": decisions, "waiting": waiting,
        "stand_form": forms.get("stand") or (StandForm() if may_decide else None),
        "draft_form": forms.get("draft") or (_draft_form(None, key, on) if may_draft and not waiting else None),
        "decide_form": forms.get("decide") or (DecideForm() if may_decide and _others(waiting, request) else None),
        "trial": forms.get("trial") or (waiting.trial if waiting else None),
    }  # fmt: skip
    wrong = any(form.errors for name, form in forms.items() if name != "trial" and form is not None)
    return render(request, "monitoring/indicator.html", context, status=422 if wrong else 200)


def _others(waiting: ThresholdChange | None, request: StaffRequest) -> bool:
    return waiting is not None and waiting.drafted_by_id != request.user.pk


def _draft_form(data: Any, key: str, on: date) -> DraftForm:
    county, lines = settings.DOUDI_COUNTY, setup().thresholds
    now = {name: lines.value(name, county, on) for name in INDICATORS[key].thresholds}
    places = [(county, place_name(county)), *options(county, 9)]
    return DraftForm(data, each=INDICATORS[key], now=now, places=places)


@requires(Permission.INDICATOR_DECIDE)
@require_POST
def indicator_stand(request: StaffRequest, key: str) -> HttpResponse:
    """Watch it only, or make it active."""
    form = StandForm(request.POST)
    said = {"indicator": key, "by": request.user, "on": timezone.localdate(), "at": timezone.now()}
    if form.is_valid() and form.carried_out(stand, **said, **form.cleaned_data):
        messages.success(request, _("已记录"))
        return redirect("monitoring:indicator", key)
    return _page(request, key, stand=form)


@requires(Permission.INDICATOR_DRAFT)
@require_POST
def indicator_draft(request: StaffRequest, key: str) -> HttpResponse:
    """Try other thresholds on history; with `do=draft`, propose them."""
    on = timezone.localdate()
    if key not in INDICATORS:
        raise Http404
    form = _draft_form(request.POST, key, on)
    if not form.is_valid():
        return _page(request, key, draft=form)
    if request.POST.get("do") != "draft":
        return _page(request, key, draft=form, trial=trial_of(key, form.values(), request.user))
    said = {name: form.cleaned_data[name] for name in ("place", "starts_on", "because")}
    if form.carried_out(draft, indicator=key, values=form.values(), by=request.user, on=on, at=timezone.now(), **said):
        messages.success(request, _("已提出，等另一人批准"))
        return redirect("monitoring:indicator", key)
    return _page(request, key, draft=form)


@requires(Permission.INDICATOR_DECIDE)
@require_http_methods(["POST"])
def indicator_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Answer somebody else's proposal."""
    change = get_object_or_404(ThresholdChange, pk=pk)
    form = DecideForm(request.POST)
    if form.is_valid():
        approve = form.cleaned_data["approve"] == "yes"
        said = {"change": change, "approve": approve, "answer": form.cleaned_data["answer"]}
        if form.carried_out(decide, **said, by=request.user, on=timezone.localdate(), at=timezone.now()):
            messages.success(request, _("已批准") if approve else _("已退回"))
            return redirect("monitoring:indicator", change.indicator)
    return _page(request, change.indicator, decide=form)
