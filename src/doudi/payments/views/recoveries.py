"""Money that must come back: the list, one demand, its steps, its letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.awards.models import Award
from doudi.awards.queries.pages import citation
from doudi.console.components import pager_of
from doudi.documents.forms import PrintStamp
from doudi.kernel.money import parse_yuan
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.presenting import pdf
from doudi.registry.views.reach import files, the_household

from ..actions import recoveries as acting
from ..forms.bank import KeepForm, ReasonForm, RecoveryForm, RepayForm, WaiveForm
from ..models import Instalment, PaymentRun, Recovery
from ..printing.recovery_letter import print_demand
from ..queries import recoveries as query
from .acting import asked

LENGTH = 50


@requires(Permission.PAYMENT_READ)
@require_safe
def recoveries(request: StaffRequest) -> HttpResponse:
    """Every demand within reach, and what was found paid too much."""
    by = request.user
    page = Paginator(query.recoveries_within(by), LENGTH).get_page(request.GET.get("page"))
    run = PaymentRun.objects.filter(kind="monthly").order_by("-month", "-pk").first()
    context = {
        "rows": query.owed_of(list(page)), "pager": pager_of(page, request.GET),
        "found": query.too_much(run, by)[:LENGTH] if run else [], "may_make": by.may(Permission.PAYMENT_MAKE),
    }  # fmt: skip
    return render(request, "payments/recoveries.html", context)


def months_of(text: str) -> dict[date, int]:
    """What is written a month a line; ValueError names the line."""
    found: dict[date, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not (words := line.replace("，", " ").replace(",", " ").split()):
            continue
        try:
            year, month = (int(part) for part in words[0].split("-"))
            day, fen = date(year, month, 1), int(parse_yuan(words[1]))
        except (ValueError, IndexError) as error:
            said = {"n": number, "line": line.strip()[:30]}
            raise ValueError(_("第 %(n)s 行“%(line)s”请写成“2026-05 200.00”这样。") % said) from error
        found[day] = found.get(day, 0) + fen
    return found


@requires(Permission.PAYMENT_MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def recovery_new(request: StaffRequest, number: str) -> HttpResponse:
    """Ask a household for money back."""
    home = the_household(request, number)
    award = Award.objects.filter(household=home, number=request.GET.get("award", "")).first()
    programme = award.programme if award else request.GET.get("programme", "")
    given = {"programme": programme, "months": request.GET.get("months", "")}
    form = RecoveryForm(request.POST or None, initial=given)
    back = reverse("payments:recoveries")
    if request.method == "POST" and form.is_valid() and _demanded(request, form, home, award):
        messages.success(request, _("已提出，等另一人同意"))
        return redirect("payments:recovery", form.result.number)
    explains = _("由发放复核岗同意后才算应追回。骗取的按社会救助法第七十三条；其他情形先说明、再商量退还。")
    return asked(request, form, _("追回多发资金"), back, home.number, explains=explains)


def _demanded(request: StaffRequest, form: RecoveryForm, home: Any, award: Award | None) -> bool:
    said: dict[str, Any] = dict(form.cleaned_data)
    try:
        said["months"] = months_of(said["months"])
    except ValueError as problem:
        form.add_error("months", str(problem))
        return False
    said["keep_fen_month"] = said["keep_fen_month"] or 0
    now = {"by": request.user, "on": timezone.localdate(), "at": timezone.now()}
    return form.carried_out(acting.open_recovery, household=home, award=award, **said, **now)


def the_recovery(request: StaffRequest, number: str) -> Recovery:
    """A demand within reach, or 404."""
    found = query.recoveries_within(request.user).filter(number=number).select_related("fund", "award").first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Step:
    """Something that can be done with a demand: by whom, in which states."""

    label: str | Promise
    act: Callable[..., Any]
    form: type[Any]
    permission: Permission
    states: tuple[str, ...]
    takes: tuple[str, ...] = ("on", "at")


MAKE, CHECK = Permission.PAYMENT_MAKE, Permission.PAYMENT_CHECK


def _agree(because: str, **said: Any) -> Any:
    return acting.approve(**said)


STEPS: Mapping[str, Step] = {
    "approve": Step(gettext_lazy("同意追回"), _agree, ReasonForm, CHECK, ("waiting",)),
    "refuse": Step(gettext_lazy("不同意"), acting.turn_down, ReasonForm, CHECK, ("waiting",), ("on",)),
    "repay": Step(gettext_lazy("登记退还"), acting.repay, RepayForm, MAKE, ("open",)),
    "keep": Step(gettext_lazy("按月扣回"), acting.keep_back, KeepForm, MAKE, ("open",), ()),
    "waive": Step(gettext_lazy("免予追回"), acting.waive, WaiveForm, CHECK, ("open",)),
}


@requires(Permission.PAYMENT_READ)
@require_safe
def recovery(request: StaffRequest, number: str) -> HttpResponse:
    """One demand: months, clauses, what came back, what can be done."""
    one, by = the_recovery(request, number), request.user
    owed = query.owed_of([one])[0]
    steps = [
        (name, step) for name, step in STEPS.items()
        if owed.state in step.states and by.may(step.permission, one.division_code)
    ]  # fmt: skip
    context = {
        "owed": owed, "one": one, "steps": steps, "clauses": [citation(clause) for clause in one.clauses],
        "months": sorted(one.months.items()), "parts": Instalment.objects.filter(recovery=one),
    }  # fmt: skip
    return render(request, "payments/recovery.html", context)


@requires(Permission.PAYMENT_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_step(request: StaffRequest, number: str, name: str) -> HttpResponse:
    """One step of a demand."""
    one, step = the_recovery(request, number), STEPS.get(name)
    if step is None:
        raise Http404
    permit(request.user, step.permission, place=one.division_code)
    form, back = step.form(request.POST or None), reverse("payments:recovery", args=[number])
    now = {"on": timezone.localdate(), "at": timezone.now()}
    if request.method == "POST" and form.is_valid():
        said = {key: now[key] for key in step.takes} | form.cleaned_data
        if form.carried_out(step.act, recovery=one, by=request.user, **said):
            messages.success(request, _("已办理：%(what)s") % {"what": step.label})
            return redirect(back)
    owed = query.owed_of([one])[0]
    return asked(request, form, str(step.label), back, number, owed=owed, danger=name == "refuse")


@requires(Permission.PAYMENT_READ)
@require_safe
def recovery_pdf(request: StaffRequest, number: str) -> HttpResponse:
    """The letter to the family."""
    one, by = the_recovery(request, number), request.user
    if one.approved_at is None:
        raise Http404
    acting.printed(recovery=one, by=by)
    stamp = PrintStamp(by.office, by.name, by.pk, timezone.now(), request.build_absolute_uri("/").rstrip("/"))
    return pdf(print_demand(one, stamp), f"{number}.pdf")
