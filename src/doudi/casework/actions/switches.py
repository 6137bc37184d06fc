"""What a township may do that others may not, dated and with its basis; no two of a kind at the same time."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit import actions as audit
from doudi.registry.actions.refusal import Problems, refuse

from ..models import TownshipSwitch


def switch_on(
    *, township: str, kind: str, starts_on: date, basis: str, by: Staff, ends_on: date | None = None
) -> TownshipSwitch:
    """Turn a switch on from a day. Cases accepted before keep what held on their day."""
    permit(by, Permission.CASE_CONFIRM, place=township)
    problems = Problems()
    if len(township) != 9:
        problems.add("township", _("请选择乡镇（街道、农场）。"))
    if kind not in TownshipSwitch.Kind.values:
        problems.add("kind", _("请选择事项。"))
    if not basis.strip():
        problems.add("basis", _("请写明依据的文件和文号。"))
    if ends_on is not None and ends_on <= starts_on:
        problems.add("ends_on", _("停止日期应晚于开始日期。"))
    problems.refuse_if_any()
    _refuse_overlap(township, kind, starts_on, ends_on)
    with transaction.atomic():
        made = TownshipSwitch.objects.create(
            division_code=township, kind=kind, starts_on=starts_on, ends_on=ends_on, basis=basis.strip(), by_id=by.pk
        )
        audit.record(by=by, action="case.switch_on", detail={"switch": made.pk, "kind": kind, "place": township})
    return made


def _refuse_overlap(township: str, kind: str, starts_on: date, ends_on: date | None) -> None:
    rows = TownshipSwitch.objects.filter(division_code=township, kind=kind)
    rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on))
    held = (rows.filter(starts_on__lt=ends_on) if ends_on else rows).order_by("starts_on").first()
    if held is not None:
        until = f"{held.ends_on:%Y-%m-%d}" if held.ends_on else _("未定停止日期")
        said = {"since": f"{held.starts_on:%Y-%m-%d}", "until": until}
        raise refuse("starts_on", _("与已有的一段重叠（%(since)s 至 %(until)s），请先停止那一段，或改日期。") % said)


def switch_off(*, switch: TownshipSwitch, by: Staff, on: date) -> None:
    """End a switch: from this day it no longer holds."""
    permit(by, Permission.CASE_CONFIRM, place=switch.division_code)
    if switch.ends_on is not None and switch.ends_on <= on:
        raise refuse("on", _("这一项已经停止。"))
    if on <= switch.starts_on:
        raise refuse("on", _("停止日期应晚于开始日期。"))
    with transaction.atomic():
        if not TownshipSwitch.objects.filter(pk=switch.pk).update(ends_on=on):
            raise refuse("", _("这一项不在您的管辖范围内，没有停止。"))
        audit.record(by=by, action="case.switch_off", detail={"switch": switch.pk, "on": str(on)})
