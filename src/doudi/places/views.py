"""Pages of the divisions and the calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.forms import ActionForm
from doudi.accounts.permissions import Permission
from doudi.accounts.views.common import me

from . import actions, queries
from .forms import ClassForm, CloseForm, HolidayForm, HolidayYearForm, OpenForm, RenameForm
from .models import Division, HolidayYear, Level, LocalHoliday

Forms = dict[str, ActionForm]


@requires(Permission.PLACE_READ)
@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """The county, its townships and their villages."""
    county = settings.DOUDI_COUNTY
    return render(request, "places/tree.html", {"tree": queries.tree(county)})


@requires(Permission.PLACE_READ)
@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """One division: its parts, its names over time, and what can be changed."""
    return _show(request, get_object_or_404(Division, pk=code), {})


@requires(Permission.PLACE_WRITE)
@require_POST
def rename(request: HttpRequest, code: str) -> HttpResponse:
    """Another name."""
    return _change(request, code, "rename", RenameForm, actions.rename_division)


@requires(Permission.PLACE_WRITE)
@require_POST
def set_class(request: HttpRequest, code: str) -> HttpResponse:
    """Urban or rural."""
    return _change(request, code, "class", ClassForm, actions.set_residence_class)


@requires(Permission.PLACE_WRITE)
@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """The end of a division."""
    return _change(request, code, "close", CloseForm, actions.close_division)


@requires(Permission.PLACE_WRITE)
@require_POST
def open_below(request: HttpRequest, code: str) -> HttpResponse:
    """A new division below this one."""
    division, form = get_object_or_404(Division, pk=code), OpenForm(request.POST, auto_id="id_open_%s")
    if form.is_valid() and not form.cleaned_data["code"].startswith(code):
        form.add_error("code", _("新区划的代码要以 %(code)s 开头") % {"code": code})
    if form.carried_out(actions.open_division, by=me(request)):
        messages.success(request, _("已设立 %(name)s") % {"name": form.result.name})
        return redirect("places:place", code)
    return _show(request, division, {"open": form})


@requires(Permission.PLACE_READ)
@require_http_methods(["GET", "POST"])
def holidays(request: HttpRequest) -> HttpResponse:
    """The days off of this county; a missing next year is said loudly."""
    form = HolidayForm(request.POST or None)
    county = settings.DOUDI_COUNTY
    if request.method == "POST" and form.carried_out(actions.add_local_holiday, by=me(request), area_code=county):
        messages.success(request, _("已登记，办理期限随即按新日历计算"))
        return redirect("places:holidays")
    return _show_holidays(request, form, HolidayYearForm())


@requires(Permission.CALENDAR_WRITE)
@require_POST
def remove_holiday(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a local day off."""
    actions.remove_local_holiday(by=me(request), holiday=get_object_or_404(LocalHoliday, pk=pk))
    messages.success(request, _("已去掉"))
    return redirect("places:holidays")


@requires(Permission.CALENDAR_WRITE)
@require_POST
def enter_year(request: HttpRequest) -> HttpResponse:
    """The national arrangement of a year that the software does not bring."""
    form = HolidayYearForm(request.POST)
    if form.carried_out(actions.enter_holiday_year, by=me(request)):
        messages.success(request, _("已录入 %(year)s 年的放假安排") % {"year": form.result.year})
        return redirect("places:holidays")
    return _show_holidays(request, HolidayForm(), form)


def _change(
    request: HttpRequest, code: str, key: str, form_class: type[ActionForm], action: Callable[..., Any]
) -> HttpResponse:
    """A dated change of one division: done, or its page again with the form that was refused."""
    division, form = get_object_or_404(Division, pk=code), form_class(request.POST, auto_id=f"id_{key}_%s")
    if form.carried_out(action, by=me(request), division=division, on=timezone.localdate()):
        messages.success(request, _("已登记"))
        return redirect("places:place", code)
    return _show(request, division, {key: form})


def _show(request: HttpRequest, division: Division, refused: Forms) -> HttpResponse:
    may_write = division.is_open and me(request).may(Permission.PLACE_WRITE, division.code)
    context = {
        "division": division,
        "path": queries.name_path(division.code),
        "children": queries.children(division.code),
        "versions": division.versions.order_by("-starts_on"),
        "is_county_or_below": len(division.code) >= len(settings.DOUDI_COUNTY),
        "forms": (_forms(division) | refused) if may_write else {},
    }
    return render(request, "places/place.html", context, status=422 if refused else 200)


def _forms(division: Division) -> Forms:
    names = {"name": division.name, "short_name": division.short_name}
    forms: Forms = {
        "rename": RenameForm(initial=names, auto_id="id_rename_%s"),
        "close": CloseForm(auto_id="id_close_%s"),
    }
    if division.level == Level.VILLAGE:
        forms["class"] = ClassForm(initial={"residence_class": division.residence_class}, auto_id="id_class_%s")
    else:
        forms["open"] = OpenForm(initial={"code": division.code}, auto_id="id_open_%s")
    return forms


def _show_holidays(request: HttpRequest, form: HolidayForm, year_form: HolidayYearForm) -> HttpResponse:
    today: date = timezone.localdate()
    county = settings.DOUDI_COUNTY
    context = {
        "holidays": queries.holidays_of(county).filter(day__year__gte=today.year - 1),
        "warning": queries.calendar_for(county).holidays_due_warning(today),
        "years": HolidayYear.objects.order_by("year"),
        "form": form,
        "year_form": year_form,
        "may_write": me(request).may(Permission.CALENDAR_WRITE, county),
    }
    status = max(form.status, year_form.status)
    return render(request, "places/holidays.html", context, status=status)
