"""The county's pages: draws of cases to visit, and what townships may do."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.places.queries import options, place_name
from doudi.registry.actions.refusal import Refused
from doudi.registry.views.asking import StaffRequest

from ..actions.switches import switch_off, switch_on
from ..actions.visits import TEKUN_SHARE, draw_checks
from ..forms.county import DrawForm, SwitchForm
from ..models import TownshipSwitch
from ..programmes import Programme
from ..queries.draws import checked, draws_for, waiting_by_programme

LATEST = 50


@requires(Permission.CASE_CHECK)
@require_http_methods(["GET", "HEAD", "POST"])
def checks(request: StaffRequest) -> HttpResponse:
    """Every draw so far, what waits before the county, and a new draw."""
    place = request.user.scope.places(Permission.CASE_CHECK)[0]
    first = {"programme": Programme.TEKUN.value, "share_percent": TEKUN_SHARE}
    form = DrawForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        said, today = form.cleaned_data, timezone.localdate()
        said["programme"] = Programme(said["programme"])
        if form.carried_out(draw_checks, place=place, by=request.user, on=today, at=timezone.now(), **said):
            n = len(form.result.chosen)
            messages.success(request, _("抽出 %(n)s 件，已转入户抽查") % {"n": n})
            return redirect("casework:check_draw", form.result.pk)
    context = {"form": form, "draws": draws_for(request.user)[:LATEST], "waiting": waiting_by_programme(place)}
    return render(request, "casework/checks.html", context, status=form.status)


@requires(Permission.CASE_READ)
@require_safe
def check_draw(request: StaffRequest, pk: int) -> HttpResponse:
    """One draw: the list it was drawn from, what was drawn, and the same drawn again."""
    draw = get_object_or_404(draws_for(request.user), pk=pk)
    seed = request.GET.get("seed", draw.seed)[:64]
    return render(request, "casework/check_draw.html", {"draw": draw, "told": checked(draw, request.user, seed)})


@requires(Permission.CASE_CONFIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def switches(request: StaffRequest) -> HttpResponse:
    """What the townships may do, and since when."""
    form = SwitchForm(
        request.POST or None, townships=options(settings.DOUDI_COUNTY, 9),
        initial={"starts_on": timezone.localdate().isoformat()},
    )  # fmt: skip
    if (
        request.method == "POST"
        and form.is_valid()
        and form.carried_out(switch_on, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("已开通"))
        return redirect("casework:switches")
    rows = TownshipSwitch.objects.order_by("division_code", "kind", "-starts_on")
    shown = [(row, place_name(row.division_code)) for row in rows]
    context = {"form": form, "rows": shown, "today": timezone.localdate()}
    return render(request, "casework/switches.html", context, status=form.status)


@requires(Permission.CASE_CONFIRM)
@require_POST
def end_switch(request: StaffRequest, pk: int) -> HttpResponse:
    """From today it no longer holds."""
    switch = get_object_or_404(TownshipSwitch, pk=pk)
    try:
        switch_off(switch=switch, by=request.user, on=timezone.localdate())
    except Refused as refused:
        messages.error(request, "；".join(p.message for p in refused.problems))
    else:
        messages.success(request, _("已停止"))
    return redirect("casework:switches")
