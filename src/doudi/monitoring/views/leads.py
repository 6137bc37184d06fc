"""Leads: the list, taking one down, what to do with it; and the two pages that are open to everybody."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import public, requires
from doudi.accounts.permissions import Permission
from doudi.accounts.views.common import knock
from doudi.console.components import Tab, pager_of
from doudi.places.queries import options, place_name
from doudi.registry.views.asking import StaffRequest
from doudi.verification.forms.base import ActionForm

from ..actions.leads import answer_lead, link_lead, merge_lead, opened, report_lead, tell
from ..forms.leads import AnswerForm, CodeForm, LeadForm, LinkForm, MergeForm, TellForm
from ..models import Lead, LeadState
from ..queries import leads as query

PAGE, FORM = 30, ["GET", "HEAD", "POST"]


@requires(Permission.MONITORING_READ)
@require_safe
def lead_list(request: StaffRequest) -> HttpResponse:
    """Leads within reach: the waiting ones first."""
    state = request.GET.get("state", LeadState.RECEIVED)
    state = state if state in LeadState.values else LeadState.RECEIVED
    told = query.counts(request.user)
    rows = query.leads(request.user).filter(state=state).order_by("received_at")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    tabs = [Tab(s.label, f"?state={s.value}", told.get(s.value, 0), s.value == state) for s in LeadState]
    context = {
        "rows": query.rows_of(page), "tabs": tabs, "pager": pager_of(page, request.GET),
        "may_lead": request.user.may(Permission.LEAD_WRITE),
    }  # fmt: skip
    return render(request, "monitoring/leads.html", context)


@requires(Permission.LEAD_WRITE)
@require_http_methods(FORM)
def lead_new(request: StaffRequest) -> HttpResponse:
    """Take one down. The code for the reporter is shown once."""
    form = LeadForm(request.POST or None, places=query.places_for(request.user))
    if request.method == "POST" and form.is_valid():
        said = {"told": form.told(), "by": request.user, "on": timezone.localdate(), "at": timezone.now()}
        if form.carried_out(report_lead, **said):
            return render(request, "monitoring/lead_taken.html", {"receipt": form.result})
    return render(request, "monitoring/lead_new.html", {"form": form}, status=form.status)


@requires(Permission.MONITORING_READ)
@require_http_methods(FORM)
def lead_page(request: StaffRequest, number: str) -> HttpResponse:
    """One lead, and the three things that can be done with a waiting one."""
    lead = query.leads(request.user).filter(number=number).select_related("task", "household").first()
    if lead is None:
        raise Http404
    opened(lead=lead, by=request.user)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    forms: dict[str, ActionForm] = {
        "link": LinkForm(request.POST if do == "link" else None),
        "answer": AnswerForm(request.POST if do == "answer" else None),
        "merge": MergeForm(request.POST if do == "merge" else None),
    }  # fmt: skip
    if do in forms and _done(request, lead, do, forms[do]):
        return redirect("monitoring:lead", number)
    may = request.user.may(Permission.MONITORING_HANDLE, lead.division_code)
    context = {
        "lead": lead, "forms": forms, "place": place_name(lead.division_code), "answers": query.answers_of(lead),
        "may_handle": may and lead.state == LeadState.RECEIVED, "twins": query.lookalikes(lead, request.user),
    }  # fmt: skip
    return render(
        request, "monitoring/lead.html", context, status=422 if any(f.errors for f in forms.values()) else 200
    )


def _done(request: StaffRequest, lead: Lead, do: str, form: ActionForm) -> bool:
    if not form.is_valid():
        return False
    said = {"lead": lead, "by": request.user, "on": timezone.localdate(), "at": timezone.now()}
    if do == "answer":
        return form.carried_out(answer_lead, **said, outcome=form.cleaned_data["outcome"])
    if do == "link":
        home = query.household_of(form.cleaned_data["number"], request.user)
        if home is None:
            form.add_error("number", _("辖区内没有这个户编号，请核对；没有建档的请先登记家庭"))
            return False
        return form.carried_out(link_lead, **said, household=home)
    into = query.leads(request.user).filter(number=form.cleaned_data["into"].strip().upper()).first()
    if into is None:
        form.add_error("into", _("辖区内没有这个线索编号，请核对"))
        return False
    return form.carried_out(merge_lead, **said, into=into)


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM)
def tell_us(request: HttpRequest) -> HttpResponse:
    """Anybody tells of a family in hardship, with a name or without."""
    county = settings.DOUDI_COUNTY
    places = [*((code, place_name(code)) for code, _path in options(county, 9)), (county, _("不清楚"))]
    form = TellForm(request.POST or None, places=places)
    if request.method == "POST" and form.is_valid():
        said = {"told": form.told(), "on": timezone.localdate(), "at": timezone.now()}
        if form.carried_out(tell, **said, address=str(knock(request)["address"])):
            return render(request, "monitoring/told_us.html", {"receipt": form.result})
    return render(request, "monitoring/tell.html", {"form": form}, status=form.status)


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM)
def what_came(request: HttpRequest) -> HttpResponse:
    """Whoever has the code reads how far it is: days and coded words, nothing about anybody."""
    form, told = CodeForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        told = query.told(form.cleaned_data["code"])
        if told is None:
            form.add_error("code", _("没有这个查询码，请核对后再试"))
    return render(request, "monitoring/told.html", {"form": form, "told": told}, status=form.status)
