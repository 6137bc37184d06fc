"""Papers of a case as PDF: each printing is on record, and nothing is printed that the guard refuses."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.documents.forms import PrintStamp
from doudi.registry.actions.refusal import Refused
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.presenting import pdf

from ..actions.reading import printed
from ..models import Application
from ..printing.acceptance_slip import print_slip
from ..printing.application_form import print_application
from ..printing.certificate import print_certificate
from ..printing.confirmation_sheet import print_sheet
from ..printing.gap_notice import print_gaps
from ..printing.hearing_record import print_hearing
from ..queries.certifying import certifiable
from ..queries.gaps import notice_of_gaps
from .common import cases, the_case

Print = Callable[[StaffRequest, Application], bytes | None]


def stamp_of(request: StaffRequest) -> PrintStamp:
    """Who prints, when, and where a code can be checked."""
    by = request.user
    return PrintStamp(by.office, by.name, by.pk, timezone.now(), request.build_absolute_uri("/").rstrip("/"))


def shown(request: StaffRequest, make: Callable[[], bytes | None], name: str) -> HttpResponse:
    """A PDF; 404 where there is none; in words what must not be in it."""
    try:
        content = make()
    except Refused as refused:
        context = {"message": "；".join(p.message for p in refused.problems)}
        return render(request, "409.html", context, status=409)
    if content is None:
        raise Http404
    return pdf(content, f"{name}.pdf")


def _application(request: StaffRequest, application: Application) -> bytes | None:
    return print_application(application, stamp_of(request))


def _slip(request: StaffRequest, application: Application) -> bytes | None:
    if application.accepted_on is None:
        return None
    return print_slip(application, stamp_of(request), today=timezone.localdate(), now=timezone.now())


def _gaps(request: StaffRequest, application: Application) -> bytes | None:
    notice = notice_of_gaps(application)
    return print_gaps(notice, stamp_of(request)) if notice else None


def _sheet(request: StaffRequest, application: Application) -> bytes | None:
    return print_sheet(application, stamp_of(request)) if application.accepted_on else None


def _certificate(request: StaffRequest, application: Application) -> bytes | None:
    today = timezone.localdate()
    made = certifiable(application, today)
    return print_certificate(made, stamp_of(request), on=today) if made else None


def _hearing(request: StaffRequest, application: Application) -> bytes | None:
    return print_hearing(application, stamp_of(request))


PAPERS: dict[str, Print] = {
    "application": _application, "slip": _slip, "gaps": _gaps, "procedure": _sheet, "certificate": _certificate,
    "hearing": _hearing,
}  # fmt: skip


@requires(Permission.CASE_READ)
@require_safe
@cases
def paper(request: StaffRequest, number: str, form: str) -> HttpResponse:
    """One paper of a case. 404 where the case has none: not accepted, nothing missing, nothing in force."""
    application = the_case(request, number)
    make = PAPERS.get(form)
    if make is None:
        raise Http404
    answer = shown(request, lambda: make(request, application), f"{number}-{form}")
    if answer.status_code == 200:
        printed(application, by=request.user, form=form)
    return answer
