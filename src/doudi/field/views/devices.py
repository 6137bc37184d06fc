"""Phones: one's own, and for the security administrator everybody's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.registry.actions.refusal import Conflict, Refused
from doudi.registry.views.asking import StaffRequest

from ..actions.devices import wipe as wipe_device
from ..queries.devices import devices_of


@requires(Permission.SELF)
@require_safe
def devices(request: StaffRequest) -> HttpResponse:
    """The list, newest contact first."""
    return _page(request)


@requires(Permission.SELF)
@require_POST
def wipe(request: StaffRequest, pk: int) -> HttpResponse:
    """Lost: the share goes now, the phone erases itself at its next contact."""
    device = get_object_or_404(devices_of(request.user), pk=pk)
    try:
        wipe_device(device=device, because=request.POST.get("because", ""), by=request.user, at=timezone.now())
    except Refused as refused:
        return _page(request, problem=str(refused), about=pk, status=422)
    except Conflict:
        return _page(request, problem=_("这部手机已经清除过了。"), about=pk, status=409)
    messages.success(request, _("钥匙已销毁。手机下次联网时会自动清空。"))
    return redirect("field:devices")


def _page(request: StaffRequest, *, problem: str = "", about: int = 0, status: int = 200) -> HttpResponse:
    rows = devices_of(request.user)[:200]
    context = {"devices": rows, "problem": problem, "about": about, "all": request.user.may(Permission.STAFF_WRITE)}
    return render(request, "field/devices.html", context, status=status)
