"""Recording a conference about a case or a review."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.registry.views.asking import StaffRequest

from ..actions.conferences import check_may_hold, hold_conference
from ..forms.conferences import ConferenceForm
from ..models import Application, PeriodicReview
from .common import cases, the_case
from .reviews import the_review


@requires(Permission.CASE_READ)
@require_http_methods(["GET", "HEAD", "POST"])
@cases
def of_case(request: StaffRequest, number: str) -> HttpResponse:
    """About an application."""
    return _answer(request, the_case(request, number), reverse("casework:case", args=[number]))


@requires(Permission.CASE_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def of_review(request: StaffRequest, pk: int) -> HttpResponse:
    """About a review."""
    return _answer(request, the_review(request, pk), reverse("casework:review", args=[pk]))


def _answer(request: StaffRequest, matter: Application | PeriodicReview, back: str) -> HttpResponse:
    check_may_hold(matter, request.user)
    today = timezone.localdate()
    form = ConferenceForm(request.POST or None, request.FILES or None, initial={"held_on": today})
    if request.method == "POST" and form.is_valid():
        said = {"matter": matter, "by": request.user, "on": today, "at": timezone.now()}
        if form.carried_out(hold_conference, **said, **form.arguments()):
            messages.success(request, _("已登记一事一议"))
            return redirect(back)
    context = {"form": form, "matter": matter, "back_url": back}
    return render(request, "casework/conference.html", context, status=form.status)
