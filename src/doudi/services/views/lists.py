"""The queue of referrals, what nobody has asked for yet, and sheets out and in."""

from __future__ import annotations

import io

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.console.components import Chip, Tab, pager_of
from doudi.registry.exports import XLSX
from doudi.registry.queries.naming import below
from doudi.registry.views.asking import StaffRequest

from .. import actions
from ..actions.reading import exported
from ..actions.returning import start_return
from ..entitlements import Department
from ..forms import ReturnForm, UnmetForm
from ..queries import lists
from ..queries.unmet import unmet
from ..sheets import write_list

LENGTH = 50
FOR_DEPARTMENT = (("new", "待答复"), ("working", "办理中"), ("late", "超期"), ("done", "已办结"))
FOR_SENDER = (("open", "未办结"), ("late", "超期"), ("given", "已给予"), ("without", "未给予"))


@requires(Permission.REFERRAL_READ)
@require_safe
def referrals(request: StaffRequest) -> HttpResponse:
    """The referrals within reach, by deadline."""
    by, on = request.user, timezone.localdate()
    department = lists.is_department(by)
    views = FOR_DEPARTMENT if department else FOR_SENDER
    view = request.GET.get("view", "")
    view = view if view in dict(views) else views[0][0]
    rows = lists.view_of(by, view, on)
    office = request.GET.get("department", "")
    if office in Department.values:
        rows = rows.filter(department=office)
    found = Paginator(rows, LENGTH).get_page(request.GET.get("page"))
    url = reverse("services:referrals")
    context = {
        "lines": lists.lines(list(found), on), "pager": pager_of(found, request.GET), "department": department,
        "view": view, "may_send": by.may(Permission.REFERRAL_SEND), "may_answer": department,
        "tabs": [Tab(_(words), f"{url}?view={name}", lists.view_of(by, name, on).count(), name == view, name == "late")
                 for name, words in views],
        "chips": [] if department else _offices(url, view, office),
    }  # fmt: skip
    return render(request, "services/referrals.html", context)


def _offices(url: str, view: str, office: str) -> list[Chip]:
    """The filter by department."""
    base = f"{url}?view={view}"
    if office in Department.values:
        return [Chip(Department(office).label, base, on=True)]
    return [Chip(_("部门"), options=[Chip(label, f"{base}&department={value}") for value, label in Department.choices])]


@requires(Permission.REFERRAL_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def unmet_needs(request: StaffRequest) -> HttpResponse:
    """What people with a status may be entitled to and nobody has asked for; several are sent at once."""
    by, on = request.user, timezone.localdate()
    places = below(by.scope.places(Permission.REFERRAL_SEND), 9)
    codes = [code for code, _name in places]
    chosen = request.GET.get("place", "")
    chosen = chosen if chosen in codes else next(iter(codes), "")
    found = unmet(chosen, on, staff=by) if chosen else []
    page = Paginator(found, LENGTH).get_page(request.GET.get("page"))
    form = UnmetForm(request.POST if request.method == "POST" else None, keys=[one.key for one in found])
    if request.method == "POST":
        picked = set(request.POST.getlist("need"))
        needs = [one.need for one in found if one.key in picked]
        if form.carried_out(lambda: actions.send_many(needs=needs, by=by, on=on, at=timezone.now())):
            messages.success(request, _("已转介 %(n)s 项，部门会在期限内答复") % {"n": len(form.result)})
            return redirect(f"{reverse('services:unmet')}?place={chosen}")
    url = reverse("services:unmet")
    tabs = [Tab(name, f"{url}?place={code}", current=code == chosen) for code, name in places]
    context = {"found": page, "total": len(found), "pager": pager_of(page, request.GET), "tabs": tabs, "form": form}
    return render(request, "services/unmet.html", context, status=form.status)


@requires(Permission.REFERRAL_ANSWER)
@require_safe
def sheet(request: StaffRequest) -> HttpResponse:
    """A department's open referrals as a spreadsheet to fill in."""
    on = timezone.localdate()
    rows = list(lists.view_of(request.user, "open", on))
    stream = io.BytesIO()
    write_list(stream, lists.lines(rows, on))
    exported(count=len(rows), by=request.user)
    response = HttpResponse(stream.getvalue(), content_type=XLSX)
    name = _("转介名单") + f"-{on:%Y%m%d}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


@requires(Permission.REFERRAL_ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def returned(request: StaffRequest) -> HttpResponse:
    """The sheet comes back with answers; rows that cannot be carried out come back as a correction file."""
    form = ReturnForm(request.POST, request.FILES) if request.method == "POST" else ReturnForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        said = {"content": file.read(), "file_name": file.name, "by": request.user}
        if form.carried_out(start_return, on=timezone.localdate(), at=timezone.now(), **said):
            return redirect("jobs:detail", form.result.pk)
    return render(request, "services/returned.html", {"form": form}, status=form.status)
