"""Pages: my jobs, one job with its progress, cancel, go on, download."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from doudi.console.access import requires
from doudi.console.components import pager_of

from . import actions, files, queries
from .models import Job, State

ERRORS_SHOWN = 100


@requires("jobs.read")
@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """One's own jobs, the newest first; all jobs for whoever runs the system."""
    rows = queries.visible_to(request.user).filter(is_scheduled=False)
    if request.GET.get("view") == "scheduled":
        rows = queries.visible_to(request.user).filter(is_scheduled=True)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {
        "jobs": page,
        "pager": pager_of(page, request.GET),
        "tabs": queries.tabs_for(request.user, request.GET.get("view", "")),
    }
    return render(request, "jobs/list.html", context)


@requires("jobs.read")
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One job: progress, files, what was wrong with which row."""
    job = _visible(request, pk)
    context = {
        "job": job,
        "progress": queries.progress_of(job, timezone.now()),
        "facts": queries.facts_of(job),
        "files": queries.files_of(job),
        "errors": job.errors[:ERRORS_SHOWN],
        "may_go_on": job.state == State.FAILED,
    }
    return render(request, "jobs/detail.html", context)


@requires("jobs.read")
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress region alone, for polling; once the job is over the page loads anew with its result."""
    job = _visible(request, pk)
    response = render(request, "console/_job.html", {"job": queries.progress_of(job, timezone.now())})
    if not job.is_open:
        response["HX-Refresh"] = "true"
    return response


@requires("jobs.read")
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the job; what is committed stays."""
    actions.cancel(job_id=_visible(request, pk).pk, at=timezone.now())
    return redirect("jobs:detail", pk)


@requires("jobs.read")
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a failed job from its last checkpoint."""
    actions.try_again(job_id=_visible(request, pk).pk)
    return redirect("jobs:detail", pk)


@requires("jobs.read")
@require_safe
def file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse | StreamingHttpResponse:
    """Download a file of one's own job."""
    job = get_object_or_404(Job, pk=pk, started_by_id=request.user.pk)
    found = get_object_or_404(files.downloadable(job), pk=file_pk)
    response = StreamingHttpResponse(files.open_file(found), content_type=found.media_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response["Content-Length"] = str(found.size)
    response["Cache-Control"] = "no-store"
    return response


def _visible(request: HttpRequest, pk: int) -> Job:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)
