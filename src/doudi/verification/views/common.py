"""What the views share: the file within reach, where to go back, and what to say when somebody was faster."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone

from doudi.accounts.permissions import Permission
from doudi.registry.models import Household
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.reach import files, the_household

M = TypeVar("M", bound=Model)

__all__ = ["StaffRequest", "files", "matter_of", "pdf", "the_household", "the_row", "today"]


def today() -> date:
    """The day in the county."""
    return timezone.localdate()


def the_row(request: StaffRequest, rows: QuerySet[M], pk: int, permission: Permission) -> M:
    """The row with an id within reach, or 404."""
    found = request.user.scope.narrow(rows.filter(pk=pk), permission).first()
    if found is None:
        raise Http404
    return found


def matter_of(request: StaffRequest, household: Household) -> str:
    """The matter of the address, else the household's own."""
    said = (request.GET.get("matter") or request.POST.get("matter") or "")[:60]
    kind, _, number = said.partition(":")
    good = kind.isascii() and kind.isalpha() and number.isascii() and number.isdigit()
    return said if good and kind != "household" else f"household:{household.pk}"


def pdf(content: bytes, name: str) -> HttpResponse:
    """A printed form."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
