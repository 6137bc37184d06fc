"""Letters of decisions on paper: one from its case, many from the list."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.console.components import pager_of
from doudi.registry.views.asking import StaffRequest

from ..actions.reading import printed, printed_list
from ..printing.decision_letter import print_letters
from ..queries.cases import who_it_is_about
from ..queries.determinations import in_force, letters_for
from .common import cases, the_case
from .papers import shown, stamp_of

PAGE, LARGEST = 50, 1000


@requires(Permission.CASE_READ)
@require_safe
@cases
def decision(request: StaffRequest, number: str) -> HttpResponse:
    """The letter of the determination in force; printing is on record."""
    application = the_case(request, number)
    made = in_force(application)
    if made is None:
        raise Http404
    answer = shown(request, lambda: print_letters([made], stamp_of(request)), made.number)
    if answer.status_code == 200:
        printed(application, by=request.user, form="decision_letter")
    return answer


@requires(Permission.CASE_READ)
@require_safe
def letter_list(request: StaffRequest) -> HttpResponse:
    """The letters within reach, the newest first; those of refusals still to be delivered are marked."""
    page = Paginator(letters_for(request.user), PAGE).get_page(request.GET.get("page"))
    rows = [(made, who_it_is_about(made.application)) for made in page]
    context = {"rows": rows, "pager": pager_of(page, request.GET), "today": timezone.localdate()}
    return render(request, "casework/letters.html", context)


@requires(Permission.CASE_READ)
@require_POST
def letters_print(request: StaffRequest) -> HttpResponse:
    """The chosen letters as one file."""
    rows = list(letters_for(request.user).filter(number__in=request.POST.getlist("pick")[:LARGEST]))
    if not rows:
        return render(request, "400.html", {"message": _("请先选择要打印的决定书。")}, status=422)
    answer = shown(request, lambda: print_letters(rows, stamp_of(request)), "letters")
    if answer.status_code == 200:
        printed_list(by=request.user, form="decision_letter", place=rows[0].division_code[:6], n=len(rows))
    return answer
