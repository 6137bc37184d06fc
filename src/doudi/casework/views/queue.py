"""The queue, as a page and on the workbench; and the confirmation of several clean cases at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.console.components import Chip, Tab, pager_of
from doudi.places.queries import options
from doudi.registry.actions.kept_lists import QUEUE, kept_lists
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.keeping import keep

from ..actions.batch import LARGEST, confirm_clean
from ..programmes import Programme
from ..queries.matters import KINDS, counts, matters, rows
from ..queries.queue import LABELS, View, Wish
from ..stages import OPEN, Stage

PAGE, ON_WORKBENCH = 50, 12
FILTERS = {
    "kind": gettext_lazy("事项"), "programme": gettext_lazy("项目"), "stage": gettext_lazy("环节"),
    "place": gettext_lazy("村（社区）"),
}  # fmt: skip


@requires(Permission.CASE_READ)
@require_safe
def case_list(request: StaffRequest) -> HttpResponse:
    """Every open matter within reach: saved views with live counts, filters, the most urgent first."""
    today = timezone.localdate()
    wish = wish_of(request.GET)
    page = Paginator(matters(request.user, wish, today), PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": rows(page, request.user, today),
        "tabs": [*tabs(request.user, wish, today, request.GET), *own_tabs(request.user, wish, today)],
        "chips": chips(request.user, wish, request.GET),
        "pager": pager_of(page, request.GET),
        "may_confirm": request.user.may(Permission.CASE_CONFIRM),
        "may_open": request.user.may(Permission.CASE_INTAKE),
        "kept_query": kept_query(wish),
        "own": own_view(request.user, wish),
    }
    return render(request, "casework/cases.html", context)


def wish_of(query: QueryDict) -> Wish:
    """The wish an address carries."""
    view = query.get("view", View.MINE)
    return Wish(view if view in View.ALL else View.MINE, *(query.get(name, "")[:24] for name in FILTERS))


def tabs(staff: Staff, wish: Wish, today: date, query: QueryDict) -> list[Tab]:
    """The saved views with how many there are."""
    told, here = counts(staff, wish, today), "" if own_view(staff, wish) else wish.view
    return [
        Tab(LABELS[v], address(query, view=v), told[v], v == here, bad=v == View.LATE and told[v] > 0) for v in View.ALL
    ]


def own_tabs(staff: Staff, wish: Wish, today: date) -> list[Tab]:
    """The views that somebody keeps under a name, each counted with its own filters."""
    here, found = kept_query(wish), []
    for row in kept_lists(staff, QUEUE):
        kept = wish_of(QueryDict(row["query"]))
        found.append(Tab(row["name"], f"?{row['query']}", matters(staff, kept, today).count(), row["query"] == here))
    return found


def own_view(staff: Staff, wish: Wish) -> str:
    """The name under which the filters that are shown are kept, if they are."""
    here = kept_query(wish)
    return next((row["name"] for row in kept_lists(staff, QUEUE) if row["query"] == here), "")


def kept_query(wish: Wish) -> str:
    """The address of a wish in one order, without the page, so that equal views have equal addresses."""
    return urlencode({name: value for name in ("view", *FILTERS) if (value := getattr(wish, name))})


def address(query: QueryDict, **changes: str) -> str:
    """The same page with some parts of the address changed; an empty one is left out."""
    kept = query.copy()
    kept.pop("page", None)
    for name, value in changes.items():
        kept[name] = value
        if not value:
            del kept[name]
    return f"?{kept.urlencode()}"


def chips(staff: Staff, wish: Wish, query: QueryDict) -> list[Chip]:
    """The filters: applied ones can be dropped, the others offer their choices."""
    place = min(staff.scope.own_places, key=len, default="")[:9]
    choices: Mapping[str, list[tuple[str, Any]]] = {
        "kind": list(KINDS),
        "programme": list(Programme.choices),
        "stage": [(s.value, s.label) for s in Stage if s in OPEN],
        "place": options(place, 12) if len(place) == 9 else options(place, 9) if place else [],
    }
    found = []
    for name, label in FILTERS.items():
        value = getattr(wish, name)
        said = dict(choices[name]).get(value)
        if said is not None:
            found.append(Chip(said, address(query, **{name: ""}), on=True))
        elif choices[name]:
            menu = [Chip(words, address(query, **{name: key})) for key, words in choices[name]]
            found.append(Chip(label, options=menu))
    return found


def on_workbench(staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    """The panel of the workbench: the first of the queue, and how many are due today or late."""
    today = timezone.localdate(now)
    told = counts(staff, Wish(), today)
    if not any(told.values()):
        return None
    first = list(matters(staff, Wish(), today)[:ON_WORKBENCH])
    views = [Tab(LABELS[v], f"/cases/?view={v}", told[v], v == View.MINE, v == View.LATE) for v in View.ALL]
    return {"lines": rows(first, staff, today), "tabs": views, "urgent": told[View.LATE] + told[View.TODAY]}


@requires(Permission.CASE_CONFIRM)
@require_POST
def confirm_batch(request: StaffRequest) -> HttpResponse:
    """Confirm the chosen cases, each by itself; what could not be confirmed is told with its reason."""
    numbers = request.POST.getlist("number")[:LARGEST]
    outcome = confirm_clean(numbers=numbers, by=request.user, on=timezone.localdate(), at=timezone.now())
    if outcome.done:
        messages.success(request, _("已确认 %(n)s 件") % {"n": len(outcome.done)})
    for number, why in outcome.skipped:
        messages.warning(request, _("%(number)s 没有确认：%(why)s") % {"number": number, "why": why})
    return redirect("casework:cases")


@requires(Permission.CASE_READ)
@require_POST
def keep_view(request: StaffRequest) -> HttpResponse:
    """Keep the view that is shown under a name, or drop a kept one."""
    query = kept_query(wish_of(QueryDict(request.POST.get("query", "")[:600])))
    keep(request, query, QUEUE)
    return redirect(f"{reverse('casework:cases')}?{query}")
