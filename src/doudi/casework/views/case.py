"""The list of cases and the page of one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.registry.views.asking import StaffRequest

from ..actions.reading import opened
from ..queries import conferences, reviews
from ..queries.bar import bar_of
from ..queries.case_page import case_page
from ..queries.cases import category_of, who_it_is_about
from ..queries.visits import card
from .common import cases, the_case

TABS = ("evidence", "survey", "papers", "records")


@requires(Permission.CASE_READ)
@require_safe
@cases
def case(request: StaffRequest, number: str) -> HttpResponse:
    """Evidence on the left, the rulebook on the right, the next step in the bar; each opening is recorded."""
    now = timezone.now()
    application = the_case(request, number)
    page = case_page(application, staff=request.user, today=timezone.localdate(now), now=now)
    opened(application, by=request.user)
    tab = request.GET.get("tab", "")
    context = {
        "page": page,
        "application": application,
        "title": who_it_is_about(application),
        "category": category_of(application),
        "bar": bar_of(page, request.user, timezone.localdate(now)),
        "survey": card(application, request.user, timezone.localdate(now)),
        "conferences": conferences.card(application, request.user, timezone.localdate(now)),
        "reviews": reviews.card(application, request.user, timezone.localdate(now)),
        "tab": tab if tab in TABS else TABS[0],
    }
    return render(request, "casework/case.html", context)
