"""The pages of awards, and the card on a household's page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from doudi.accounts.access import requires
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.console.components import pager_of
from doudi.registry.models import Household
from doudi.registry.views.asking import StaffRequest

from ..actions.reviewing import opened
from ..queries import of_household, visible_awards
from ..queries.pages import page_of, rows_of, wanted
from . import filters

LENGTH = 50


@requires(Permission.AWARD_READ)
@require_safe
def awards(request: StaffRequest) -> HttpResponse:
    """The awards of the place; the address carries the filters."""
    on, by = timezone.localdate(), request.user
    wish = filters.wish_of(request.GET)
    found = Paginator(wanted(by, wish.programme, wish.state, wish.place, on), LENGTH).get_page(request.GET.get("page"))
    context = {
        "rows": rows_of(found, on),
        "pager": pager_of(found, request.GET),
        "bar": filters.bar_of(wish, by),
    }
    return render(request, "awards/awards.html", context)


@requires(Permission.AWARD_READ)
@require_safe
def award(request: StaffRequest, number: str) -> HttpResponse:
    """One award: whom it covers, what it pays and why, what was done to it; each opening is recorded."""
    rows = visible_awards(request.user).select_related("household__head", "person")
    one = get_object_or_404(rows, number=number)
    page = page_of(one, staff=request.user, on=timezone.localdate())
    opened(one, by=request.user)
    return render(request, "awards/award.html", {"page": page, "award": one})


def household_card(home: Household, staff: Staff, on: date) -> dict[str, Any] | None:
    """The awards of a household and its people, for the card on its page; nothing where there never was one."""
    found = [a for a in of_household(home.pk, on) if staff.may(Permission.AWARD_READ, a.division_code)]
    return {"rows": rows_of(found, on)} if found else None
