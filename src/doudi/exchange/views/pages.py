"""What has gone out and come in, whom we could not find, keys, and the quarterly comparison."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TypeVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.queries import names_of
from doudi.accounts.roles import Role
from doudi.console.components import Tab, pager_of
from doudi.privacy.masking import mask_name
from doudi.registry.actions.refusal import Refused, refuse
from doudi.registry.exports import XLSX, write_xlsx
from doudi.registry.models import Household
from doudi.registry.queries.naming import spots
from doudi.registry.queries.visible import visible
from doudi.registry.views.asking import StaffRequest

from .. import actions
from ..actions import comparing
from ..actions.receiving import match_again
from ..forms import AsideForm, KeyForm, MatchForm
from ..keys import exchange_key
from ..models import Comparison, Incoming, Peer
from ..queries import feed
from ..queries.comparing import Part, Row
from ..queries.incoming import missing, unmatched

LENGTH = 50
M = TypeVar("M", bound=Model)


@requires(Permission.EXCHANGE_READ)
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """How the exchange stands."""
    return _home(request)


def _home(request: StaffRequest, *, key: KeyForm | None = None, token: str = "") -> HttpResponse:
    county, by = _county(request), request.user
    last, taken = feed.last_number(county), feed.acknowledged(county)
    strangers = unmatched(county)
    places = spots({row.township for row in strangers[:LENGTH] if row.township})
    context = {
        "last": last, "taken": taken, "waiting": last - taken, "latest": list(feed.latest(county)[:12]),
        "received": Incoming.objects.filter(county=county).count(), "missing": missing(county),
        "unmatched": [(r, places[r.township].township if r.township in places else "") for r in strangers[:LENGTH]],
        "unmatched_count": strangers.count(),
        "comparisons": Comparison.objects.filter(county=county).order_by("-quarter", "-version")[:8],
        "peers": Peer.objects.filter(county=county).order_by("-pk"), "names": _names(county),
        "may_write": by.may(Permission.EXCHANGE_WRITE), "may_issue": Role.RURAL_REVITALISATION in by.scope.roles,
        "key": key or KeyForm(), "token": token, "secret": exchange_key(county).hex() if token else "",
    }  # fmt: skip
    status = 422 if key is not None and key.errors else 200
    response = render(request, "exchange/home.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _county(request: StaffRequest) -> str:
    """The county for which somebody exchanges: always their own."""
    return min(request.user.scope.places(Permission.EXCHANGE_READ), key=len)


def _within(request: StaffRequest, rows: QuerySet[M]) -> M:
    """The one row, if it is of a county within reach, or 404."""
    found = request.user.scope.narrow(rows, Permission.EXCHANGE_READ, "county").first()
    if found is None:
        raise Http404
    return found


def _names(county: str) -> dict[int, str]:
    return names_of(Peer.objects.filter(county=county).values_list("staff_id", flat=True))


@requires(Permission.EXCHANGE_WRITE)
@require_POST
def issue(request: StaffRequest) -> HttpResponse:
    """A key for the other system, shown this once."""
    form = KeyForm(request.POST)
    county, at = _county(request), timezone.now()
    if form.carried_out(lambda: actions.issue_key(county=county, by=request.user, at=at, **form.cleaned_data)):
        return _home(request, token=form.result[1])
    return _home(request, key=form)


@requires(Permission.EXCHANGE_WRITE)
@require_POST
def revoke(request: StaffRequest, pk: int) -> HttpResponse:
    """A key opens nothing any more."""
    peer = _within(request, Peer.objects.filter(pk=pk))
    actions.revoke_key(peer=peer, by=request.user, at=timezone.now())
    messages.success(request, _("密钥已停用"))
    return redirect("exchange:home")


@requires(Permission.EXCHANGE_WRITE)
@require_POST
def again(request: StaffRequest) -> HttpResponse:
    """Look for the unmatched once more."""
    at = timezone.now()
    found = match_again(county=_county(request), by=request.user, on=timezone.localdate(at), at=at)
    messages.success(request, _("又匹配到 %(n)s 条") % {"n": found})
    return redirect("exchange:home")


@requires(Permission.EXCHANGE_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def incoming(request: StaffRequest, pk: int) -> HttpResponse:
    """An event of somebody we could not find: say who it is, or that it is nobody of ours."""
    event = _within(request, Incoming.objects.filter(pk=pk))
    aside = request.POST.get("do") == "aside"
    match = MatchForm(request.POST if request.method == "POST" and not aside else None)
    note = AsideForm(request.POST if aside else None)
    form = note if aside else match
    if request.method == "POST" and form.carried_out(lambda: _settled(request, event, form)):
        messages.success(request, _("已处理 %(n)s 号事件") % {"n": event.number})
        return redirect("exchange:home")
    context = {"event": event, "match": match, "aside": note, "form": form}
    return render(request, "exchange/incoming.html", context, status=form.status)


def _settled(request: StaffRequest, event: Incoming, form: MatchForm | AsideForm) -> Incoming:
    by, at = request.user, timezone.now()
    if isinstance(form, AsideForm):
        return actions.set_aside(incoming=event, note=form.cleaned_data["note"], by=by, at=at)
    wanted = form.cleaned_data["number"].strip()
    found = visible(Household.objects.filter(number=wanted, closed_on__isnull=True), by).first()
    if found is None:
        raise refuse("number", _("没有这个户编号，请核对。"))
    return actions.match(incoming=event, household=found, by=by, on=timezone.localdate(at), at=at)


@requires(Permission.EXCHANGE_WRITE)
@require_POST
def compile_report(request: StaffRequest) -> HttpResponse:
    """Compare as of today."""
    at = timezone.now()
    try:
        report = comparing.compile_comparison(
            county=_county(request), by=request.user, on=timezone.localdate(at), at=at
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("exchange:home")
    return redirect("exchange:comparison", report.pk)


def _the_report(request: StaffRequest, pk: int) -> Comparison:
    return _within(request, Comparison.objects.filter(pk=pk))


@requires(Permission.EXCHANGE_READ)
@require_safe
def comparison(request: StaffRequest, pk: int) -> HttpResponse:
    """The report as it was frozen."""
    return _report(request, _the_report(request, pk))


def _report(request: StaffRequest, report: Comparison, refused: str = "") -> HttpResponse:
    by, rows = request.user, comparing.rows_of(report)
    sizes = {p.value: sum(row.part == p for row in rows) for p in Part}
    part = request.GET.get("part", "")
    part = part if part in sizes else next((p for p, n in sizes.items() if n), Part.THEIRS_ONLY.value)
    township = request.GET.get("township", "")
    shown = [row for row in rows if row.part == part and township in ("", row.township)]
    page = Paginator(shown, LENGTH).get_page(request.GET.get("page"))
    context = {
        "report": report, "rows": [_for(by, row) for row in page], "pager": pager_of(page, request.GET), "part": part,
        "tabs": [Tab(p.label, f"?part={p.value}", sizes[p.value], p.value == part) for p in Part],
        "table": [(name, [(p.label, found[p]) for p in Part]) for name, found in report.counts.items()],
        "parts": list(Part), "totals": [(p.label, sizes[p.value]) for p in Part], "refused": refused,
        "names": names_of([i for i in (report.compiled_by_id, report.confirmed_by_id) if i]),
        "may_confirm": by.may(Permission.EXCHANGE_WRITE) and not report.confirmed_at and by.pk != report.compiled_by_id,
    }  # fmt: skip
    return render(request, "exchange/comparison.html", context, status=422 if refused else 200)


def _for(by: Staff, row: Row) -> Row:
    """Whom they do not watch they need not know: of those on our list alone their side reads a masked name."""
    hidden = row.part == Part.OURS_ONLY and not comparing.is_civil_affairs(by)
    return replace(row, name=mask_name(row.name), number="") if hidden else row


@requires(Permission.EXCHANGE_WRITE)
@require_POST
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """The other side says that it is so."""
    report = _the_report(request, pk)
    try:
        comparing.confirm_comparison(comparison=report, by=request.user, at=timezone.now())
    except Refused as refused:
        return _report(request, report, str(refused))
    messages.success(request, _("已确认，报告归档"))
    return redirect("exchange:comparison", pk)


@requires(Permission.EXCHANGE_READ)
@require_safe
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """The report as a spreadsheet, made from the frozen copy."""
    report = _the_report(request, pk)
    labels = dict(Part.choices)
    lines = [_for(request.user, row) for row in comparing.rows_of(report)]
    rows = [[str(labels[r.part]), r.township, r.village, r.number, r.name, r.ours, r.theirs] for r in lines]
    ending: list[list[str]] = [[], [f"{report.number}  SM3 {report.digest}"]]
    stream = io.BytesIO()
    headings = [_("差异"), _("乡镇"), _("村（社区）"), _("户编号"), _("户主"), _("我方"), _("对方")]
    write_xlsx(stream, headings, [*rows, *ending], sheet=report.number)
    comparing.exported(report, by=request.user)
    response = HttpResponse(stream.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{report.number}.xlsx") or "attachment"
    response["Cache-Control"] = "no-store"
    return response
