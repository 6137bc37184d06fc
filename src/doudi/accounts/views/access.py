"""Asking to look at one village for 24 hours, and answering."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import actions, port, queries
from ..access import requires
from ..forms import AnswerForm, AskForm
from ..models import AccessRequest
from ..permissions import Permission
from .common import me


@requires(Permission.SELF)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Which village, and why."""
    place = request.GET.get("place", "")[:12]
    form = AskForm(request.POST or None, initial={"place": place})
    if request.method == "POST" and form.carried_out(actions.ask_for_access, by=me(request), at=timezone.now()):
        messages.success(request, _("已送当地负责人，批准后 24 小时内可以查看"))
        return redirect("accounts:ask_access")
    context = {"form": form, "place_name": port.place_name(place), "requests": queries.requests_of(me(request))}
    return render(request, "accounts/ask.html", context, status=form.status)


@requires(Permission.ACCESS_GRANT)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What waits for my answer, and what I have answered."""
    context = {
        "open": queries.open_requests_for(me(request)),
        "answered": queries.answered_requests_for(me(request)),
    }
    return render(request, "accounts/requests.html", context)


@requires(Permission.ACCESS_GRANT)
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse."""
    asked, form = get_object_or_404(AccessRequest, pk=pk), AnswerForm(request.POST)
    if form.carried_out(actions.answer_access, by=me(request), request=asked, at=timezone.now()):
        granted = form.result.state == AccessRequest.State.GRANTED
        messages.success(request, _("已批准，24 小时后自动失效") if granted else _("已答复不批准"))
    else:
        messages.error(request, _("没有办理：%(why)s") % {"why": next(iter(form.errors.values()))[0]})
    return redirect("accounts:requests")
