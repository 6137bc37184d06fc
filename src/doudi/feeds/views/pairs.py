"""The queue of doubtful pairs: the list, and one pair with both records side by side."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.console.components import Tab, pager_of
from doudi.registry.actions import Refused
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.reach import files

from ..access import contracts_for
from ..actions import pairs as deciding
from ..forms.pairs import PairForm
from ..models import DoubtfulPair
from ..queries import pairs

A_PAGE = 20


@requires(Permission.FEED_WRITE)
@require_safe
def queue(request: StaffRequest) -> HttpResponse:
    """All pairs that wait, or those of one source."""
    contract = request.GET.get("source", "")
    found = Paginator(pairs.open_pairs(request.user, contract=contract), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": pairs.names_said(list(found)),
        "tabs": _tabs(request, contract),
        "pager": pager_of(found, request.GET),
        "filtered": bool(contract),
    }
    return render(request, "feeds/pairs.html", context)


def _tabs(request: StaffRequest, current: str) -> list[Tab]:
    url, counts = reverse("feeds:pairs"), pairs.counts(request.user)
    found = [
        Tab(one.title, f"{url}?source={one.key}", counts[one.key], one.key == current)
        for one in contracts_for(request.user)
        if one.key in counts or one.key == current
    ]
    return [Tab(_("全部"), url, sum(counts.values()), not current), *found] if len(found) > 1 or current else []


@requires(Permission.FEED_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def pair(request: StaffRequest, pk: int) -> HttpResponse:
    """One pair; a decision leads to the next one."""
    found = pairs.pair_for(request.user, pk)
    if found is None:
        raise Http404
    form = PairForm(request.POST if request.method == "POST" else None)
    decided = form.is_valid() and _decided(request, found, form)
    # Asked only now: the decision has taken other pairs out of the queue as well.
    before, after = pairs.neighbours(request.user, found)
    if decided:
        return redirect("feeds:pair", after or before) if after or before else redirect("feeds:pairs")
    if request.method != "POST":
        deciding.opened(found, by=request.user)
    context = {"page": pairs.beside(found, timezone.localdate()), "form": form, "before": before, "after": after}
    return render(request, "feeds/pair.html", context, status=422 if form.errors else 200)


def _decided(request: StaffRequest, found: DoubtfulPair, form: PairForm) -> bool:
    same = form.cleaned_data["same"] == "yes"
    try:
        rows = deciding.decide_pair(
            pair=found, same=same, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
        )
    except Refused as refused:
        for field, said in refused.by_field.items():
            form.add_error(field if field in form.fields else None, said)
        return False
    told = {"name": found.person.name, "n": rows}
    done = _("已认定为%(name)s（%(n)s 行），数据随后入库。") if same else _("已记为不是%(name)s（%(n)s 行）。")
    messages.success(request, done % told)
    return True
