"""Runs: the list, one run with its lines, one line with its why, and what goes on paper."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.accounts.queries import names_of
from doudi.audit.actions import Subject, record
from doudi.console.components import Tab, pager_of
from doudi.documents.forms import PrintStamp
from doudi.jobs.models import Job
from doudi.jobs.queries import progress_of
from doudi.places.queries import place_name
from doudi.registry.exports import XLSX
from doudi.registry.queries.naming import spots
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.presenting import pdf

from ..actions import runs as acts
from ..forms.runs import BecauseForm, DropForm, HoldForm, StartForm, SubmitForm, VersionForm
from ..kinds import RunKind, RunState
from ..models import PaymentLine, PaymentRun
from ..printing.run_list import print_list, write_list
from ..queries import runs as reads
from ..queries.runs_clock import needs_clock, pay_clock
from ..queries.runs_totals import totals
from .relief_after import the

PAGE = 50


@requires(Permission.PAYMENT_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def runs(request: StaffRequest) -> HttpResponse:
    """Every run, newest first; the maker begins one here."""
    now = timezone.now()
    today = timezone.localdate(now)
    places = request.user.scope.places(Permission.PAYMENT_MAKE)
    form = StartForm(request.POST if request.method == "POST" else None, initial={"month": today})
    if request.method == "POST" and form.carried_out(
        lambda: acts.start_run(
            county=places[0][:6] if places else "", kind=RunKind.MONTHLY, by=request.user, on=today, at=now,
            month=form.cleaned_data["month"],
        )
    ):  # fmt: skip
        return redirect("payments:run", form.result.pk)
    page = Paginator(reads.runs_for(request.user), PAGE).get_page(request.GET.get("page"))
    rows = [(run, pay_clock(run, today) if needs_clock(run) else None) for run in page]
    context = {"rows": rows, "pager": pager_of(page, request.GET), "form": form if places else None}
    return render(request, "payments/runs.html", context, status=form.status)


@requires(Permission.PAYMENT_READ)
@require_safe
def run(request: StaffRequest, pk: int) -> HttpResponse:
    """One run: how far, totals, what changed, its lines; and what this person may do next."""
    return run_page(request, the(reads.runs_for(request.user), pk))


def run_page(request: StaffRequest, one: PaymentRun, refused: str = "", form: Any = None) -> HttpResponse:
    """The page of a run, also after a step that was refused."""
    today, rows = timezone.localdate(), reads.lines_for(one, request.user)
    wish = wish_of(request, one)
    lines = Paginator(reads.narrowed(rows, wish), PAGE).get_page(request.GET.get("page"))
    gone = reads.gone_for(one, request.user) if wish.view == "changes" and not wish.change else []
    whole = request.user.may(Permission.PAYMENT_READ, one.division_code)
    own = one.figures if whole else {"rows": totals(reads.in_list(rows).order_by(), "programme", "residence")}
    context = {
        "run": one, "steps": reads.steps_of(one), "clock": pay_clock(one, today) if needs_clock(one) else None,
        "figures": own, "whole": whole, "falls": reads.waterfall(one) if whole else [], "gone": gone,
        "townships": [(place_name(r["township"]), r) for r in one.figures.get("townships", [])] if whole else [],
        "tabs": _tabs(one, rows, wish), "wish": wish, "rows": reads.shown(list(lines)),
        "pager": pager_of(lines, request.GET), "job": _job(request, one), "refused": refused,
        "names": names_of([i for i in (one.made_by_id, one.checked_by_id, one.approved_by_id) if i]),
        "doors": _doors(request, one, form),
    }  # fmt: skip
    return render(request, "payments/run.html", context, status=422 if refused or form else 200)


def wish_of(request: StaffRequest, one: PaymentRun) -> reads.Wish:
    """The filters of an address; a draft opens where something waits."""
    said = {
        name: request.GET.get(name, "")[:40] for name in ("change", "programme", "residence", "place", "reason", "name")
    }
    held = one.state == RunState.DRAFT and bool(one.figures.get("held"))
    view = request.GET.get("view", "") or ("held" if held and not any(said.values()) else "all")
    return reads.Wish(view if view in reads.VIEWS else "all", **said)


def _tabs(one: PaymentRun, rows: Any, wish: reads.Wish) -> list[Tab]:
    numbers = reads.counts(rows)
    return [
        Tab(label, f"?{urlencode({'view': view})}", numbers[view], wish.view == view, view == "held")
        for view, label in reads.VIEWS.items()
    ]


def _job(request: StaffRequest, one: PaymentRun) -> Any:
    """How far the job is, for whoever started it; everybody else sees the state."""
    if one.state not in (RunState.BUILDING, RunState.LOCKING):
        return None
    job = Job.objects.filter(pk=one.job_id or 0, started_by_id=request.user.pk).first()
    return progress_of(job, timezone.now()) if job else None


def _doors(request: StaffRequest, one: PaymentRun, form: Any) -> dict[str, Any]:
    """The forms of the steps that this person may take now; nothing else is offered."""
    staff, place, version = request.user, one.division_code, {"version": one.version}
    make, check = staff.may(Permission.PAYMENT_MAKE, place), staff.may(Permission.PAYMENT_CHECK, place)
    approve = staff.may(Permission.PAYMENT_APPROVE, place)
    held, found = one.figures.get("held", 0), {}
    match RunState(one.state):
        case RunState.DRAFT if make:
            found = {"submit": SubmitForm(initial=version, held=held), "rebuild": VersionForm(initial=version)}
            found |= {"check_again": VersionForm(initial=version), "cancel": BecauseForm(initial=version)}
        case RunState.SUBMITTED if check and staff.pk != one.made_by_id:
            found = {"check": VersionForm(initial=version), "send_back": BecauseForm(initial=version)}
        case RunState.CHECKED if approve and staff.pk not in (one.made_by_id, one.checked_by_id):
            found = {"approve": VersionForm(initial=version), "send_back": BecauseForm(initial=version)}
        case RunState.SUBMITTED | RunState.CHECKED if make:
            found = {"cancel": BecauseForm(initial=version)}
        case RunState.BUILDING if make and not acts.job_is_open(one):
            found = {"build_on": VersionForm(initial=version)}
        case RunState.LOCKING if approve and not acts.job_is_open(one):
            found = {"approve": VersionForm(initial=version)}
        case _:
            pass
    return found | ({form[0]: form[1]} if form and form[0] in found else {})


@requires(Permission.PAYMENT_READ)
@require_safe
def run_line(request: StaffRequest, pk: int) -> HttpResponse:
    """One line: how much, for whom, why, to which account, what stands against it."""
    return line_page(request, the_line(request, pk))


def the_line(request: StaffRequest, pk: int) -> PaymentLine:
    """A line within reach."""
    rows = PaymentLine.objects.select_related("run", "household__head", "award__person", "account", "fund")
    return the(request.user.scope.narrow(rows, Permission.PAYMENT_READ), pk)


def line_page(request: StaffRequest, line: PaymentLine, form: Any = None) -> HttpResponse:
    """The page of a line, also after a decision that was refused."""
    record(by=request.user, action="payment_line.viewed",
           subject=Subject("payment_line", str(line.pk), line.division_code))  # fmt: skip
    may = line.run.state == RunState.DRAFT and request.user.may(Permission.PAYMENT_MAKE, line.division_code)
    holds = list(line.holds.order_by("pk"))
    forms = {"hold": HoldForm(), "drop": DropForm(), "release": HoldForm()} if may else {}
    context = {
        "line": line, "name": reads.name_of(line), "parts": reads.parts_of(line, request.user), "may": may,
        "place": spots([line.division_code])[line.division_code].path,
        "people": list(line.people.select_related("person").order_by("pk")),
        "holds": [(h, reads.seen_words(h), reads.ADVICE[h.reason], may and reads.releasable(h)) for h in holds],
        "forms": forms | ({form[0]: form[1]} if form else {}),
        "names": names_of([h.released_by_id for h in holds if h.released_by_id]),
    }  # fmt: skip
    return render(request, "payments/run_line.html", context, status=422 if form else 200)


@requires(Permission.PAYMENT_READ)
@require_safe
def run_xlsx(request: StaffRequest, pk: int) -> HttpResponse:
    """The list as a workbook, as far as it is within reach."""
    one = the(reads.runs_for(request.user), pk)
    _told(request, one, "xlsx")
    stream = io.BytesIO()
    write_list(stream, one, reads.lines_for(one, request.user))
    response = HttpResponse(stream.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{one.number}.xlsx"'
    response["Cache-Control"] = "no-store"
    return response


@requires(Permission.PAYMENT_READ)
@require_safe
def run_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """资金发放表, to sign and to file; within reach."""
    one = the(reads.runs_for(request.user), pk)
    _told(request, one, "pdf")
    staff, address = request.user, request.build_absolute_uri("/").rstrip("/")
    stamp = PrintStamp(staff.office, staff.name, staff.pk, timezone.now(), address)
    return pdf(print_list(one, reads.lines_for(one, staff), stamp), f"{one.number}.pdf")


def _told(request: StaffRequest, one: PaymentRun, form: str) -> None:
    subject = Subject("payment_run", str(one.pk), one.division_code)
    record(by=request.user, action="run.exported", subject=subject, detail={"run": one.number, "form": form})
