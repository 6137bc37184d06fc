"""Freshness, the list of batches, one batch, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.console.components import Progress, Tab, pager_of
from doudi.jobs.models import Job
from doudi.jobs.models import State as JobState
from doudi.jobs.queries import progress_of
from doudi.registry.actions import Conflict, Refused
from doudi.registry.exports import XLSX
from doudi.registry.views.asking import StaffRequest

from ..access import contracts_for
from ..actions import handling
from ..actions.correcting import correction
from ..actions.receiving import receive
from ..contracts import CONTRACTS
from ..forms.batches import CorrectForm, MappingForm, ReasonForm, SendForm
from ..models import Batch, State, Way
from ..queries import batches as query
from ..queries import freshness as fresh

WHICH = (("open", "在办"), ("landed", "已入库"), ("all", "全部"))
LENGTH = 50


@requires(Permission.FEED_READ)
@require_safe
def freshness(request: StaffRequest) -> HttpResponse:
    """How fresh each source is that is somebody's business."""
    ours = {one.key for one in contracts_for(request.user)}
    rows = [row for row in fresh.sources(timezone.localdate()) if row.key in ours]
    told = {
        tone: sum(row.tone == tone for row in rows) for tone in ("ok", "late", "red", "never")
    }  # fmt: skip
    may_send = request.user.may(Permission.FEED_WRITE)
    return render(request, "feeds/freshness.html", {"rows": rows, "told": told, "may_send": may_send})


@requires(Permission.FEED_READ)
@require_safe
def batches(request: StaffRequest) -> HttpResponse:
    """The batches, the newest first."""
    which, source = request.GET.get("which", "open"), request.GET.get("source", "")
    which = which if which in dict(WHICH) else "open"
    found = query.batches_for(request.user, contract=source, which=which)
    page = Paginator(found, LENGTH).get_page(request.GET.get("page"))
    url = reverse("feeds:batches")
    more = f"&source={source}" if source in CONTRACTS else ""
    tabs = [
        Tab(_(words), f"{url}?which={name}{more}", query.batches_for(request.user, contract=source, which=name).count(),
            name == which) for name, words in WHICH
    ]  # fmt: skip
    rows = [(batch, CONTRACTS[batch.contract]) for batch in page]
    context = {
        "rows": rows, "tabs": tabs, "pager": pager_of(page, request.GET), "source": CONTRACTS.get(source),
        "may_send": request.user.may(Permission.FEED_WRITE),
    }  # fmt: skip
    return render(request, "feeds/batches.html", context)


@requires(Permission.FEED_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: StaffRequest) -> HttpResponse:
    """Take a file of a department."""
    given = {"contract": request.GET.get("source", "")}
    form = SendForm(request.POST or None, request.FILES or None, staff=request.user, initial=given)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        file = told["file"]
        if form.carried_out(
            receive, contract=told["contract"], file_name=file.name, stream=file.file, way=Way.UPLOAD,
            as_of=told["as_of"], **_who_and_when(request),
        ):  # fmt: skip
            return redirect("feeds:batch", form.result.pk)
    return _asked(request, form, _("上传部门数据"), _("上传并检查"), reverse("feeds:batches"), has_file=True)


def _who_and_when(request: StaffRequest) -> dict[str, Any]:
    return {"by": request.user, "on": timezone.localdate(), "at": timezone.now()}


def _asked(
    request: StaffRequest, form: Any, title: str, button: str, back: str, *, has_file: bool = False
) -> HttpResponse:  # fmt: skip
    context = {"form": form, "title": title, "button": button, "back": back, "has_file": has_file}
    return render(request, "feeds/form.html", context, status=form.status)


def the_batch(request: StaffRequest, pk: int) -> Batch:
    """The batch, if it is somebody's business; else 404."""
    found = query.batch_for(request.user, pk)
    if found is None:
        raise Http404
    return found


@requires(Permission.FEED_READ)
@require_safe
def batch(request: StaffRequest, pk: int) -> HttpResponse:
    """What was understood, what was not, and what may be done next."""
    one = the_batch(request, pk)
    contract = CONTRACTS[one.contract]
    may = request.user.may(Permission.FEED_WRITE)
    context = {
        "batch": one, "contract": contract, "columns": query.mapped(one, contract), "may": may,
        "rejects": query.rejects(one) if may and not one.purged_at else [],
        "short": handling.is_short(one), "corrections": query.corrections(one),
        "obstacle": handling.obstacle_to_landing(one, whole=True) if one.state == State.PREVIEWED else "",
        "doubts": query.open_doubts(one), "is_last": handling.last_landed(one) == one.pk, "job": _job_of(one),
        "pairs_url": f"{reverse('feeds:pairs')}?source={one.contract}" if one.state == State.LANDED else "",
    }  # fmt: skip
    return render(request, "feeds/batch.html", context)


def _job_of(one: Batch) -> Progress | None:
    """How far the job is, for whoever started it."""
    job = Job.objects.filter(pk=one.job_id or 0).first() if one.state in query.OPEN else None
    return progress_of(job, timezone.now()) if job and (job.is_open or job.state == JobState.FAILED) else None


@requires(Permission.FEED_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: StaffRequest, pk: int) -> HttpResponse:
    """Say under which heading each column stands."""
    one = the_batch(request, pk)
    form = MappingForm(request.POST or None, batch=one, contract=CONTRACTS[one.contract])
    if request.method == "POST" and form.is_valid():
        chosen = dict(form.cleaned_data)
        if _done(request, form, handling.map_columns, batch=one, mapping=chosen, by=request.user, at=timezone.now()):
            return redirect("feeds:batch", one.pk)
    return _asked(request, form, _("对应列"), _("按这样重新读取"), reverse("feeds:batch", args=[pk]))


def _done(request: StaffRequest, form: Any, action: Callable[..., Any], **fixed: Any) -> bool:
    """Whether a form's action was done; what somebody else changed meanwhile is said above the form."""
    try:
        return bool(form.carried_out(action, **fixed))
    except Conflict:
        form.add_error(None, _("这一批数据已有变动，请返回看过最新情况再办。"))
        return False


@requires(Permission.FEED_WRITE)
@require_POST
def land(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the good rows in."""
    one = the_batch(request, pk)
    try:
        handling.land(batch=one, by=request.user, at=timezone.now(), whole=request.POST.get("whole") == "on")
    except Refused as refused:
        messages.error(request, str(refused))
    except Conflict:
        messages.error(request, _("这一批数据已有变动，请看过最新情况再办。"))
    return redirect("feeds:batch", one.pk)


@requires(Permission.FEED_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: StaffRequest, pk: int) -> HttpResponse:
    """Do not use the file."""
    return _with_reason(request, pk, handling.refuse_batch, _("不采用这份文件"), _("不采用"))


@requires(Permission.FEED_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a wrong batch back."""
    return _with_reason(request, pk, handling.take_back, _("撤回这一批数据"), _("撤回"))


def _with_reason(request: StaffRequest, pk: int, action: Callable[..., Any], title: str, button: str) -> HttpResponse:
    one = the_batch(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if _done(request, form, action, batch=one, reason=reason, by=request.user, at=timezone.now()):
            return redirect("feeds:batch", one.pk)
    return _asked(request, form, title, button, reverse("feeds:batch", args=[pk]))


@requires(Permission.FEED_WRITE)
@require_safe
def correction_xlsx(request: StaffRequest, pk: int) -> HttpResponse:
    """The rejected rows, to be corrected and sent again."""
    one = the_batch(request, pk)
    content = correction(one, by=request.user)
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type=XLSX)
    name = _("需更正-%(id)s.xlsx") % {"id": one.pk}
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


@requires(Permission.FEED_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the corrected rows back, as a batch linked to the first."""
    one = the_batch(request, pk)
    form = CorrectForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if form.carried_out(
            receive, contract=one.contract, file_name=file.name, stream=file.file, way=Way.UPLOAD, corrects=one,
            as_of=one.as_of, **_who_and_when(request),
        ):  # fmt: skip
            return redirect("feeds:batch", form.result.pk)
    return _asked(request, form, _("上传更正的行"), _("上传并检查"), reverse("feeds:batch", args=[pk]), has_file=True)
