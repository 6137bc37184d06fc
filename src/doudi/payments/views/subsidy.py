"""The price subsidy: months since 2019, an index entered, confirmed and corrected, the list begun."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.console.components import Tab
from doudi.registry.actions.refusal import Refused
from doudi.registry.imports.reading import Unreadable
from doudi.registry.views.asking import StaffRequest

from ..actions import subsidy_import as files
from ..actions import subsidy_index as indices
from ..actions.subsidy_starting import start_subsidy
from ..forms.subsidy import CorrectionForm, FileForm, IndexForm, StartForm
from ..models import IndexRelease
from ..queries import subsidy_page as pages
from ..queries.subsidy_index import Level
from ..queries.subsidy_months import months

SALT = "payments.subsidy.import"
VIEWS = (
    ("", gettext_lazy("近两年")),
    ("reached", gettext_lazy("达到启动条件")),
    ("all", gettext_lazy("2019 年以来")),
)
RECENT = 24


def _county() -> str:
    return str(settings.DOUDI_COUNTY)


@requires(Permission.PAYMENT_READ)
@require_safe
def subsidy(request: StaffRequest) -> HttpResponse:
    """Every month with its index, the line, and what was paid."""
    view, rows = request.GET.get("view", ""), months(_county(), timezone.localdate())
    reached = [row for row in rows if row.triggered or pages.nation_reached(row)]
    shown = {"reached": reached, "all": rows}.get(view, rows[:RECENT])
    tabs = [
        Tab(label, f"?view={key}" if key else "?", len(reached) if key == "reached" else None, current=key == view)
        for key, label in VIEWS
    ]
    context = {"rows": shown, "tabs": tabs, "overview": pages.overview(_county(), rows), "may": pages.may(request.user)}
    return render(request, "payments/subsidy.html", context)


@requires(Permission.PAYMENT_READ)
@require_safe
def month(request: StaffRequest, month: str) -> HttpResponse:
    """One month: the proof, who gets what, the runs, what is different since."""
    return _month_page(request, _the_month(month))


@requires(Permission.SUBSIDY_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: StaffRequest) -> HttpResponse:
    """The index of a month."""
    form = IndexForm(request.POST or None, initial={"month": request.GET.get("month", "")})
    if request.method == "POST" and form.is_valid():
        said = {"level": Level(form.cleaned_data["level"]), "month": form.cleaned_data["month"]}
        if form.carried_out(indices.enter, county=_county(), figures=form.figures(), **said, **_by(request)):
            messages.success(request, _("已录入，等另一人复核"))
            return redirect("payments:subsidy_month", f"{form.result.month:%Y-%m}")
    return render(request, "payments/subsidy_index.html", {"form": form}, status=form.status)


@requires(Permission.SUBSIDY_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: StaffRequest, pk: int) -> HttpResponse:
    """Another row in the place of a wrong one."""
    release = get_object_or_404(IndexRelease, pk=pk, county=_county(), replaced_at__isnull=True)
    form = CorrectionForm(request.POST or None, release)
    if request.method == "POST" and form.is_valid():
        said = {"release": release, "figures": form.figures(), "because": form.cleaned_data["because"]}
        if form.carried_out(indices.correct, **said, **_by(request)):
            messages.success(request, _("已更正，等另一人复核"))
            return redirect("payments:subsidy_month", f"{release.month:%Y-%m}")
    context = {"form": form, "release": release, "level": pages.level_label(release)}
    return render(request, "payments/subsidy_index.html", context, status=form.status)


@requires(Permission.SUBSIDY_CONFIRM)
@require_POST
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """The second person has compared it with the source."""
    release = get_object_or_404(IndexRelease, pk=pk, county=_county())
    try:
        indices.confirm(release=release, by=request.user, at=timezone.now())
    except Refused as refused:
        return _month_page(request, release.month, refused=str(refused))
    messages.success(request, _("已复核"))
    return redirect("payments:subsidy_month", f"{release.month:%Y-%m}")


@requires(Permission.PAYMENT_MAKE)
@require_POST
def start(request: StaffRequest, month: str) -> HttpResponse:
    """Begin the list of a month, or a further one for those who were missed."""
    day, form = _the_month(month), StartForm(request.POST)
    if form.is_valid():
        said = {"county": _county(), "month": day, "stands_in_accepted": form.cleaned_data["stands_in"]}
        if form.carried_out(start_subsidy, **said, **_by(request)):
            messages.success(request, _("已启动，名单正在生成"))
            return redirect("payments:run", form.result.pk)
    return _month_page(request, day, form=form)


@requires(Permission.SUBSIDY_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: StaffRequest) -> HttpResponse:
    """A file of months: shown first, entered when nothing in it is wrong."""
    if "rows" in request.POST:
        return _import(request)
    form = FileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        said, level = form.cleaned_data, Level(form.cleaned_data["level"])
        today = timezone.localdate()
        try:
            seen = files.preview(said["file"].read(), county=_county(), level=level, source=said["source"], on=today)
            kept = {"level": level.value, "source": said["source"], "rows": [_packed(row) for row in seen.rows]}
            context |= {"seen": seen, "level": level.label, "kept": signing.dumps(kept, salt=SALT, compress=True)}
        except Unreadable as problem:
            form.add_error("file", str(problem))
    wrong = form.errors or (context.get("seen") and context["seen"].wrong)
    return render(request, "payments/subsidy_import.html", context, status=422 if wrong else 200)


def _import(request: StaffRequest) -> HttpResponse:
    """The rows that were shown, as they were shown."""
    try:
        kept = signing.loads(request.POST["rows"], salt=SALT, max_age=3600)
        rows = [_unpacked(row) for row in kept["rows"]]
        said = {"county": _county(), "level": Level(kept["level"]), "source": kept["source"], "rows": rows}
        done = files.import_months(**said, **_by(request))
    except signing.BadSignature:
        messages.error(request, _("预览已过期，请重新上传文件。"))
        return redirect("payments:subsidy_import")
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("payments:subsidy_import")
    messages.success(request, _("已录入 %(n)s 个月，等另一人复核") % {"n": len(done)})
    return redirect("payments:subsidy")


def _packed(row: files.Row) -> dict[str, Any]:
    said = asdict(row)
    return said | {name: said[name] and said[name].isoformat() for name in ("month", "released_on")}


def _unpacked(said: dict[str, Any]) -> files.Row:
    days = {name: date.fromisoformat(said[name]) if said[name] else None for name in ("month", "released_on")}
    return files.Row(**(said | days))


def _by(request: StaffRequest) -> dict[str, Any]:
    return {"by": request.user, "on": timezone.localdate(), "at": timezone.now()}


def _the_month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Http404 from None


def _month_page(request: StaffRequest, day: date, form: StartForm | None = None, refused: str = "") -> HttpResponse:
    found = pages.page_of(_county(), day, by=request.user, today=timezone.localdate())
    if found is None:
        raise Http404
    failed = bool(refused or (form and form.errors))
    context = {"page": found, "form": form or StartForm(), "refused": refused, "may": pages.may(request.user)}
    return render(request, "payments/subsidy_month.html", context, status=422 if failed else 200)
