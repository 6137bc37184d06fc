"""Taking down an application: choose the household, fill what nobody said yet, open the case."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.registry.actions.refusal import Refused
from doudi.registry.models import Household
from doudi.registry.queries.search import household_number
from doudi.registry.queries.visible import visible
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.reach import files, the_household

from ..actions.intake import apply, keep_draft
from ..actions.opening import Need
from ..forms.intake import FIRST, IntakeForm
from ..models import IntakeDraft, Origin
from ..programmes import Programme
from ..queries.sheet import sheet
from ..queries.unfilled import unfilled_draft
from ..queries.where import ground_of
from .common import cases

NOT_KEPT = frozenset({"csrfmiddlewaretoken"})


@requires(Permission.CASE_INTAKE)
@require_http_methods(["GET", "HEAD", "POST"])
@cases
@files
def new(request: StaffRequest, number: str) -> HttpResponse:
    """The form of one household, filled as far as the registry knows it."""
    home = the_household(request, number)
    form = _form(request, home)
    if request.method == "POST" and form.is_valid():
        try:
            application = apply(
                need=Need(**form.need()), said=form.said(), by=request.user, on=form.day(), at=timezone.now(),
                authorisation=form.cleaned_data["proxy_file"],
            )  # fmt: skip
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("已登记申请 %(number)s，请签承诺和授权后提交") % {"number": application.number})
            return redirect("casework:case", application.number)
    context = {"form": form, "home": home, "sheet": form.sheet, "ground": form.ground, "begun": unfilled_draft(home)}
    return render(request, "casework/intake.html", context, status=422 if form.errors else 200)


def _form(request: StaffRequest, home: Household) -> IntakeForm:
    today = timezone.localdate()
    said: dict[str, Any] = {"household": home, "sheet": sheet(home.pk, today), "ground": ground_of(home, today)}
    if request.method == "POST":
        return IntakeForm(request.POST, request.FILES, **said)
    return IntakeForm(initial=_first(home, today) | _kept(request, home), **said)


def _first(home: Household, today: date) -> dict[str, Any]:
    begun = unfilled_draft(home)
    said: dict[str, Any] = {"on": today.isoformat(), "applicant": home.head_id, "origin": Origin.SELF.value,
                            "programme": Programme.HOUSEHOLD_DIBAO.value}  # fmt: skip
    if begun is not None and Programme(begun.programme) in FIRST:
        said["programme"] = begun.programme
    if begun is not None and begun.origin == Origin.FOUND:
        said |= {"origin": begun.origin, "cause": str(begun.cause or "")}
    return said


def _kept(request: StaffRequest, home: Household) -> dict[str, Any]:
    draft = IntakeDraft.objects.filter(staff_id=request.user.pk, household=home).first()
    return json.loads(str(draft.typed)) if draft else {}


@requires(Permission.CASE_INTAKE)
@require_POST
@files
def draft(request: StaffRequest, number: str) -> HttpResponse:
    """Keep what is typed so far; asked by the page while somebody types."""
    home = the_household(request, number)
    typed = {k: v for k, v in request.POST.items() if k not in NOT_KEPT and isinstance(v, str)}
    try:
        keep_draft(household=home, typed=typed, by=request.user, at=timezone.now())
    except Refused as refused:
        return HttpResponse(str(refused), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(_("已暂存 %(time)s") % {"time": f"{timezone.localtime():%H:%M}"})


@requires(Permission.CASE_INTAKE)
@require_safe
def choose(request: StaffRequest) -> HttpResponse:
    """Which household: by its number; anything else is looked for by the search."""
    wanted = request.GET.get("q", "")[:60].strip()
    if not wanted:
        return render(request, "casework/choose.html")
    number = household_number(wanted)
    if visible(Household.objects.filter(number=number, closed_on=None), request.user).exists():
        return redirect("casework:new", number)
    return redirect(f"{reverse('registry:search')}?{urlencode({'q': wanted})}")
