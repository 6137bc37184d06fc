"""After the first help: the receipt, the next part, the visit, what the county is asked, how long it took."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.accounts.queries import names_of
from doudi.casework.queries.cases import who_it_is_about
from doudi.console.components import Tab, pager_of
from doudi.kernel.money import format_yuan
from doudi.registry.actions.refusal import Refused
from doudi.registry.views.asking import StaffRequest

from ..actions.follow_up import follow_up
from ..actions.relief_deciding import grant, plan_decided, refuse_ask
from ..actions.relief_paying import pay_instalment
from ..forms.relief import FollowUpForm, GrantForm, PartForm
from ..models import ReliefPlan
from ..queries import relief_lists as lists
from ..queries.relief import amounts, known_aid
from ..queries.reserve import fund_at, standing_of

M = TypeVar("M", bound=Model)
PAGE = 50


def the(rows: QuerySet[M], pk: int) -> M:
    """The row within reach, or 404."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@requires(Permission.CASE_READ)
@require_safe
def reliefs(request: StaffRequest) -> HttpResponse:
    """Emergencies: what is to be paid today, whom to visit, what waits for the county, all."""
    today, staff = timezone.localdate(), request.user
    views = {"due": lists.unfinished(staff, today), "visit": lists.to_visit(staff), "all": lists.plans_for(staff)}
    chosen = request.GET.get("view", "")
    chosen = chosen if chosen in views else "all"
    labels = {"due": _("可以发放"), "visit": _("待跟进"), "all": _("全部")}
    tabs = [Tab(labels[k], f"?view={k}", rows.count(), k == chosen) for k, rows in views.items()]
    page = Paginator(views[chosen], PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": tabs, "rows": lists.shown(page, today), "pager": pager_of(page, request.GET), "view": chosen,
        "asks": [(a, who_it_is_about(a.application)) for a in lists.asks_for(staff).filter(state="asked")],
        "decided": [(d, who_it_is_about(d.application)) for d in lists.decided_unpaid(staff)],
    }  # fmt: skip
    return render(request, "payments/reliefs.html", context)


@requires(Permission.CASE_READ)
@require_safe
def relief_plan(request: StaffRequest, pk: int) -> HttpResponse:
    """What was given, what is still to be given, who visited."""
    return _plan(request, the(lists.plans_for(request.user), pk))


def _plan(
    request: StaffRequest, plan: ReliefPlan, part: PartForm | None = None, visit: FollowUpForm | None = None
) -> HttpResponse:
    today, place = timezone.localdate(), plan.division_code
    shown = lists.shown([plan], today)[0]
    fund = fund_at(place) if request.user.may(Permission.RESERVE_READ, place) else None
    pays = request.user.may(Permission.CASE_HANDLE, place) and request.user.may(Permission.RESERVE_PAY, place)
    visits = any(request.user.may(p, place) for p in (Permission.CASE_HANDLE, Permission.CASE_INTAKE))
    context = {
        "one": shown, "plan": plan, "case": plan.application, "fund": standing_of(fund, today) if fund else None,
        "part": part or PartForm(initial={"token": uuid4()}) if pays and shown.next and shown.next.due else None,
        "visit": visit or FollowUpForm(initial={"on": today}) if visits else None,
        "visits": plan.follow_ups.order_by("-pk"), "waited": _waited(shown),
        "names": names_of([p.payment.by_id for p in shown.parts if p.payment]),
    }  # fmt: skip
    bad = any(form is not None and form.errors for form in (part, visit))
    return render(request, "payments/relief_plan.html", context, status=422 if bad else 200)


def _waited(shown: lists.Shown) -> int | None:
    """Minutes from the first call to the first money."""
    first = next((p.payment for p in shown.parts if p.payment and p.payment.fund_id), None)
    return int((first.at - shown.plan.heard_at).total_seconds() // 60) if first else None


@requires(Permission.CASE_HANDLE)
@require_POST
def relief_part(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Hand over a part that is due."""
    plan, now = the(lists.plans_for(request.user), pk), timezone.now()
    form = PartForm(request.POST)
    who = who_it_is_about(plan.application)
    if form.carried_out(lambda: pay_instalment(
            plan=plan, number=number, handing=form.handing(who), by=request.user, on=timezone.localdate(now),
            at=now)):  # fmt: skip
        messages.success(request, _("已发放 %(yuan)s 元") % {"yuan": format_yuan(form.result.fen)})
        return redirect("payments:relief_plan", pk)
    return _plan(request, plan, part=form)


@requires(Permission.CASE_READ)
@require_POST
def relief_visit(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down a visit."""
    plan = the(lists.plans_for(request.user), pk)
    form = FollowUpForm(request.POST)
    if form.carried_out(lambda: follow_up(plan=plan, by=request.user, at=timezone.now(), **form.cleaned_data)):
        messages.success(request, _("走访已登记"))
        return redirect("payments:relief_plan", pk)
    return _plan(request, plan, visit=form)


@requires(Permission.CASE_HANDLE)
@require_POST
def relief_arrange(request: StaffRequest, pk: int) -> HttpResponse:
    """What was decided on the page of the case gets its plan, to be paid."""
    made, now = the(lists.decided_unpaid(request.user), pk), timezone.now()
    try:
        plan = plan_decided(made=made, parts=1, by=request.user, on=timezone.localdate(now), at=now)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("payments:reliefs")
    return redirect("payments:relief_plan", plan.pk)


@requires(Permission.CASE_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def relief_ask(request: StaffRequest, pk: int) -> HttpResponse:
    """What the county is asked, with all it needs to decide; whoever may decide does it here."""
    ask, now = the(lists.asks_for(request.user), pk), timezone.now()
    may = ask.state == "asked" and request.user.may(Permission.CASE_CONFIRM, ask.division_code)
    form = GrantForm(request.POST if request.method == "POST" else None, initial={"fen": f"{ask.asked_fen / 100:.2f}"})
    if request.method == "POST" and may and form.carried_out(lambda: _decide(request, ask, form, now)):
        messages.success(request, _("已审批，乡镇可以看到结果"))
        return redirect("payments:relief_ask", pk)
    case = ask.application
    told = amounts(
        place=case.division_code, on=case.accepted_on or case.opened_on, severity=case.severity or "light",
        people=case.people_count or 1,
    )  # fmt: skip
    context = {
        "ask": ask, "case": case, "who": who_it_is_about(case), "form": form if may else None, "told": told,
        "aid": _known(ask, timezone.localdate(now)), "plan": lists.plan_of(ask),
        "names": names_of([ask.asked_by_id, ask.decided_by_id or 0]),
    }  # fmt: skip
    return render(request, "payments/relief_ask.html", context, status=form.status)


def _known(ask: Any, on: date) -> Any:
    people = list(ask.application.people.values_list("person_id", flat=True))
    return known_aid(people=people, number="", place=ask.division_code, on=on, without=ask.application_id)


def _decide(request: StaffRequest, ask: Any, form: GrantForm, now: Any) -> Any:
    said = {"ask": ask, "note": form.cleaned_data["note"], "by": request.user, "on": timezone.localdate(now), "at": now}
    if "refuse" in request.POST:
        return refuse_ask(**said)
    return grant(fen=form.cleaned_data["fen"], **said)


@requires(Permission.FIGURES_READ)
@require_safe
def relief_times(request: StaffRequest) -> HttpResponse:
    """From the first call to the money, by township, over the last twelve months."""
    today = timezone.localdate()
    since = today - timedelta(days=365)
    rows, total = lists.times(since, today + timedelta(days=1))
    return render(request, "payments/relief_times.html", {"rows": rows, "total": total, "since": since})
