"""The answer to the search box."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.registry.queries.naming import spots
from doudi.registry.queries.search import search as find

from .asking import StaffRequest

LIMITS = {"more": 50}


@requires(Permission.PERSON_READ)
@require_safe
def search(request: StaffRequest) -> HttpResponse:
    """People, households and villages for the words in `q`; an exact household number opens the file."""
    words = request.GET.get("q", "")
    limit = LIMITS.get(request.GET.get("show", ""), 20)
    answer = find(words, staff=request.user, on=timezone.localdate(), limit=limit)
    if answer.household:
        return redirect("registry:household", answer.household)
    where = spots([answer.elsewhere])[answer.elsewhere].village if answer.elsewhere else ""
    context = {"words": words[:60], "answer": answer, "elsewhere": where, "limit": limit}
    context["may_write"] = request.user.may(Permission.PERSON_WRITE)
    return render(request, "registry/search.html", context)
