"""What the form of a list's own views asks: to keep the filters under a name, or to drop a kept name."""

from __future__ import annotations

from django.contrib import messages
from django.utils.translation import gettext as _

from doudi.registry.actions.kept_lists import drop_list, keep_list
from doudi.registry.actions.refusal import Refused

from .asking import StaffRequest


def keep(request: StaffRequest, query: str, shelf: str) -> None:
    """Keep or drop as the form asks; a refusal becomes a message."""
    name = request.POST.get("name", "")[:60]
    try:
        if request.POST.get("drop"):
            drop_list(name=name, by=request.user, shelf=shelf)
        else:
            keep_list(name=name, query=query, by=request.user, shelf=shelf)
            messages.success(request, _("已存为常用视图"))
    except Refused as refused:
        messages.warning(request, str(refused))
