"""The permission table and what roles demand, for whoever checks them."""

from __future__ import annotations

import csv

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from .. import actions, queries
from ..access import requires
from ..forms import DemandForm
from ..permissions import Permission
from ..roles import Role
from .common import me


@requires(Permission.TABLE_READ)
@require_safe
def permissions(request: HttpRequest) -> HttpResponse:
    """The one table that views, actions, navigation and database read."""
    context = {"heads": [_head(role) for role in Role], "rows": queries.permission_table()}
    return render(request, "accounts/permissions.html", context)


@requires(Permission.TABLE_READ)
@require_safe
def permissions_csv(request: HttpRequest) -> HttpResponse:
    """The same table for a spreadsheet."""
    headers = {"Content-Disposition": 'attachment; filename="permissions.csv"'}
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers=headers)
    sheet = csv.writer(response)
    sheet.writerow([_("权限"), _("代码"), *(role.label for role in Role)])
    for row in queries.permission_table():
        sheet.writerow([row.permission.label, row.permission.value, *("●" if held else "" for held in row.held)])
    return response


@requires(Permission.STAFF_READ)
@require_http_methods(["GET", "POST"])
def roles(request: HttpRequest) -> HttpResponse:
    """Which roles demand a second factor."""
    form = DemandForm(request.POST or None)
    if request.method == "POST":
        if form.carried_out(actions.require_totp, by=me(request)):
            messages.success(request, _("已保存，下次打开页面时生效"))
            return redirect("accounts:roles")
        messages.error(request, _("没有保存：请选择一个角色"))
    context = {"demands": queries.role_demands(timezone.now()), "may_write": me(request).may(Permission.STAFF_WRITE)}
    return render(request, "accounts/roles.html", context, status=form.status)


def _head(role: Role) -> tuple[str, list[str]]:
    """A role's name, and the same in lines of two characters: 21 columns must fit a sheet of paper."""
    label = str(role.label)
    return label, [label[n : n + 2] for n in range(0, len(label), 2)] if len(label) <= 10 else [label]
