"""One page for every form of the bank's work: what it is about, the form, what it means, the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from doudi.registry.views.asking import StaffRequest


def asked(request: StaffRequest, form: Any, title: str, back: str, crumb: str, **more: Any) -> HttpResponse:
    """The page of a form. `explains` says what follows, `danger` marks the button, `facts` are terms and values."""
    context: Mapping[str, Any] = {"form": form, "title": title, "back": back, "crumb": crumb, **more}
    return render(request, "payments/act.html", context, status=form.status)
