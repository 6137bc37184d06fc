"""Notices that stand, and what is announced in a village; both as pages and as sheets for the board."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.console.components import pager_of
from doudi.places.queries import options
from doudi.registry.views.asking import StaffRequest

from ..actions.reading import printed_list
from ..models import PublicNotice
from ..printing.notice_sheet import print_notices
from ..printing.publication import print_publication
from ..queries.notices import published_in, up_in, visible_notices
from .papers import shown, stamp_of

PAGE, LARGEST = 50, 200


@requires(Permission.CASE_READ)
@require_safe
def notice_list(request: StaffRequest) -> HttpResponse:
    """Every notice within reach: those standing first, with the day they end."""
    rows = visible_notices(request.user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    standing = sorted({n.division_code for n in page if not n.taken_down_on and n.last_day >= today})
    context = {"notices": page, "pager": pager_of(page, request.GET), "today": today, "villages": _named(standing)}
    return render(request, "casework/notices.html", context)


def _named(codes: list[str]) -> list[tuple[str, str]]:
    names = dict(pair for code in {c[:9] for c in codes} for pair in options(code, 12))
    return [(code, names.get(code, code)) for code in codes]


@requires(Permission.CASE_READ)
@require_POST
def notices_print(request: StaffRequest) -> HttpResponse:
    """The chosen notices as sheets, one a village."""
    picked = [pk for pk in request.POST.getlist("pick")[:LARGEST] if pk.isascii() and pk.isdigit() and len(pk) < 19]
    return _sheet(request, list(visible_notices(request.user).filter(pk__in=picked)))


@requires(Permission.CASE_READ)
@require_safe
def notice_sheet(request: StaffRequest, code: str) -> HttpResponse:
    """The sheet of one village: everything that stands there today."""
    today = timezone.localdate()
    rows = visible_notices(request.user).filter(pk__in=up_in(code, today).values("pk"))
    return _sheet(request, list(rows))


def _sheet(request: StaffRequest, notices: list[PublicNotice]) -> HttpResponse:
    if not notices:
        context = {"message": _("没有可以打印的公示，请先选择正在公示的申请。")}
        return render(request, "400.html", context, status=422)
    answer = shown(request, lambda: print_notices(notices, stamp_of(request)), "notices")
    if answer.status_code == 200:
        printed_list(by=request.user, form="notice_sheet", place=notices[0].division_code[:9], n=len(notices))
    return answer


@requires(Permission.CASE_READ)
@require_safe
def publications(request: StaffRequest) -> HttpResponse:
    """Which villages there are, and what is announced in the chosen one."""
    villages = _villages(request)
    wanted = request.GET.get("place", "")
    code = wanted if wanted in dict(villages) else (villages[0][0] if villages else "")
    rows = list(published_in(code, timezone.localdate())) if code else []
    context: dict[str, Any] = {"villages": villages, "code": code, "name": dict(villages).get(code, ""), "rows": rows}
    return render(request, "casework/publications.html", context)


def _villages(request: StaffRequest) -> list[tuple[str, str]]:
    return [pair for place in request.user.scope.places(Permission.CASE_READ) for pair in options(place, 12)]


@requires(Permission.CASE_READ)
@require_safe
def publication_pdf(request: StaffRequest, code: str) -> HttpResponse:
    """The list of one village for its board."""
    if not request.user.may(Permission.CASE_READ, code) or len(code) != 12:
        raise Http404
    today = timezone.localdate()
    rows = list(published_in(code, today).select_related("determination__application"))
    answer = shown(request, lambda: print_publication(code, rows, today, stamp_of(request)), code)
    if answer.status_code == 200:
        printed_list(by=request.user, form="publication", place=code, n=len(rows))
    return answer
