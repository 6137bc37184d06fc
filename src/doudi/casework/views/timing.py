"""The clocks of one case, the answer to a notice of a late one, and the report on how the limits were kept."""

from __future__ import annotations

import io
from datetime import date
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.audit.actions import record
from doudi.registry.actions.refusal import Refused
from doudi.registry.exports import XLSX, Cell, write_xlsx
from doudi.registry.views.asking import StaffRequest

from ..actions.escalating import answer
from ..forms.timing import AnswerEscalationForm, ReportForm
from ..models import Escalation
from ..queries.clock_head import heads
from ..queries.clock_report import HEADINGS, Wish, cells, report
from ..queries.escalations import escalations_of, is_for
from .common import cases, the_case


@requires(Permission.CASE_READ)
@require_safe
@cases
def clock_list(request: StaffRequest, number: str) -> HttpResponse:
    """Every clock of a case with its bar and clause, the pauses, and who was told."""
    now = timezone.now()
    today = timezone.localdate(now)
    application = the_case(request, number)
    told = [(one, is_for(one.escalation, request.user)) for one in escalations_of(application, today)]
    context = {
        "application": application,
        "heads": heads(application, today=today, now=now),
        "told": told,
        "form": AnswerEscalationForm(),
    }
    return render(request, "casework/clocks.html", context)


@requires(Permission.CASE_READ)
@require_POST
@cases
def answer_escalation(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Whoever was told says what will be done."""
    application = the_case(request, number)
    escalation = Escalation.objects.filter(application=application, pk=pk).select_related("application").first()
    if escalation is None:
        raise Http404
    try:
        answer(escalation=escalation, note=request.POST.get("note", "")[:300], by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已答复"))
    return redirect("casework:clocks", number)


@requires(Permission.FIGURES_READ)
@require_safe
def clock_report(request: StaffRequest) -> HttpResponse:
    """How the limits were kept, and by how many pauses."""
    today = timezone.localdate()
    form = _form(request, today)
    wish = form.wish() if form.is_valid() else None
    context = {"form": form, "wish": wish, "report": report(wish, today) if wish else None}
    return render(request, "casework/clock_report.html", context, status=200 if wish else 422)


@requires(Permission.FIGURES_READ)
@require_safe
def clock_report_xlsx(request: StaffRequest) -> HttpResponse:
    """The same figures as a file: sums only, nobody's name."""
    today = timezone.localdate()
    form = _form(request, today)
    if not form.is_valid():
        return redirect("casework:clock_report")
    wish = form.wish()
    told = report(wish, today)
    stream = io.BytesIO()
    rows = [*map(cells, told.rows), cells(told.total)]
    write_xlsx(stream, [str(h) for h in HEADINGS], cast(list[list[Cell]], rows), sheet=_("时限报告"))
    record(by=request.user, action="clock_report.export", detail=_asked(wish))
    answer = HttpResponse(stream.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="clocks-{today:%Y%m%d}.xlsx"'
    return answer


def _form(request: StaffRequest, today: date) -> ReportForm:
    return ReportForm({**ReportForm.usual(today), **request.GET.dict()}, staff=request.user)


def _asked(wish: Wish) -> dict[str, str]:
    return {"by": wish.by, "since": str(wish.since), "until": str(wish.until), "key": wish.key,
            "programme": wish.programme, "place": wish.place}  # fmt: skip
