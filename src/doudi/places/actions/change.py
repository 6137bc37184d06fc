"""Renames, moves, openings and closings of divisions. All are dated: what a place was called on a day stays known."""

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
from doudi.kernel.division import DivisionCode, DivisionError

from ..models import Division, DivisionVersion, Level
from ..queries import forget_names

LEVELS = {2: Level.PROVINCE, 4: Level.PREFECTURE, 6: Level.COUNTY, 9: Level.TOWNSHIP, 12: Level.VILLAGE}


@transaction.atomic
def rename_division(
    *, by: Staff, division: Division, name: str, short_name: str, starts_on: date, source: str, on: date
) -> None:
    """Give a division another name from a day on, not in the future."""
    permit(by, Permission.PLACE_WRITE, place=division.code)
    if not name.strip() or not short_name.strip():
        raise Refused(_("请填写名称和简称"), "name")
    place = _next_version(division, starts_on, on, name=name, source=source)
    before, place.name, place.short_name = place.name, name, short_name
    place.save(update_fields=["name", "short_name"])
    _record(by, "places.rename", place, source, {"from": before, "to": name, "on": str(starts_on)})


@transaction.atomic
def set_residence_class(
    *, by: Staff, division: Division, residence_class: str, starts_on: date, source: str, on: date
) -> None:
    """Class a village as urban or rural from a day on: it decides which standard its families get."""
    permit(by, Permission.PLACE_WRITE, place=division.code)
    if division.level != Level.VILLAGE:
        raise Refused(_("只有村和社区才分城镇、农村"), "residence_class")
    place = _next_version(division, starts_on, on, residence_class=residence_class, source=source)
    before, place.residence_class = place.residence_class, residence_class
    place.save(update_fields=["residence_class"])
    detail = {"from": before, "to": residence_class, "on": str(starts_on)}
    _record(by, "places.set_residence_class", place, source, detail)


@transaction.atomic
def open_division(
    *,
    by: Staff,
    code: str,
    name: str,
    short_name: str,
    residence_class: str | None,
    letters: str,
    starts_on: date,
    source: str,
) -> Division:
    """Found a division under its parent, which the code names."""
    permit(by, Permission.PLACE_WRITE, place=code)
    parent = _parent_of(code)
    if Division.objects.filter(code=code).exists():
        raise Refused(_("代码 %(code)s 已经用过") % {"code": code}, "code")
    level = LEVELS[len(code)]
    if (level == Level.VILLAGE) != (residence_class is not None):
        raise Refused(_("村和社区要写明城镇或农村，其他级别不写"), "residence_class")
    place = Division.objects.create(
        code=code,
        name=name,
        short_name=short_name,
        level=level,
        parent=parent,
        residence_class=residence_class,
        letters=letters,
    )
    DivisionVersion.objects.create(
        division=place,
        name=name,
        parent_code=parent.code,
        residence_class=residence_class,
        starts_on=starts_on,
        source=source,
    )
    _record(by, "places.open", place, source, {"on": str(starts_on)})
    return place


@transaction.atomic
def close_division(
    *, by: Staff, division: Division, ends_on: date, source: str, on: date, successor: Division | None = None
) -> None:
    """Close a division without open parts; `ends_on` is the first day it no longer exists."""
    permit(by, Permission.PLACE_WRITE, place=division.code)
    place = Division.objects.select_for_update().get(pk=division.pk)
    if place.children.filter(is_open=True).exists():
        raise Refused(_("下面还有未撤销的区划，请先办理它们"))
    _end_version(place, ends_on, on)
    place.is_open, place.successor = False, successor
    place.save(update_fields=["is_open", "successor"])
    detail = {"on": str(ends_on), "successor": successor.code if successor else ""}
    _record(by, "places.close", place, source, detail)


@transaction.atomic
def move_division(*, by: Staff, division: Division, code: str, starts_on: date, source: str, on: date) -> Division:
    """Move a division under another parent: it goes on under a new code, the old one is closed and points to it.

    The files of its people are moved afterwards by `registry`; until then they stay within the old scope.
    """
    permit(by, Permission.PLACE_WRITE, place=division.code)
    moved = open_division(
        by=by,
        code=code,
        name=division.name,
        short_name=division.short_name,
        residence_class=division.residence_class,
        letters=division.letters,
        starts_on=starts_on,
        source=source,
    )
    close_division(by=by, division=division, ends_on=starts_on, source=source, on=on, successor=moved)
    return moved


def _parent_of(code: str) -> Division:
    try:
        above = DivisionCode(code).parent
    except DivisionError as error:
        raise Refused(str(error), "code") from error
    parent = Division.objects.filter(code=str(above), is_open=True).first()
    if parent is None:
        raise Refused(_("上级区划 %(code)s 不存在或已撤销") % {"code": above}, "code")
    return parent


def _next_version(division: Division, starts_on: date, on: date, **changed: str) -> Division:
    """End the version in force and begin one that differs in `changed`; the division, locked."""
    place = Division.objects.select_for_update().get(pk=division.pk)
    last = _end_version(place, starts_on, on)
    state = {"name": last.name, "residence_class": last.residence_class} | changed
    DivisionVersion.objects.create(division=place, parent_code=last.parent_code, starts_on=starts_on, **state)
    return place


def _end_version(place: Division, ends_on: date, on: date) -> DivisionVersion:
    last = place.versions.filter(ends_on__isnull=True).first()
    if last is None or not place.is_open:
        raise Refused(_("“%(name)s”已经撤销") % {"name": place.name})
    if not last.starts_on < ends_on <= on:
        words = {"first": last.starts_on, "today": on}
        raise Refused(_("日期要晚于 %(first)s（上一次变动），不晚于 %(today)s（今天）") % words, "starts_on")
    last.ends_on = ends_on
    last.save(update_fields=["ends_on"])
    return last


def _record(by: Staff, action: str, place: Division, purpose: str, detail: Mapping[str, str | None]) -> None:
    forget_names()
    subject = Subject("division", place.code, place.code)
    record(by=by, action=action, subject=subject, purpose=purpose, detail=detail)
