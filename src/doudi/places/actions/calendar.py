"""Local holidays, and the national arrangement of a year that the software does not bring yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.errors import Refused
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record
from doudi.kernel.calendar import CalendarError, YearTable, official_tables

from ..models import Division, HolidayYear, LocalHoliday
from ..queries import calendar_for

SATURDAY = 5


@transaction.atomic
def add_local_holiday(
    *, by: Staff, area_code: str, day: date, name: str, is_workday: bool, source: str
) -> LocalHoliday:
    """A day off that only this area has, or a weekend worked instead."""
    permit(by, Permission.CALENDAR_WRITE, place=area_code)
    if not Division.objects.filter(code=area_code, is_open=True).exists():
        raise Refused(_("没有代码为 %(code)s 的区划") % {"code": area_code}, "area_code")
    if LocalHoliday.objects.filter(area_code=area_code, day=day).exists():
        raise Refused(_("%(day)s 已经登记过") % {"day": day}, "day")
    if is_workday:
        _check_workday(area_code, day)
    holiday = LocalHoliday.objects.create(area_code=area_code, day=day, name=name, is_workday=is_workday, source=source)
    _record(by, "places.add_local_holiday", holiday)
    return holiday


@transaction.atomic
def remove_local_holiday(*, by: Staff, holiday: LocalHoliday) -> None:
    """Take back a local holiday; deadlines are counted anew from the next look."""
    permit(by, Permission.CALENDAR_WRITE, place=holiday.area_code)
    _record(by, "places.remove_local_holiday", holiday)
    holiday.delete()


@transaction.atomic
def enter_holiday_year(
    *, by: Staff, year: int, notice: str, off: Mapping[date, str], work: Mapping[date, str]
) -> HolidayYear:
    """Enter, or enter again, the national arrangement of a year that the software does not bring."""
    permit(by, Permission.CALENDAR_WRITE)
    if year in official_tables():
        raise Refused(_("%(year)s 年的安排已随软件提供，不用录入") % {"year": year}, "year")
    try:
        YearTable(year, off, work, notice)
    except CalendarError as error:
        raise Refused(str(error), "work") from error
    entered, _created = HolidayYear.objects.update_or_create(
        year=year, defaults={"notice": notice, "off": _iso(off), "work": _iso(work)}
    )
    record(
        by=by,
        action="places.enter_holiday_year",
        subject=Subject("holiday_year", str(year)),
        purpose=notice,
        detail={"off": _iso(off), "work": _iso(work)},
    )
    return entered


def _check_workday(area_code: str, day: date) -> None:
    calendar = calendar_for(area_code)
    if not calendar.covers(day.year):
        raise Refused(_("请先录入 %(year)s 年的国家安排") % {"year": day.year}, "day")
    if day.weekday() < SATURDAY or calendar.holiday_name(day):
        raise Refused(_("调休上班的日子应是周末，且不是放假日"), "day")


def _iso(days: Mapping[date, str]) -> dict[str, str]:
    return {day.isoformat(): name for day, name in sorted(days.items())}


def _record(by: Staff, action: str, holiday: LocalHoliday) -> None:
    subject = Subject("local_holiday", str(holiday.day), holiday.area_code)
    detail = {"name": holiday.name, "workday": holiday.is_workday}
    record(by=by, action=action, subject=subject, purpose=holiday.source, detail=detail)
