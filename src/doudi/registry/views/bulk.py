"""Many at once: lists out, files in."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.documents import actions as papers
from doudi.documents.models import Document, Kind, Retention
from doudi.documents.owners import Owner
from doudi.documents.queries import readable_by
from doudi.documents.sniffing import Refused as BadFile
from doudi.registry.actions.refusal import Refused
from doudi.registry.exporting import start_export
from doudi.registry.exports import XLSX
from doudi.registry.forms.base import words
from doudi.registry.imports import Preview, Unreadable, correction_file, preview, start_import
from doudi.registry.queries import households as query
from doudi.registry.queries.capped import capped

from . import filters
from .asking import StaffRequest

SHOWN = 200


class ExportForm(forms.Form):
    """What the list is for."""

    reason = words(gettext_lazy("导出用途"), hint=gettext_lazy("写清用在哪里，会记录在案并印在文件末尾"))


class ImportForm(forms.Form):
    """The file of an office."""

    file = forms.FileField(
        label=gettext_lazy("名册文件"),
        help_text=gettext_lazy("xlsx、xls 或 csv，第一行或标题下一行是列名：姓名、身份证号、与户主关系等"),
        error_messages={"required": gettext_lazy("请选择文件"), "empty": gettext_lazy("文件是空的，请核对")},
    )


@requires(Permission.LIST_EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: StaffRequest) -> HttpResponse:
    """Ask what the list is for, then make it in the background."""
    on, wish = timezone.localdate(), filters.wish_of(request.GET)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            job = start_export(wish=wish, reason=reason, by=request.user, on=on, at=timezone.now())
            return redirect("jobs:detail", job.pk)
        except Refused as refused:
            form.add_error("reason", str(refused))
    counted = not (wish.members or wish.size)  # over a county those would take seconds
    number = capped(query.households(wish, staff=request.user, on=on)) if counted else None
    bar = filters.household_bar(request, wish, on)
    context = {"form": form, "number": number, "bar": bar}
    return render(request, "registry/export.html", context, status=422 if form.errors else 200)


@requires(Permission.IMPORT_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: StaffRequest) -> HttpResponse:
    """Take a file; it is kept, encrypted, for thirty days, and shown before anything is saved."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            return redirect("registry:import_preview", _kept(request, file).pk)
        except (BadFile, Unreadable) as problem:
            form.add_error("file", str(problem))
    return render(request, "registry/import.html", {"form": form}, status=422 if form.errors else 200)


@requires(Permission.IMPORT_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def import_preview(request: StaffRequest, pk: int) -> HttpResponse:
    """The rows as understood and what is wrong with which; then import what is right."""
    document, content, seen = _seen(request, pk)
    if request.method == "POST":
        on, at = timezone.localdate(), timezone.now()
        name = str(document.name)
        job = start_import(content=content, file_name=name, by=request.user, on=on, at=at, document=document.pk)
        return redirect("jobs:detail", job.pk)
    context = {"document": document, "seen": seen, "errors": seen.errors[:SHOWN], "good": seen.good[:20]}
    return render(request, "registry/import_preview.html", context)


@requires(Permission.IMPORT_RUN)
@require_safe
def import_correction(request: StaffRequest, pk: int) -> HttpResponse:
    """The bad rows as a spreadsheet that can be corrected and imported again."""
    _document, _content, seen = _seen(request, pk)
    response = HttpResponse(correction_file(seen), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, _("需更正.xlsx")) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


def _kept(request: StaffRequest, file: object) -> Document:
    """Store the upload; Unreadable if it is no table with the headings we need."""
    content = file.read()  # type: ignore[attr-defined]
    preview(content, by=request.user, on=timezone.localdate(), registered=False)
    file.seek(0)  # type: ignore[attr-defined]
    place = min(request.user.scope.places(Permission.IMPORT_RUN), key=len)
    return papers.store(
        by=request.user,
        source=file.file,  # type: ignore[attr-defined]
        name=file.name,  # type: ignore[attr-defined]
        kind=Kind.IMPORT,
        owner=Owner("import", uuid4().hex, place),
        at=timezone.now(),
        retention=Retention.MONTH,
    )


def _seen(request: StaffRequest, pk: int) -> tuple[Document, bytes, Preview]:
    document = readable_by(request.user).filter(pk=pk, kind=Kind.IMPORT, uploaded_by=request.user).first()
    if document is None:
        raise Http404
    content = b"".join(papers.read(by=request.user, document=document, purpose=_("导入名册")))
    return document, content, preview(content, by=request.user, on=timezone.localdate())
