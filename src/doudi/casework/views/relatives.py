"""Everybody's own near relatives; the register for those who check."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.registry.actions.refusal import Refused
from doudi.registry.models import Person
from doudi.registry.queries.search import Hit, search
from doudi.registry.queries.visible import visible
from doudi.registry.views.asking import StaffRequest

from ..actions.disclosures import disclose, end_disclosure
from ..forms.county import DisclosureForm
from ..queries.relatives import lines, own, register_for

SHOWN = 8


@requires(Permission.DISCLOSURE_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def relatives(request: StaffRequest) -> HttpResponse:
    """One's own relatives, and the register where one may read it."""
    picked = _picked(request)
    first = {"on": timezone.localdate().isoformat(), "name": picked.name if picked else ""}
    form = DisclosureForm(request.POST or None, initial=first)
    fixed = {"person": picked, "by": request.user, "at": timezone.now()}
    if request.method == "POST" and form.is_valid() and form.carried_out(disclose, **fixed, **form.cleaned_data):
        messages.success(request, _("已备案"))
        return redirect("casework:relatives")
    context = {"form": form, "picked": picked, "own": lines(list(own(request.user))), "q": _words(request),
               "hits": _hits(request), "register": _register(request)}  # fmt: skip
    return render(request, "casework/relatives.html", context, status=form.status)


def _words(request: StaffRequest) -> str:
    return request.GET.get("q", "")[:60].strip()


def _hits(request: StaffRequest) -> list[Hit]:
    words = _words(request)
    if not words or not request.user.may(Permission.PERSON_READ):
        return []
    return search(words, staff=request.user, on=timezone.localdate(), limit=SHOWN).hits


def _picked(request: StaffRequest) -> Person | None:
    text = request.POST.get("person", "") or request.GET.get("person", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    return visible(Person.objects.filter(pk=text, merged_into=None), request.user).first()


def _register(request: StaffRequest) -> Any:
    return register_for(request.user) if request.user.may(Permission.DISCLOSURE_READ) else None


@requires(Permission.DISCLOSURE_WRITE)
@require_POST
def end_relative(request: StaffRequest, pk: int) -> HttpResponse:
    """It has ended, from today."""
    disclosure = get_object_or_404(own(request.user), pk=pk)
    try:
        end_disclosure(disclosure=disclosure, by=request.user, on=timezone.localdate())
    except Refused as refused:
        messages.error(request, "；".join(p.message for p in refused.problems))
    else:
        messages.success(request, _("已终止备案"))
    return redirect("casework:relatives")
