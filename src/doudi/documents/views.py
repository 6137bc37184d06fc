"""Pages: add a document to its owner, look at one, take one out of use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import public, requires
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.privacy.sealed_files import Tampered

from . import actions, queries, sniffing
from .forms.stamp import is_genuine
from .models import Document, Kind
from .owners import find_owner
from .upload import UploadForm

INLINE = frozenset(kind.media_type for kind in sniffing.IMAGES)


@requires(Permission.DOCUMENT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, owner_kind: str, owner_id: str) -> HttpResponse:
    """Add a file to a household, a person …"""
    staff = cast(Staff, request.user)
    owner = find_owner(staff, owner_kind, owner_id)
    if owner is None:
        raise Http404
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "documents/upload.html", {"form": form, "owner": owner}, status=status)
    file, kind = form.cleaned_data["file"], Kind(form.cleaned_data["kind"])
    actions.store(by=staff, source=file.file, name=file.name, kind=kind, owner=owner, at=timezone.now())
    return redirect(owner.url or request.path)


@requires(Permission.DOCUMENT_READ)
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The file itself, on the record: an image is shown, anything else is downloaded, nothing is ever run."""
    return sent(request, get_object_or_404(queries.readable_by(cast(Staff, request.user)), pk=pk))


def sent(request: HttpRequest, document: Document) -> HttpResponse | StreamingHttpResponse:
    """The answer with the content of a document that was found for somebody."""
    try:
        pieces = actions.read(by=cast(Staff, request.user), document=document)
    except (Tampered, FileNotFoundError):
        message = _("这份材料在存储中已损坏或丢失，请联系系统管理员从备份恢复，编号 %(id)s") % {"id": document.pk}
        return render(request, "409.html", {"message": message}, status=409)
    return _guarded(StreamingHttpResponse(pieces), document)


@requires(Permission.DOCUMENT_WRITE)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a document out of use; a reason is needed."""
    staff = cast(Staff, request.user)
    document = get_object_or_404(queries.readable_by(staff), pk=pk)
    reason = request.POST.get("reason", "").strip()[:200]
    if len(reason) < 2:
        return render(request, "400.html", {"message": _("请写明作废的原因")}, status=422)
    actions.discard(by=staff, document=document, reason=reason, at=timezone.now())
    owner = find_owner(staff, document.owner_kind, document.owner_id)
    return redirect(owner.url if owner and owner.url else "console:workbench")


@public
@require_safe
def verify(request: HttpRequest, form: str, number: str, moment: str, operator: int, code: str) -> HttpResponse:
    """What the QR code of a print opens: whether this site made it, and nothing about the people in it."""
    genuine = is_genuine(form, number, moment, operator, code)
    context = {"genuine": genuine, "number": number, "printed_at": _moment(moment) if genuine else None}
    return render(request, "documents/verify.html", context, status=200 if genuine else 404)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _guarded(response: StreamingHttpResponse, document: Document) -> StreamingHttpResponse:
    attachment = document.media_type not in INLINE
    response["Content-Type"] = document.media_type
    response["Content-Length"] = str(document.size)
    response["Content-Disposition"] = content_disposition_header(attachment, str(document.name)) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
