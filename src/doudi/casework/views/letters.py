"""Letters on paper."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.documents.forms import PrintStamp
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.presenting import pdf

from ..actions.reading import printed
from ..printing.decision_letter import print_letters
from ..queries.determinations import in_force
from .common import cases, the_case


@requires(Permission.CASE_READ)
@require_safe
@cases
def decision(request: StaffRequest, number: str) -> HttpResponse:
    """The letter of the determination in force; printing is on record."""
    application = the_case(request, number)
    made = in_force(application)
    if made is None:
        raise Http404
    by = request.user
    stamp = PrintStamp(by.office, by.name, by.pk, timezone.now(), request.build_absolute_uri("/").rstrip("/"))
    printed(application, by=by, form="decision_letter")
    return pdf(print_letters([made], stamp), f"{made.number}.pdf")
