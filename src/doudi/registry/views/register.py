"""A new household, and two files of one person made one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.registry.forms.households import RegisterHousehold
from doudi.registry.forms.people import MergePeople
from doudi.registry.models import Person
from doudi.registry.queries import comparing

from .asking import StaffRequest
from .reach import files, the_one


@requires(Permission.PERSON_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def household_new(request: StaffRequest) -> HttpResponse:
    """Register a household with its head."""
    data = request.POST if request.method == "POST" else None
    form = RegisterHousehold(data, subject=None, staff=request.user, on=timezone.localdate())
    home = form.carry_out(by=request.user, at=timezone.now()) if form.is_valid() else None
    if home is not None:
        messages.success(request, _("已登记，接着添加成员"))
        return redirect("registry:household", home.number)  # type: ignore[attr-defined]
    context = {"form": form, "back_url": reverse("registry:households")}
    return render(request, "registry/register.html", context, status=422 if form.errors else 200)


@requires(Permission.PERSON_MERGE)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def merge(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose the other file, compare both side by side, then merge it into this one."""
    on, data = timezone.localdate(), request.POST if request.method == "POST" else None
    survivor = the_one(request, Person.objects.all(), pk)
    other = comparing.chosen(request.GET.get("other", ""), survivor, staff=request.user)
    form = MergePeople(data, subject=survivor, staff=request.user, on=on, given={"other": other})
    if other and form.is_valid() and form.carry_out(by=request.user, at=timezone.now()):
        messages.success(request, _("已合并，需要时可以撤销"))
        return redirect("registry:person", pk)
    pairs = comparing.compared(survivor, other, staff=request.user, on=on) if other else []
    alike = comparing.lookalikes(survivor, staff=request.user, on=on) if not other else []
    context = {"survivor": survivor, "other": other, "form": form, "pairs": pairs, "alike": alike}
    return render(request, "registry/merge.html", context, status=422 if form.errors else 200)
