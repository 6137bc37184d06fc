"""What a household was paid: on a page, and on paper for the family."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.documents.forms import PrintStamp
from doudi.registry.models import Household
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.presenting import pdf
from doudi.registry.views.reach import files, the_household

from ..actions.reading import statement_read
from ..printing.statement import print_statement
from ..queries import statements as told

FIRST_YEAR = 2021


@requires(Permission.PAYMENT_READ)
@require_safe
@files
def statement(request: StaffRequest, number: str) -> HttpResponse:
    """Every payment of a year with its why and state; each opening is recorded."""
    home, year = the_household(request, number), _year(request)
    found = _told(home, year, request)
    statement_read(household=home, by=request.user, printed=False)
    this = timezone.localdate().year
    years = list(range(this, max(FIRST_YEAR, home.opened_on.year, this - 5) - 1, -1))
    return render(request, "payments/statement.html", {"told": found, "year": year, "years": years})


@requires(Permission.PAYMENT_READ)
@require_safe
@files
def statement_pdf(request: StaffRequest, number: str) -> HttpResponse:
    """The same on paper, for the family."""
    home, by = the_household(request, number), request.user
    stamp = PrintStamp(by.office, by.name, by.pk, timezone.now(), request.build_absolute_uri("/").rstrip("/"))
    content = print_statement(_told(home, _year(request), request), stamp)
    statement_read(household=home, by=by, printed=True)
    return pdf(content, f"{home.number}-{_year(request)}.pdf")


def _told(home: Household, year: int, request: StaffRequest) -> told.Statement:
    return told.statement(home, since=date(year, 1, 1), until=date(year + 1, 1, 1), staff=request.user)


def _year(request: StaffRequest) -> int:
    text, this = request.GET.get("year", ""), timezone.localdate().year
    return int(text) if text.isdigit() and FIRST_YEAR <= int(text) <= this + 1 else this
