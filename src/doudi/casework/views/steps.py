"""The page of a step: what it does, its form, and the case again when it is done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.registry.actions.refusal import Refused
from doudi.registry.views.asking import StaffRequest

from ..actions.moving import permit_move
from ..forms.steps import StepForm
from ..models import Application
from ..moves import MOVES, Move
from ..queries.bar import label_of
from ..queries.opinions import latest_opinion
from .common import cases, the_case
from .verbs import VERBS, Verb


@requires(Permission.CASE_READ)
@require_http_methods(["GET", "HEAD", "POST"])
@cases
def step(request: StaffRequest, number: str, move: str) -> HttpResponse:
    """Show a step's form, or take the step. Who may not take it is told so before any form is shown."""
    application = the_case(request, number)
    verb, chosen = VERBS.get(move), MOVES.get(move)
    if verb is None or chosen is None:
        raise Http404
    permit_move(application, chosen, request.user)
    if verb.url:
        return redirect(verb.url, number)
    form = _form(request, application, verb, chosen)
    if request.method == "POST" and form.is_valid() and _taken(request, form, verb, application):
        messages.success(request, _("已办理：%(move)s") % {"move": chosen.label})
        return redirect("casework:case", number)
    context = {
        "form": form,
        "move": chosen,
        "verb": verb,
        "application": application,
        "label": label_of(chosen, latest_opinion(application)),
        "back_url": reverse("casework:case", args=[number]),
    }
    return render(request, "casework/step.html", context, status=422 if form.errors else 200)


def _form(request: StaffRequest, application: Application, verb: Verb, chosen: Move) -> StepForm:
    said: dict[str, Any] = {"application": application, "chosen": chosen}
    if request.method == "POST":
        return verb.form(request.POST, request.FILES, **said)
    initial = {"version": application.version, "on": timezone.localdate().isoformat()}
    # A button of the case's bar may choose already: ?conclusion=grant, ?programme=individual_dibao&person_id=12.
    asked = {name: value[:40] for name, value in request.GET.items() if name in verb.form.base_fields}
    return verb.form(initial=verb.form.known(application) | asked | initial, **said)


def _taken(request: StaffRequest, form: StepForm, verb: Verb, application: Application) -> bool:
    try:
        verb.act(application=application, by=request.user, at=timezone.now(), **form.arguments())
    except Refused as refused:
        form.refuse(refused)
        return False
    return True
