"""Looking into it: the township's visit, the county's own, a word from outside, and the sheets for both."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.places.queries import name_path
from doudi.registry.models import Person
from doudi.registry.views.asking import StaffRequest
from doudi.verification.queries.people import members_on, needs_guardian

from ..actions.moving import permit_move
from ..actions.reading import printed
from ..actions.surveying import survey
from ..actions.visits import record_enquiry
from ..forms.visits import EnquiryForm, VisitForm
from ..models import Application, HomeVisit
from ..moves import MOVES
from ..printing.visit_form import print_visit
from ..queries.figures import figures_of
from ..queries.visits import appraisal_where_objected, investigators
from .common import cases, the_case
from .papers import shown, stamp_of

KIND = HomeVisit.Kind


def _today() -> date:
    return timezone.localdate()


@requires(Permission.CASE_HANDLE)
@require_http_methods(["GET", "HEAD", "POST"])
@cases
def visit(request: StaffRequest, number: str) -> HttpResponse:
    """The township's visit: a step of the case."""
    application = the_case(request, number)
    permit_move(application, MOVES["record_visit"], request.user)
    return _visited(request, application, [KIND.HOME, KIND.REMOTE], _("完成入户调查"))


@requires(Permission.CASE_CHECK)
@require_http_methods(["GET", "HEAD", "POST"])
@cases
def county_visit(request: StaffRequest, number: str) -> HttpResponse:
    """The county goes there itself: drawn, or because relatives or a complaint are known."""
    application = the_case(request, number)
    permit(request.user, Permission.CASE_CHECK, place=application.division_code)
    return _visited(request, application, [KIND.COUNTY], _("登记市级入户"))


def _visited(request: StaffRequest, application: Application, kinds: list[HomeVisit.Kind], title: str) -> HttpResponse:
    form = _form(request, application, kinds)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        fixed = {"application": application, "seen": form.seen(), "brought": form.brought(), "by": request.user,
                 "on": said["on"], "at": timezone.now(), "version": said["version"]}  # fmt: skip
        if form.carried_out(survey, **fixed):
            messages.success(request, _("已登记调查"))
            return redirect("casework:case", application.number)
    context = {"form": form, "application": application, "title": title, "staff": form.staff}
    return render(request, "casework/visit.html", context, status=form.status)


def _form(request: StaffRequest, application: Application, kinds: list[HomeVisit.Kind]) -> VisitForm:
    today = _today()
    said: dict[str, Any] = {
        "kinds": kinds,
        "figures": figures_of(application, application.accepted_on or today),
        "signers": _signers(application, today),
        "staff": investigators(application.division_code, today),
    }
    if request.method == "POST":
        return VisitForm(request.POST, request.FILES, **said)
    return VisitForm(initial=_first(request, application, kinds, today), **said)


def _first(request: StaffRequest, application: Application, kinds: list[HomeVisit.Kind], today: date) -> dict[str, Any]:
    home = application.household
    place = f"{name_path(application.division_code[:12])} {home.address if home else ''}".strip()
    return {
        "version": application.version, "kind": kinds[0].value, "on": today.isoformat(),
        "time": f"{timezone.localtime():%H:%M}", "place": place[:120], "first_name": request.user.name,
    }  # fmt: skip


def _signers(application: Application, today: date) -> list[Person]:
    if application.household_id is None:
        return []
    people = [m.person for m in members_on(application.household_id, today)]
    return [p for p in people if not needs_guardian(p, today)]


@requires(Permission.CASE_HANDLE)
@require_http_methods(["GET", "HEAD", "POST"])
@cases
def enquiry(request: StaffRequest, number: str) -> HttpResponse:
    """What a neighbour, an office or the village's panel said."""
    application = the_case(request, number)
    permit(request.user, Permission.CASE_HANDLE, place=application.division_code)
    wanted = appraisal_where_objected(application)
    first = {"on": _today().isoformat(), "kind": "appraisal" if wanted else "neighbour"}
    form = EnquiryForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        fixed = {"application": application, "by": request.user, "at": timezone.now(), **form.cleaned_data}
        if form.carried_out(record_enquiry, **fixed):
            messages.success(request, _("已登记调查"))
            return redirect("casework:case", number)
    context = {"form": form, "application": application, "wanted": wanted}
    return render(request, "casework/enquiry.html", context, status=form.status)


@requires(Permission.CASE_READ)
@require_safe
@cases
def visit_pdf(request: StaffRequest, number: str, pk: int = 0) -> HttpResponse:
    """The sheet of one visit, or a blank one to carry along; printing is on record."""
    application = the_case(request, number)
    one = HomeVisit.objects.filter(application=application, pk=pk).first() if pk else None
    if pk and one is None:
        raise Http404
    printed(application, by=request.user, form="visit_form")
    stamp = stamp_of(request)
    return shown(request, lambda: print_visit(application, one, stamp, by=request.user, on=_today()), number)
