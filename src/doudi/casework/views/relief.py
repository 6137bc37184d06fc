"""先行救助 has its one page where the money is; old addresses lead there, with the family they name."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.registry.views.asking import StaffRequest


@requires(Permission.CASE_HANDLE)
@require_safe
def relief(request: StaffRequest) -> HttpResponse:
    """To the page on which an emergency is registered, decided and paid."""
    known = {"household": request.GET["household"][:20]} if request.GET.get("household") else {}
    query = f"?{urlencode(known)}" if known else ""
    return redirect(reverse("payments:relief") + query)
