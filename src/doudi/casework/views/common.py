"""What every view of casework needs: the case within reach, and what to answer when it was moved meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from doudi.registry.views.asking import StaffRequest

from ..actions.moving import Changed
from ..models import Application
from ..queries.cases import visible_cases

View = Callable[..., HttpResponse]


def cases(view: View) -> View:
    """A view on a case: somebody else's step meanwhile is answered with what changed, nothing is lost."""

    @wraps(view)
    def answered(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Changed as changed:
            back = reverse("casework:case", args=[changed.application.number])
            return render(request, "409.html", {"message": str(changed), "back_url": back}, status=409)

    return answered


def the_case(request: StaffRequest, number: str) -> Application:
    """The case with a number within reach, or 404."""
    found = visible_cases(request.user).filter(number=number).first()
    if found is None:
        raise Http404
    return found
