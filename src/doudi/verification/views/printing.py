"""Printed forms: a consent, a pledge, a report."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.documents.forms import PrintStamp

from .. import printed
from ..actions import reading
from ..models import Pledge, Report, VerificationConsent
from .common import StaffRequest, files, pdf, the_row, today


def _stamp(request: StaffRequest) -> PrintStamp:
    by = request.user
    address = request.build_absolute_uri("/").rstrip("/")
    return PrintStamp(by.office, by.name, by.pk, timezone.now(), address)


@requires(Permission.DOCUMENT_READ)
@require_safe
@files
def consent(request: StaffRequest, pk: int) -> HttpResponse:
    """A consent as it was signed."""
    rows = VerificationConsent.objects.select_related("signature__signer", "signature__image", "person")
    given = the_row(request, rows, pk, Permission.DOCUMENT_READ)
    reading.printed(given, "consent", by=request.user, permission=Permission.DOCUMENT_READ)
    return pdf(printed.consent(given, _stamp(request), by=request.user), given.number)


@requires(Permission.DOCUMENT_READ)
@require_safe
@files
def pledge(request: StaffRequest, pk: int) -> HttpResponse:
    """A pledge as it was signed."""
    rows = Pledge.objects.select_related("signature__signer", "signature__image", "household")
    given = the_row(request, rows, pk, Permission.DOCUMENT_READ)
    reading.printed(given, "pledge", by=request.user, permission=Permission.DOCUMENT_READ)
    return pdf(printed.pledge(given, _stamp(request), by=request.user), given.number)


@requires(Permission.VERIFICATION_READ)
@require_safe
@files
def report(request: StaffRequest, pk: int) -> HttpResponse:
    """A report as it stands."""
    rows = Report.objects.select_related("household__head", "request")
    made = the_row(request, rows, pk, Permission.VERIFICATION_READ)
    reading.printed(made, "verification", by=request.user, permission=Permission.VERIFICATION_READ)
    return pdf(printed.report(made, _stamp(request), on=today()), made.number)
