"""What is still missing, told once; and the paper of a proxy brought later."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.registry.views.asking import StaffRequest
from doudi.verification.forms.base import ActionForm

from ..actions.gaps import list_gaps
from ..actions.proxies import attach_authorisation
from ..forms.gaps import AuthorisationForm, GapForm
from ..models import Application
from ..queries.cases import moves_for
from ..queries.gaps import gaps_of, matter_of, notice_of_gaps, words_of_items
from .common import cases, the_case


@requires(Permission.CASE_READ)
@require_http_methods(["GET", "HEAD", "POST"])
@cases
def gaps(request: StaffRequest, number: str) -> HttpResponse:
    """Everything that is missing, each with where it is mended; told in one notice, which the action gives once."""
    application = the_case(request, number)
    today = timezone.localdate()
    form = GapForm(request.POST or None, initial={"version": application.version})
    if request.method == "POST" and form.is_valid():
        said = {"application": application, "by": request.user, "on": today, "at": timezone.now()}
        if form.carried_out(list_gaps, **said, **form.cleaned_data):
            messages.success(request, _("已生成一次性告知书"))
            return redirect("casework:gaps", number)
    return render(request, "casework/gaps.html", _told(request, application, form), status=form.status)


def _told(request: StaffRequest, application: Application, form: ActionForm) -> dict[str, object]:
    today = timezone.localdate()
    notice = notice_of_gaps(application)
    return {
        "application": application,
        "form": form,
        "gaps": gaps_of(application, today),
        "notice": notice,
        "told": words_of_items(notice) if notice else [],
        "matter": matter_of(application),
        "may_tell": any(m.name == "list_gaps" for m in moves_for(application, request.user, today)),
        "may_take": request.user.may(Permission.CASE_INTAKE, application.division_code),
    }


@requires(Permission.CASE_INTAKE)
@require_http_methods(["GET", "HEAD", "POST"])
@cases
def authorisation(request: StaffRequest, number: str) -> HttpResponse:
    """The paper with which the applicant authorises the proxy."""
    application = the_case(request, number)
    form = AuthorisationForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        fixed = {"application": application, "source": upload.file, "name": upload.name, "by": request.user}
        if form.carried_out(attach_authorisation, at=timezone.now(), **fixed):
            messages.success(request, _("已收到委托书"))
            return redirect("casework:case", number)
    return render(
        request, "casework/authorisation.html", {"form": form, "application": application}, status=form.status
    )
