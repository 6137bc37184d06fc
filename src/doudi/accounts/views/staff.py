"""Staff and their roles, for the security administrator; the audit administrator reads along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.console.components import Chip, pager_of

from .. import actions, queries
from ..access import requires
from ..errors import Refused
from ..forms import AssignForm, HireForm, ReasonForm
from ..models import Assignment, Staff
from ..permissions import Permission
from ..roles import Role
from .common import me

STATES = [("open", gettext_lazy("在用")), ("closed", gettext_lazy("已停用"))]
PAGE = 50


@requires(Permission.STAFF_READ)
@require_safe
def staff_list(request: HttpRequest) -> HttpResponse:
    """Everybody who works here."""
    wanted = {"words": _printable(request, "q"), "role": _printable(request, "role")}
    wanted["state"] = _printable(request, "state")
    rows = queries.find_staff(me(request), timezone.now(), **wanted)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "pager": pager_of(page, request.GET),
        "words": wanted["words"],
        "chips": [
            _filter(request, "role", _("角色"), Role.choices),
            _filter(request, "state", _("状态"), STATES),
        ],
        "may_write": me(request).may(Permission.STAFF_WRITE),
    }
    return render(request, "accounts/staff_list.html", context)


@requires(Permission.STAFF_WRITE)
@never_cache
@require_http_methods(["GET", "POST"])
def hire(request: HttpRequest) -> HttpResponse:
    """Open an account; its first password is shown on the answer and nowhere else."""
    form = HireForm(request.POST or None)
    if request.method == "POST" and form.carried_out(actions.hire_staff, by=me(request), at=timezone.now()):
        return render(request, "accounts/hired.html", {"hired": form.result})
    return render(request, "accounts/staff_new.html", {"form": form}, status=form.status)


@requires(Permission.STAFF_READ)
@require_safe
def staff_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One member of staff."""
    return _show(request, _find(request, pk), AssignForm(me(request)))


@requires(Permission.STAFF_WRITE)
@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role."""
    staff, form = _find(request, pk), AssignForm(me(request), request.POST)
    if form.carried_out(actions.assign_role, by=me(request), staff=staff, at=timezone.now()):
        messages.success(request, _("已任命，对方要重新登录"))
        return redirect("accounts:staff_one", pk)
    return _show(request, staff, form)


@requires(Permission.STAFF_WRITE)
@require_POST
def end_role(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """End a role."""
    running = get_object_or_404(Assignment, pk=assignment, staff=_find(request, pk))
    return _with_reason(request, pk, actions.end_role, _("角色已结束"), assignment=running)


@requires(Permission.STAFF_WRITE)
@require_POST
def disable(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account."""
    return _with_reason(request, pk, actions.disable_staff, _("已停用，对方的登录都已失效"), staff=_find(request, pk))


@requires(Permission.STAFF_WRITE)
@require_POST
def enable(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an account again."""
    return _with_reason(request, pk, actions.enable_staff, _("已恢复使用"), staff=_find(request, pk))


@requires(Permission.STAFF_WRITE)
@never_cache
@require_POST
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new password for one sign-in, shown on the answer and nowhere else."""
    try:
        hired = actions.reset_password(by=me(request), staff=_find(request, pk), at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("accounts:staff_one", pk)
    return render(request, "accounts/hired.html", {"hired": hired})


@requires(Permission.STAFF_WRITE)
@require_POST
def reset_totp(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a lost second factor."""
    try:
        actions.reset_totp(by=me(request), staff=_find(request, pk), at=timezone.now())
        messages.success(request, _("动态码已重置，对方下次登录后重新绑定"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("accounts:staff_one", pk)


def _find(request: HttpRequest, pk: int) -> Staff:
    return get_object_or_404(queries.staff_seen_by(me(request), timezone.now()), pk=pk)


def _show(request: HttpRequest, staff: Staff, form: AssignForm) -> HttpResponse:
    now = timezone.now()
    context = {
        "staff": staff,
        "form": form,
        "why": ReasonForm(auto_id="id_why_%s"),
        # One form for each dialog: an id stands on a page once.
        "held": [(one, ReasonForm(auto_id=f"id_end{one.pk}_%s")) for one in queries.roles_of(staff)],
        "sign_ins": queries.sign_ins_of(staff),
        "now": now,
        "may_write": me(request).may(Permission.STAFF_WRITE) and staff.pk != me(request).pk,
    }
    return render(request, "accounts/staff_one.html", context, status=form.status)


def _with_reason(request: HttpRequest, pk: int, action: Callable[..., Any], done: str, **about: Any) -> HttpResponse:
    """An action that asks only why; what is wrong stands above the page it came from."""
    form = ReasonForm(request.POST)
    if form.carried_out(action, by=me(request), at=timezone.now(), **about):
        messages.success(request, done)
    else:
        for errors in form.errors.values():
            messages.error(request, _("没有办理：%(why)s") % {"why": errors[0]})
    return redirect("accounts:staff_one", pk)


def _printable(request: HttpRequest, key: str) -> str:
    """A word from the address, without what the database cannot take."""
    return "".join(c for c in request.GET.get(key, "")[:60] if c.isprintable()).strip()


def _filter(request: HttpRequest, key: str, label: str, choices: list[Any]) -> Chip:
    """A filter with a menu, or the applied value that takes itself away."""

    def address(value: str) -> str:
        kept = request.GET.copy()
        kept.pop("page", None)
        kept[key] = value
        return f"?{kept.urlencode()}"

    applied = dict(choices).get(request.GET.get(key, ""))
    if applied:
        return Chip(applied, address(""), on=True)
    return Chip(label, options=[Chip(words, address(value)) for value, words in choices])
