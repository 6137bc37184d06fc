"""先行救助 from any page: registered and accepted in one act, then the amount."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.places.queries import options
from doudi.registry.actions.refusal import Refused, refuse
from doudi.registry.models import Household
from doudi.registry.queries.search import household_number
from doudi.registry.queries.visible import visible
from doudi.registry.views.asking import StaffRequest

from ..actions.opening import Need
from ..actions.relief import register_relief
from ..forms.relief import ReliefForm
from ..models import Application, Origin, PlaceBasis
from ..programmes import Programme
from .common import cases


@requires(Permission.CASE_HANDLE)
@require_http_methods(["GET", "HEAD", "POST"])
@cases
def relief(request: StaffRequest) -> HttpResponse:
    """Who, what happened, how many; accepted at once, the amount is the next page."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            application = _registered(request, form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect("casework:step", application.number, "relieve")
    return render(request, "casework/relief.html", {"form": form}, status=422 if form.errors else 200)


def _form(request: StaffRequest) -> ReliefForm:
    own = min(request.user.scope.places(Permission.CASE_HANDLE), key=len, default="")
    places = options(own, 12)
    if request.method == "POST":
        return ReliefForm(request.POST, places=places)
    initial = {"household": request.GET.get("household", "")[:20], "people_count": 1, "severity": "light"}
    return ReliefForm(initial=initial, places=places)


def _registered(request: StaffRequest, said: dict[str, Any]) -> Application:
    now = timezone.now()
    household = _household(request, said["household"])
    need = Need(
        programme=Programme.TEMPORARY_EMERGENCY, household=household, stranger=said["stranger"],
        origin=Origin.FOUND, place_basis=PlaceBasis.EMERGENCY, place=said["place"], cause=said["cause"],
        severity=said["severity"], people_count=said["people_count"],
    )  # fmt: skip
    return register_relief(need=need, by=request.user, on=timezone.localdate(now), at=now)


def _household(request: StaffRequest, text: str) -> Household | None:
    if not text.strip():
        return None
    rows = visible(Household.objects.filter(number=household_number(text), closed_on=None), request.user)
    found = rows.first()
    if found is None:
        raise refuse("household", "没有找到这个户编号；不确定就留空，在下一栏写明救助对象是谁。")
    return found
