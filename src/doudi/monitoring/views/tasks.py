"""One task: what was found, who goes, what came back, how it ends."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.registry.actions import Conflict
from doudi.registry.views.asking import StaffRequest

from ..actions.assigning import assign, may_go
from ..actions.disposing import dispose, reopen
from ..actions.holding import hold_payment
from ..actions.recording import record
from ..actions.visits import report_visit
from ..forms.tasks import AssignForm, DisposeForm, NoteForm, VisitForm
from ..models import OPEN_TASK, VisitTask
from ..queries.board import tasks
from ..queries.field import pack_of
from ..queries.task_page import page_of

FORM = ["GET", "HEAD", "POST"]


def the_task(request: StaffRequest, number: str) -> VisitTask:
    """The task with a number within reach, or 404."""
    rows = tasks(request.user).select_related("household__head", "coordinator")
    found = rows.filter(number=number).first()
    if found is None:
        raise Http404
    return found


@requires(Permission.MONITORING_READ)
@require_safe
def task_page(request: StaffRequest, number: str) -> HttpResponse:
    """Everything about it; looking at it goes on record."""
    task, on = the_task(request, number), timezone.localdate()
    record(task, "read", request.user)
    handles = request.user.may(Permission.MONITORING_HANDLE, task.division_code)
    is_open = task.state in OPEN_TASK
    context = {
        "task": task, "told": page_of(task, request.user, on), "is_open": is_open, "may_handle": handles,
        "may_visit": is_open and request.user.may(Permission.MONITORING_VISIT, task.division_code),
        "may_hold": request.user.may(Permission.AWARD_WRITE, task.division_code),
        "assign_form": AssignForm(people=may_go(task, timezone.now())) if handles and is_open else None,
    }  # fmt: skip
    return render(request, "monitoring/task.html", context)


@requires(Permission.MONITORING_HANDLE)
@require_POST
def task_assign(request: StaffRequest, number: str) -> HttpResponse:
    """Send somebody."""
    task, at = the_task(request, number), timezone.now()
    form = AssignForm(request.POST, people=may_go(task, at))
    if form.is_valid():
        sent = assign(numbers=[number], to=form.chosen(), by=request.user, on=timezone.localdate(), at=at)
        for _number, why in sent.skipped:
            messages.warning(request, why)
        if sent.done:
            messages.success(request, _("已派单"))
    return redirect("monitoring:task", number)


@requires(Permission.MONITORING_VISIT)
@require_http_methods(FORM)
def task_visit(request: StaffRequest, number: str) -> HttpResponse:
    """Report a visit at a desk. The version and the id of the form travel with it, as a phone's would."""
    task, on, at = the_task(request, number), timezone.localdate(), timezone.now()
    pack = pack_of(task, on)
    form = VisitForm(request.POST or None, initial={"visited_on": on, "hour": timezone.localtime(at).hour})
    if request.method == "POST" and form.is_valid():
        try:
            said = {
                "number": number, "version": _int(request.POST.get("version")), "answers": {}, "place": "",
                "by": request.user, "on": on, "at": at, "client_id": _uuid(request.POST.get("client_id")),
            }  # fmt: skip
            if form.carried_out(report_visit, **said, **form.arguments()):
                messages.success(request, _("已登记入户情况"))
                return redirect("monitoring:task", number)
        except Conflict as changed:
            return _changed(request, str(changed), number)
    context = {"form": form, "task": task, "pack": pack, "client_id": uuid.uuid4(), "version": pack.version}
    return render(request, "monitoring/visit.html", context, status=form.status)


@requires(Permission.MONITORING_HANDLE)
@require_http_methods(FORM)
def task_dispose(request: StaffRequest, number: str) -> HttpResponse:
    """End a task."""
    task, on = the_task(request, number), timezone.localdate()
    told = page_of(task, request.user, on)
    people = [(one.person_id, one.name) for one in told.pack.members]
    signals = [(one.warning.indicator, one.title) for one in told.warnings if one.warning.state == "raised"]
    start = {"disposition": task.proposed}
    form = DisposeForm(request.POST or None, people=people, signals=signals, initial=start)
    if request.method == "POST" and form.is_valid():
        said = {"number": number, "choice": form.choice(), "by": request.user, "on": on, "at": timezone.now()}
        try:
            if form.carried_out(dispose, **said, version=_int(request.POST.get("version"))):
                messages.success(request, _("已办结"))
                return redirect("monitoring:task", number)
        except Conflict:
            return _changed(request, _("这件任务刚刚被其他人办理过，请看最新情况后再办。"), number)
    context = {"form": form, "task": task, "told": told}
    return render(request, "monitoring/dispose.html", context, status=form.status)


@requires(Permission.MONITORING_HANDLE)
@require_http_methods(FORM)
def task_reopen(request: StaffRequest, number: str) -> HttpResponse:
    """Take a closed task up again."""
    task, form = the_task(request, number), NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {"number": number, "by": request.user, "on": timezone.localdate(), "at": timezone.now()}
        if form.carried_out(reopen, **said, **form.cleaned_data):
            messages.success(request, _("已重新打开"))
            return redirect("monitoring:task", number)
    context = {"form": form, "task": task, "title": _("重新打开任务"), "verb": _("重新打开")}
    return render(request, "monitoring/note.html", context, status=form.status)


@requires(Permission.AWARD_WRITE)
@require_http_methods(FORM)
def task_hold(request: StaffRequest, number: str) -> HttpResponse:
    """Let payment rest from the next month until the review is decided."""
    task, form = the_task(request, number), NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {"task": task, "by": request.user, "on": timezone.localdate(), "at": timezone.now()}
        if form.carried_out(hold_payment, **said, **form.cleaned_data):
            messages.success(request, _("已暂停发放"))
            return redirect("monitoring:task", number)
    context = {"form": form, "task": task, "title": _("核查期间暂停发放"), "verb": _("暂停发放")}
    return render(request, "monitoring/note.html", context, status=form.status)


def _changed(request: StaffRequest, message: str, number: str) -> HttpResponse:
    context = {"message": message, "back_url": reverse("monitoring:task", args=[number])}
    return render(request, "409.html", context, status=409)


def _int(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _uuid(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return uuid.uuid4()
