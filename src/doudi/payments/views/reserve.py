"""Reserve funds: the list of the county, the ledger of a township, and every act on them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.accounts.queries import names_of
from doudi.audit.actions import record
from doudi.console.components import pager_of
from doudi.documents.forms import PrintStamp
from doudi.kernel.money import format_yuan
from doudi.places.queries import options
from doudi.registry.actions.refusal import Refused
from doudi.registry.exports import XLSX, Cell, write_xlsx
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.presenting import pdf

from ..actions import reserve as acts
from ..actions import reserve_counting, reserve_topups
from ..forms.reserve import AskForm, ChangeForm, ConfirmForm, CountForm, DecideForm, GiveBackForm, OpenForm
from ..models import CashCount, Fund, ReserveFund, TopUp
from ..printing.reserve_ledger import print_ledger
from ..queries import reserve as reads
from .relief_after import the

PAGE = 50


@requires(Permission.RESERVE_READ)
@require_safe
def reserves(request: StaffRequest) -> HttpResponse:
    """Every fund within reach with what is left and for how long, and what waits for this person."""
    funds = list(reads.funds_for(request.user))
    rows = reads.standings(funds, timezone.localdate())
    waiting = list(reads.top_ups_waiting(request.user))
    names = {row.fund.pk: row.name for row in rows}
    context = {
        "rows": sorted(rows, key=lambda row: (row.fund.closed_on is not None, not row.low, row.fund.division_code)),
        "waiting": [(one, names.get(one.fund_id, "")) for one in waiting],
        "total_fen": sum(row.balance_fen for row in rows), "target_fen": sum(f.target_fen for f in funds),
        "may_open": request.user.may(Permission.PAYMENT_APPROVE),
    }  # fmt: skip
    return render(request, "payments/reserves.html", context)


@requires(Permission.PAYMENT_APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def reserve_open(request: StaffRequest) -> HttpResponse:
    """A township gets a fund."""
    own = min(request.user.scope.places(Permission.PAYMENT_APPROVE), key=len)
    data = request.POST if request.method == "POST" else None
    form = OpenForm(data, places=options(own, 9), funds=Fund.objects.filter(county=own[:6], is_open=True))
    now = timezone.now()
    if form.carried_out(lambda: acts.open_reserve(
            keeper_id=None, by=request.user, on=timezone.localdate(now), at=now, **form.cleaned_data)):  # fmt: skip
        messages.success(request, _("备用金已设立，可以申请拨补了"))
        return redirect("payments:reserve", form.result.pk)
    return render(request, "payments/reserve_form.html", _page(_("设立备用金"), form, None), status=form.status)


def _page(title: str, form: Any, fund: ReserveFund | None, button: str = "", note: str = "") -> dict[str, Any]:
    return {"title": title, "form": form, "fund": fund, "button": button or title, "note": note}


@requires(Permission.RESERVE_READ)
@require_safe
def reserve(request: StaffRequest, pk: int) -> HttpResponse:
    """The ledger of a township: every movement with the balance after it, and what may be done."""
    fund, today = the(reads.funds_for(request.user), pk), timezone.localdate()
    rows = reads.movements(fund).order_by("-id")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    standing = reads.standing_of(fund, today)
    may = {
        name: fund.closed_on is None and request.user.may(permission, fund.division_code)
        for name, permission in (
            ("pay", Permission.RESERVE_PAY), ("approve", Permission.RESERVE_APPROVE),
            ("finance", Permission.PAYMENT_APPROVE),
        )
    }  # fmt: skip
    top_ups = list(TopUp.objects.filter(fund=fund)[:10])
    counts = list(CashCount.objects.filter(fund=fund)[:6])
    people = [i for t in top_ups for i in (t.asked_by_id, t.decided_by_id, t.paid_by_id) if i]
    people += [i for c in counts for i in (c.counted_by_id, c.witnessed_by_id) if i]
    context = {
        "one": standing, "fund": fund, "rows": list(reads.shown(list(page))), "pager": pager_of(page, request.GET),
        "may": may, "top_ups": top_ups, "counts": counts, "names": names_of(people),
        "ask": AskForm(initial=_wanted(standing)) if may["pay"] else None,
        "open_count": next((c for c in counts if c.state == "open"), None),
    }  # fmt: skip
    return render(request, "payments/reserve.html", context)


def _act(
    request: StaffRequest, fund: ReserveFund, form: Any, title: str, act: Callable[[], Any], done: str, note: str = ""
) -> HttpResponse:
    """A form on a page of its own; done, back to the ledger."""
    if request.method == "POST" and form.carried_out(act):
        messages.success(request, done)
        return redirect("payments:reserve", fund.pk)
    name = reads.standing_of(fund, timezone.localdate()).name
    context = _page(title, form, fund, note=note) | {"name": name, "void": isinstance(form, ConfirmForm)}
    return render(request, "payments/reserve_form.html", context, status=form.status)


def _wanted(one: reads.Standing) -> dict[str, str]:
    """What fills it up is typed already; nothing if it is full."""
    return {"fen": format_yuan(one.wanted_fen)} if one.wanted_fen else {}


def _data(request: StaffRequest) -> Any:
    return request.POST if request.method == "POST" else None


@requires(Permission.RESERVE_PAY)
@require_http_methods(["GET", "HEAD", "POST"])
def reserve_ask(request: StaffRequest, pk: int) -> HttpResponse:
    """The township asks for money: the amount that fills it up is there already."""
    fund = the(reads.funds_for(request.user), pk)
    form = AskForm(_data(request), initial=_wanted(reads.standing_of(fund, timezone.localdate())))
    return _act(
        request, fund, form, _("申请补充备用金"),
        lambda: reserve_topups.ask(fund=fund, by=request.user, at=timezone.now(), **form.cleaned_data),
        _("已申请，等市民政局审批"),
    )  # fmt: skip


@requires(Permission.RESERVE_APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def reserve_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """The county approves."""
    one = _top_up(request, pk)
    form = DecideForm(_data(request), initial={"fen": format_yuan(one.asked_fen)})
    said = {"yuan": format_yuan(one.asked_fen), "why": one.because}
    return _act(
        request, one.fund, form, _("审批备用金补充"),
        lambda: reserve_topups.decide(top_up=one, by=request.user, at=timezone.now(), **form.cleaned_data),
        _("已审批"), _("申请 %(yuan)s 元：%(why)s") % said,
    )  # fmt: skip


@requires(Permission.PAYMENT_APPROVE)
@require_POST
def reserve_pay(request: StaffRequest, pk: int) -> HttpResponse:
    """Finance pays what was approved."""
    one, now = _top_up(request, pk), timezone.now()
    try:
        reserve_topups.pay(top_up=one, by=request.user, on=timezone.localdate(now), at=now)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已拨付"))
    return redirect("payments:reserve", one.fund_id)


def _top_up(request: StaffRequest, pk: int) -> TopUp:
    rows = TopUp.objects.select_related("fund__account", "fund__fund")
    return the(request.user.scope.narrow(rows, Permission.RESERVE_READ), pk)


@requires(Permission.PAYMENT_APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def reserve_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Another size or keeper."""
    fund = the(reads.funds_for(request.user), pk)
    known = {"target_fen": format_yuan(fund.target_fen), "keeper_id": fund.keeper_id, "version": fund.version}
    form = ChangeForm(_data(request), initial=known, keepers=reads.keepers_of(fund.division_code))
    return _act(
        request, fund, form, _("调整备用金"),
        lambda: acts.change_reserve(fund=fund, by=request.user, **form.cleaned_data), _("已保存"),
    )  # fmt: skip


@requires(Permission.PAYMENT_APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def reserve_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Money came back."""
    fund, now = the(reads.funds_for(request.user), pk), timezone.now()
    form = GiveBackForm(_data(request))

    def act() -> Any:
        said: dict[str, Any] = {"on": timezone.localdate(now), "at": now, "by": request.user}
        return acts.give_back(fund=fund, **said, **form.cleaned_data)

    return _act(request, fund, form, _("登记交回"), act, _("交回已记账"))


@requires(Permission.RESERVE_PAY)
@require_http_methods(["GET", "HEAD", "POST"])
def reserve_count(request: StaffRequest, pk: int) -> HttpResponse:
    """The first person counts."""
    fund, now = the(reads.funds_for(request.user), pk), timezone.now()
    form = CountForm(_data(request))
    note = _("账面余额 %(yuan)s 元") % {"yuan": format_yuan(fund.account.balance_fen)}

    def act() -> Any:
        said: dict[str, Any] = {"on": timezone.localdate(now), "at": now, "by": request.user}
        return reserve_counting.count(fund=fund, **said, **form.cleaned_data)

    return _act(request, fund, form, _("清点备用金"), act, _("已登记，请另一人再点一遍后确认"), note)


@requires(Permission.RESERVE_PAY)
@require_http_methods(["GET", "HEAD", "POST"])
def reserve_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """The second person counts again and confirms, or makes the count void."""
    rows = request.user.scope.narrow(CashCount.objects.select_related("fund__account"), Permission.RESERVE_READ)
    one, now = the(rows, pk), timezone.now()
    if request.method == "POST" and "void" in request.POST:
        form: Any = ConfirmForm({"counted_fen": "0"})
        return _act(
            request, one.fund, form, _("确认清点"),
            lambda: reserve_counting.void_count(count=one, by=request.user), _("这次清点已作废，请重新清点"),
        )  # fmt: skip
    form = ConfirmForm(_data(request))

    def act() -> Any:
        said: dict[str, Any] = {"on": timezone.localdate(now), "at": now, "by": request.user}
        return reserve_counting.confirm_count(count=one, **said, **form.cleaned_data)

    return _act(request, one.fund, form, _("确认清点"), act, _("清点已确认"))


@requires(Permission.RESERVE_READ)
@require_safe
def reserve_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """The ledger on paper."""
    fund = the(reads.funds_for(request.user), pk)
    _taken(request, fund, "pdf")
    rows = list(reads.shown(list(reads.movements(fund))))
    by, address = request.user, request.build_absolute_uri("/").rstrip("/")
    stamp = PrintStamp(by.office, by.name, by.pk, timezone.now(), address)
    content = print_ledger(reads.standing_of(fund, timezone.localdate()), rows, stamp)
    return pdf(content, f"reserve-{fund.division_code}.pdf")


@requires(Permission.RESERVE_READ)
@require_safe
def reserve_xlsx(request: StaffRequest, pk: int) -> HttpResponse:
    """The ledger as a sheet; nobody's name is in it but those who booked."""
    fund = the(reads.funds_for(request.user), pk)
    _taken(request, fund, "xlsx")
    headings = [_("日期"), _("类别"), _("摘要"), _("收入（元）"), _("支出（元）"), _("余额（元）"), _("经办人")]
    stream = io.BytesIO()
    rows = map(_cells, reads.shown(list(reads.movements(fund))))
    write_xlsx(stream, headings, rows, sheet=_("备用金台账"))
    answer = HttpResponse(stream.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="reserve-{fund.division_code}.xlsx"'
    return answer


def _cells(row: reads.Movement) -> list[Cell]:
    entry, fen = row.posting.entry, row.posting.fen
    amounts = (max(fen, 0), max(-fen, 0), row.after_fen)
    return [entry.on, str(entry.get_kind_display()), entry.text, *(format_yuan(a) for a in amounts), row.who]


def _taken(request: StaffRequest, fund: ReserveFund, form: str) -> None:
    record(by=request.user, action="reserve.export", detail={"fund": fund.pk, "form": form})
