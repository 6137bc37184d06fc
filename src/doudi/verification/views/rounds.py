"""Rounds of verification: the list, one round with its report, reasons, objections, corrections."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.console.components import Tab, pager_of
from doudi.documents.models import Kind
from doudi.jobs.models import Job
from doudi.jobs.queries import progress_of as job_progress
from doudi.registry.actions import Refused

from ..actions import judging, reading, reporting, requests
from ..forms.reports import CloseForm, CorrectionForm, ObjectionForm, ReasonForm, RequestForm
from ..models import CorrectionRequest, Query, Report, ReportItem, Request
from ..queries import pages
from ..queries.consents import standings
from ..queries.pledges import pledges_of
from ..queries.reports import report_items
from ..queries.requests import progress_of
from .common import StaffRequest, files, matter_of, the_household, the_row, today

VIEWS = (("open", "进行中"), ("waiting", "待市级查询"), ("done", "已出报告"))


@requires(Permission.VERIFICATION_READ)
@require_safe
def rounds(request: StaffRequest) -> HttpResponse:
    """The rounds within reach."""
    view = request.GET.get("view", "open")
    view = view if view in dict(VIEWS) else "open"
    found = Paginator(pages.requests_for(request.user, view), 50).get_page(request.GET.get("page"))
    url = reverse("verification:requests")
    tabs = [
        Tab(_(words), f"{url}?view={name}", pages.requests_for(request.user, name).count(), name == view)
        for name, words in VIEWS
    ]
    rows = [(one, progress_of(one)) for one in found]
    context = {"rows": rows, "tabs": tabs, "view": view, "pager": pager_of(found, request.GET)}
    return render(request, "verification/requests.html", context)


@requires(Permission.VERIFICATION_REQUEST)
@require_POST
@files
def ask(request: StaffRequest, number: str) -> HttpResponse:
    """Ask for a verification of a household."""
    home, on = the_household(request, number), today()
    form = RequestForm(request.POST, parties=[s.party for s in standings(home.pk, on)])
    matter = matter_of(request, home)
    if form.carried_out(
        lambda: requests.request(
            household=home,
            matter=matter,
            place=home.division_code,
            by=request.user,
            on=on,
            at=timezone.now(),
            **form.terms(),
        )
    ):
        return redirect("verification:request", form.result.pk)
    context = {"home": home, "form": form, "title": _("发起信息核对"), "button": _("发起核对")}
    return render(request, "verification/form.html", context, status=form.status)


def _the_round(request: StaffRequest, pk: int) -> Request:
    found = pages.request_for(request.user, pk)
    if found is None:
        raise Http404
    return found


@requires(Permission.VERIFICATION_READ)
@require_safe
@files
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One round: how far it is, and the report with its evidence table."""
    found = _the_round(request, pk)
    reading.opened(found, by=request.user)
    return _page(request, found)


def _page(request: StaffRequest, found: Request, *, refused: str = "", **forms: object) -> HttpResponse:
    staff, place = request.user, found.division_code
    page = pages.round_page(found, today())
    job = Job.objects.filter(pk=found.job_id or 0, started_by_id=staff.pk).first()
    current = page.is_current and page.objection is None
    may_judge = current and staff.may(Permission.VERIFICATION_REQUEST, place)
    context = {
        "page": page, "found": found, "home": found.household, "refused": refused,
        "job": job_progress(job, timezone.now()) if job and (job.is_open or job.message) else None,
        "may_run": found.closed_at is None and staff.may(Permission.VERIFICATION_RUN, place),
        "may_close": found.closed_at is None and staff.may(Permission.VERIFICATION_REQUEST, place),
        "may_judge": may_judge, "close": forms.get("close") or CloseForm(),
        "reasons": _reason_forms(page, forms.get("reason")) if may_judge else [],
        "expired": bool(page.report and page.report.expired(today())),
    }  # fmt: skip
    return render(request, "verification/request.html", context, status=422 if refused or forms else 200)


def _reason_forms(page: pages.RoundPage, sent: object) -> list[tuple[pages.Row, ReasonForm]]:
    """A form for every difference without a reason; the one that was refused keeps what was typed."""
    bad = sent if isinstance(sent, ReasonForm) else None
    open_rows = [row for row in page.rows if row.item.differs and (not row.item.reason or _is_of(bad, row))]
    return [(row, bad if bad and _is_of(bad, row) else ReasonForm(prefix=f"i{row.item.id}")) for row in open_rows]


def _is_of(form: ReasonForm | None, row: pages.Row) -> bool:
    return form is not None and form.prefix == f"i{row.item.id}"


def _act(request: StaffRequest, found: Request, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        return _page(request, found, refused=str(refused))
    return redirect("verification:request", found.pk)


@requires(Permission.VERIFICATION_RUN)
@require_POST
@files
def start(request: StaffRequest, pk: int) -> HttpResponse:
    """The county begins to ask, or goes on."""
    found = _the_round(request, pk)
    return _act(request, found, lambda: requests.start(request=found, by=request.user, on=today(), at=timezone.now()))


@requires(Permission.VERIFICATION_RUN)
@require_POST
@files
def ask_again(request: StaffRequest, pk: int) -> HttpResponse:
    """A source that refused or was silent is asked once more."""
    rows = Query.objects.select_related("request__household__head")
    query = the_row(request, rows, pk, Permission.VERIFICATION_READ)
    return _act(request, query.request,
                lambda: requests.ask_again(query=query, by=request.user, on=today(), at=timezone.now()))  # fmt: skip


@requires(Permission.VERIFICATION_REQUEST)
@require_POST
@files
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """Make the report without waiting for the rest."""
    found, form = _the_round(request, pk), CloseForm(request.POST)
    if form.carried_out(lambda: reporting.make(request=found, by=request.user, on=today(), at=timezone.now(),
                                               **form.cleaned_data)):  # fmt: skip
        return redirect("verification:request", pk)
    return _page(request, found, close=form)


@requires(Permission.VERIFICATION_REQUEST)
@require_POST
@files
def reason(request: StaffRequest, pk: int) -> HttpResponse:
    """Why an item differs."""
    rows = ReportItem.objects.select_related("report__request__household__head", "report__household")
    item = the_row(request, rows, pk, Permission.VERIFICATION_READ)
    form, home, at = ReasonForm(request.POST, request.FILES, prefix=f"i{pk}"), item.report.household, timezone.now()
    if form.carried_out(lambda: judging.judge(
            item=item, by=request.user, on=today(), at=at, document=form.stored(home, Kind.INCOME, request.user, at),
            **form.terms(list(pledges_of(home.pk))))):  # fmt: skip
        messages.success(request, _("原因已记录"))
        return redirect("verification:request", item.report.request_id)
    return _page(request, item.report.request, reason=form)


@requires(Permission.VERIFICATION_REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def objection(request: StaffRequest, pk: int) -> HttpResponse:
    """The family objects; with evidence it is looked at again."""
    rows = Report.objects.select_related("household__head", "request")
    report = the_row(request, rows, pk, Permission.VERIFICATION_READ)
    items = report_items(report, today())
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form, at = ObjectionForm(*sent, items=items), timezone.now()
    chosen = lambda: ReportItem.objects.filter(report=report, pk__in=form.cleaned_data["items"])  # noqa: E731
    if request.method == "POST" and form.carried_out(lambda: judging.object_to(
            report=report, words=form.cleaned_data["words"], items=list(chosen()), by=request.user, on=today(), at=at,
            document=form.stored(report.household, Kind.OTHER, request.user, at))):  # fmt: skip
        messages.success(request, _("异议已登记，已发起复核"))
        return redirect("verification:request", form.result.recheck_id)
    context = {
        "home": report.household,
        "form": form,
        "title": _("登记异议"),
        "button": _("登记并复核"),
        "upload": True,
    }
    return render(request, "verification/form.html", context, status=form.status)


@requires(Permission.VERIFICATION_READ)
@require_safe
def corrections(request: StaffRequest) -> HttpResponse:
    """Values sent back to their departments."""
    view = "all" if request.GET.get("view") == "all" else "open"
    found = Paginator(pages.corrections_for(request.user, view), 50).get_page(request.GET.get("page"))
    url = reverse("verification:corrections")
    tabs = [Tab(_("待答复"), url, current=view == "open"), Tab(_("全部"), f"{url}?view=all", current=view == "all")]
    context = {"rows": found, "tabs": tabs, "pager": pager_of(found, request.GET), "on": today()}
    return render(request, "verification/corrections.html", context)


@requires(Permission.VERIFICATION_REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def correction(request: StaffRequest, pk: int) -> HttpResponse:
    """Enter what a department answered."""
    rows = CorrectionRequest.objects.select_related("item__report__household__head", "item__report__request")
    found = the_row(request, rows, pk, Permission.VERIFICATION_READ)
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.carried_out(lambda: judging.answer_correction(
            correction=found, by=request.user, on=today(), at=timezone.now(), **form.cleaned_data)):  # fmt: skip
        messages.success(request, _("部门答复已登记"))
        return redirect("verification:corrections")
    context = {"home": found.item.report.household, "form": form, "title": _("登记部门答复"), "button": _("登记"),
               "correction": found}  # fmt: skip
    return render(request, "verification/form.html", context, status=form.status)
