"""Notices that stand, and those whose days are over."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.console.components import pager_of
from doudi.registry.views.asking import StaffRequest

from ..queries.notices import visible_notices

PAGE = 50


@requires(Permission.CASE_READ)
@require_safe
def notice_list(request: StaffRequest) -> HttpResponse:
    """Every notice within reach: those standing first, with the day they end."""
    rows = visible_notices(request.user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"notices": page, "pager": pager_of(page, request.GET), "today": timezone.localdate()}
    return render(request, "casework/notices.html", context)
