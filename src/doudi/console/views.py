"""The workbench and the help page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from .access import requires
from .panels import rendered_for


@requires("self")
@require_safe
def workbench(request: HttpRequest) -> HttpResponse:
    """What to do first today."""
    panels = rendered_for(request, request.user, timezone.now())
    context = {
        "urgent": sum(one.urgent for one in panels),
        "main_panels": [one for one in panels if one.panel.column == "main"],
        "side_panels": [one for one in panels if one.panel.column == "side"],
    }
    return render(request, "console/workbench.html", context)


@requires("self")
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Keys, whom to call, and how the pages should look."""
    return render(request, "console/help.html")
