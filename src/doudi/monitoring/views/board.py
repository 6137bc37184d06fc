"""The board: figures, list, tiles, precision; sending people; the list as a file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.casework.views.queue import address
from doudi.console.components import Chip, Tab, pager_of
from doudi.places.queries import options
from doudi.registry.actions import Refused
from doudi.registry.views.asking import StaffRequest

from ..actions.assigning import LARGEST, assign
from ..exporting import start_export
from ..forms.tasks import NoteForm
from ..models import Lead, LeadState
from ..queries import board as query
from ..queries.board import LABELS, View, Wish
from ..queries.ledger import ledger

PAGE, SHOWN_SIGNALS = 20, 8
FILTERS = {"place": gettext_lazy("乡镇"), "indicator": gettext_lazy("信号"), "standing": gettext_lazy("救助情况")}
STANDINGS = [("none", gettext_lazy("不在救助中")), ("on", gettext_lazy("已在救助中"))]


@requires(Permission.MONITORING_READ)
@require_safe
def board(request: StaffRequest) -> HttpResponse:
    """Everything on one page; the address carries the view and the filters."""
    on, wish = timezone.localdate(), wish_of(request.GET)
    page = Paginator(query.listed(request.user, wish, on), PAGE).get_page(request.GET.get("page"))
    lines = ledger(request.user, on)
    waiting = request.user.scope.narrow(Lead.objects.filter(state=LeadState.RECEIVED), Permission.MONITORING_READ)
    sources = [one for one in query.freshness(on) if one.days_late is not None]  # None: never sent, or not theirs
    context = {
        "rows": query.rows_of(page, on), "figures": query.figures(request.user, on), "view": wish.view,
        "view_label": LABELS[wish.view], "tabs": tabs(request.user, wish, on, request.GET),
        "chips": chips(request.user, wish, request.GET, [(line.key, line.title) for line in lines if line.raised]),
        "pager": pager_of(page, request.GET), "tiles": query.tiles(request.user, on),
        "signals": [line for line in lines if line.raised][:SHOWN_SIGNALS], "leads": waiting.count(),
        "sources": sources, "late_sources": [one for one in sources if (one.days_late or 0) > 0],
        "may_handle": request.user.may(Permission.MONITORING_HANDLE),
        "may_lead": request.user.may(Permission.LEAD_WRITE), "may_export": request.user.may(Permission.LIST_EXPORT),
        "here": request.get_full_path(), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "monitoring/board.html", context)


def wish_of(asked: QueryDict) -> Wish:
    """The wish an address carries."""
    view = asked.get("view", View.OPEN)
    return Wish(view if view in View.ALL else View.OPEN, *(asked.get(name, "")[:40] for name in FILTERS))


def tabs(staff: Staff, wish: Wish, on: date, asked: QueryDict) -> list[Tab]:
    """The saved views with how many there are; one that a figure opened stands behind them."""
    told = query.counts(staff, wish, on)
    shown = View.TABS if wish.view in View.TABS else (*View.TABS, wish.view)
    return [Tab(LABELS[v], address(asked, view=v), told.get(v), v == wish.view, bad=v == View.LATE) for v in shown]


def chips(staff: Staff, wish: Wish, asked: QueryDict, signals: list[tuple[str, Any]]) -> list[Chip]:
    """The filters: applied ones can be dropped, the others offer their choices."""
    own = min(staff.scope.own_places, key=len, default="")
    choices: dict[str, list[tuple[str, Any]]] = {
        "place": options(own[:9], 12) if len(own) >= 9 else options(own, 9) if own else [],
        "indicator": signals, "standing": STANDINGS,
    }  # fmt: skip
    found = []
    for name, label in FILTERS.items():
        value, offered = getattr(wish, name), choices[name]
        said = dict(offered).get(value)
        if said is not None:
            found.append(Chip(str(said), address(asked, **{name: ""}), on=True))
        elif offered:
            menu = [Chip(str(words), address(asked, **{name: key})) for key, words in offered]
            found.append(Chip(label, options=menu))
    return found


@requires(Permission.MONITORING_HANDLE)
@require_POST
def send(request: StaffRequest) -> HttpResponse:
    """Send the chosen households to their villages' coordinators; what could not be sent is told with its reason."""
    numbers = request.POST.getlist("number")[:LARGEST]
    sent = assign(numbers=numbers, to=None, by=request.user, on=timezone.localdate(), at=timezone.now())
    if sent.done:
        messages.success(request, _("已派出 %(n)s 户") % {"n": len(sent.done)})
    if not numbers:
        messages.warning(request, _("请先选择要派的家庭"))
    for number, why in sent.skipped:
        messages.warning(request, _("%(number)s 没有派出：%(why)s") % {"number": number, "why": why})
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    # A path of its own: anything else a redirect would take for the name of a view.
    return redirect(back if safe and back.startswith("/") else reverse("monitoring:board"))


@requires(Permission.LIST_EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: StaffRequest) -> HttpResponse:
    """Ask what the list is for, then make it in the background."""
    wish, on = wish_of(request.GET), timezone.localdate()
    form = NoteForm(request.POST or None)
    form.fields["note"].label = _("用途")
    if request.method == "POST" and form.is_valid():
        try:
            job = start_export(wish=wish, reason=form.cleaned_data["note"], by=request.user, on=on, at=timezone.now())
            return redirect("jobs:detail", job.pk)
        except Refused as refused:
            form.add_error("note", str(refused))
    number = query.listed(request.user, wish, on).count()
    context = {"form": form, "number": number, "label": LABELS[wish.view], "query": request.GET.urlencode()}
    return render(request, "monitoring/export.html", context, status=form.status)
