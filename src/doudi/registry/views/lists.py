"""The household list and the low-income roster."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.registry.actions.kept_lists import HOUSEHOLDS
from doudi.registry.queries import households as query
from doudi.registry.queries import roster as rosters

from . import filters
from .asking import StaffRequest
from .keeping import keep


@requires(Permission.PERSON_READ)
@require_safe
def household_list(request: StaffRequest) -> HttpResponse:
    """Households by place, category, size and members; the address carries everything."""
    on = timezone.localdate()
    wish = filters.wish_of(request.GET)
    page = query.page(wish, staff=request.user, on=on)
    bar = filters.household_bar(request, wish, on)
    context = {"page": page, "bar": bar, "pager": filters.pager(request.GET, page.next_key)}
    context |= filters.list_doors(request, wish)
    return render(request, "registry/households.html", context)


@requires(Permission.PERSON_READ)
@require_safe
def roster(request: StaffRequest) -> HttpResponse:
    """Who is in which category, since when, on which ground."""
    on = timezone.localdate()
    wish = filters.roster_wish(request.GET)
    rows = rosters.roster(wish.category, wish.place, staff=request.user, on=on, due=wish.due)
    entries, key = rosters.page(rows, wish.after, on=on)
    context = {
        "entries": entries,
        "bar": filters.roster_bar(request, wish, on),
        "pager": filters.pager(request.GET, key),
    }
    return render(request, "registry/roster.html", context)


@requires(Permission.PERSON_READ)
@require_POST
def save_view(request: StaffRequest) -> HttpResponse:
    """Keep the filters of the list under a name, or drop a kept one."""
    keep(request, filters.kept_query(request.POST.get("query", "")), HOUSEHOLDS)
    return redirect(filters.list_address(request.POST.get("query", "")))
