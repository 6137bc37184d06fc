"""Finance: the year's money on one page, funds and budgets, the books, and all of it as office files."""

from __future__ import annotations

import io
from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.console.components import pager_of
from doudi.places.queries import place_name
from doudi.registry.exports import XLSX
from doudi.registry.views.asking import StaffRequest

from ..actions import budgeting
from ..actions.reading import exported
from ..exporting import NAMES, write_book
from ..forms.finance import BudgetForm, FundForm, InflowForm
from ..kinds import Book, Programme, Source
from ..models import Fund, Posting
from ..queries import finance as figures
from ..queries import ledger as books

LENGTH = 100


def _county() -> str:
    return str(settings.DOUDI_COUNTY)


def _year(request: StaffRequest) -> int:
    today = timezone.localdate()
    text = request.GET.get("year", "")
    return int(text) if text.isdigit() and 2021 <= int(text) <= today.year + 1 else today.year


@requires(Permission.LEDGER_READ)
@require_safe
def finance(request: StaffRequest) -> HttpResponse:
    """Execution, timeliness, returns, subsidies and reserve funds of a year."""
    county, year = _county(), _year(request)
    context = {
        "year": year,
        "years": figures.years_of(county, timezone.localdate()),
        "executions": figures.executions(county, year),
        "by_fund": figures.executions_by_fund(county, year),
        "months": _by_month(county, year),
        "timeliness": figures.timeliness(county, year),
        "failures": figures.failures(county, year),
        "subsidies": figures.subsidies(county, year),
        "reserves": figures.reserves(county, year),
        "sheets": NAMES.items(),
    }
    return render(request, "payments/finance.html", context)


def _by_month(county: str, year: int) -> list[tuple[str, list[int], int]]:
    spent = figures.spent_by_month(county, year)
    rows = [(str(Programme(p).label), [spent[p][m] for m in range(1, 13)]) for p in Programme.values if p in spent]
    return [(label, fens, sum(fens)) for label, fens in rows]


@requires(Permission.LEDGER_READ)
@require_safe
def finance_xlsx(request: StaffRequest, sheet: str) -> HttpResponse:
    """One of the office's tables as a workbook; taking it is on record."""
    if sheet not in NAMES:
        raise Http404
    county, year = _county(), _year(request)
    stream = io.BytesIO()
    write_book(stream, sheet, county=county, year=year, on=timezone.localdate())
    exported(by=request.user, what=sheet, place=county, detail={"year": year})
    answer = HttpResponse(stream.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{sheet}-{year}.xlsx"'
    return answer


@requires(Permission.LEDGER_READ)
@require_safe
def funds(request: StaffRequest) -> HttpResponse:
    """Every fund with what is on its account, and the budgets beside."""
    rows = Fund.objects.filter(county=_county())
    told = [(one, books.balance_of(Book.FUND, one.county, fund=one)) for one in rows]
    context = {
        "rows": told,
        "by_fund": figures.executions_by_fund(_county(), _year(request)),
        "year": _year(request),
        "may_approve": request.user.may(Permission.PAYMENT_APPROVE),
    }
    return render(request, "payments/funds.html", context)


@requires(Permission.PAYMENT_APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def open_fund(request: StaffRequest) -> HttpResponse:
    """A new pot of money."""
    form = FundForm(request.POST or None, initial={"rank": 10 * (Fund.objects.count() + 1)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data | {"source": Source(form.cleaned_data["source"])}
        if form.carried_out(budgeting.open_fund, county=_county(), by=request.user, at=timezone.now(), **said):
            messages.success(request, _("已开设“%(n)s”") % {"n": form.result.name})
            return redirect("payments:funds")
    return _form_page(request, form, _("开设资金"))


@requires(Permission.PAYMENT_APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def inflow(request: StaffRequest) -> HttpResponse:
    """Money has come."""
    now = timezone.localtime()
    form = InflowForm(request.POST or None, funds=_open_funds(), today=now.date(), initial={"on": now.date()})
    ready = request.method == "POST" and form.is_valid()
    if ready and form.carried_out(budgeting.receive, by=request.user, at=now, **form.cleaned_data):
        messages.success(request, _("已记账：%(t)s") % {"t": form.result.text})
        return redirect("payments:funds")
    return _form_page(request, form, _("登记到账"))


@requires(Permission.PAYMENT_APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def budget(request: StaffRequest) -> HttpResponse:
    """A budget is authorised, or some of it taken back."""
    now = timezone.localtime()
    first = {"on": now.date(), "year": now.year}
    form = BudgetForm(request.POST or None, funds=_open_funds(), today=now.date(), initial=first)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data | {"programme": Programme(form.cleaned_data["programme"])}
        if form.carried_out(budgeting.authorise, by=request.user, at=now, **said):
            messages.success(request, _("已记账：%(t)s") % {"t": form.result.text})
            return redirect("payments:funds")
    return _form_page(request, form, _("下达预算"))


def _open_funds() -> QuerySet[Fund]:
    return Fund.objects.filter(county=_county(), is_open=True)


def _form_page(request: StaffRequest, form: FundForm | InflowForm, title: str) -> HttpResponse:
    return render(request, "payments/money_form.html", {"form": form, "title": title}, status=form.status)


@requires(Permission.LEDGER_READ)
@require_safe
def trial_balance(request: StaffRequest) -> HttpResponse:
    """The trial balance as of today."""
    told = books.trial_balance(_county(), timezone.localdate())
    return render(request, "payments/trial_balance.html", {"told": told})


@requires(Permission.LEDGER_READ)
@require_safe
def fund_statement(request: StaffRequest, pk: int) -> HttpResponse:
    """What came to a fund and what went from it in a year."""
    fund = get_object_or_404(Fund, pk=pk, county=_county())
    since, until = _span(_year(request))
    rows = books.of_fund(fund, since=since, until=until)
    return _statement(request, rows, fund.name)


@requires(Permission.LEDGER_READ)
@require_safe
def township_statement(request: StaffRequest, code: int) -> HttpResponse:
    """The postings that concern a township in a year."""
    since, until = _span(_year(request))
    rows = books.of_township(str(code), since=since, until=until)
    return _statement(request, request.user.scope.narrow(rows, Permission.LEDGER_READ), place_name(str(code)))


def _span(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31) + timedelta(days=1)


def _statement(request: StaffRequest, rows: QuerySet[Posting], title: str) -> HttpResponse:
    page = Paginator(rows, LENGTH).get_page(request.GET.get("page"))
    context = {"page": page, "pager": pager_of(page, request.GET), "title": title, "year": _year(request)}
    return render(request, "payments/ledger_statement.html", context)
