"""Noticing, as the daily job does it; and saying what it turned out to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.errors import Refused
from doudi.accounts.models import Assignment, Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record

from .gathering import Gathered, gather
from .models import UnusualReading
from .rule import Limits, Look, Unusual, unexplained, unusual

MOST_EVENTS = 300


def notice(*, on: date, at: datetime, using: str = "default", limits: Limits | None = None) -> int:
    """Look at a day that is over; returns how many findings are new. Running it twice finds nothing twice."""
    limits = limits or Limits()
    gathered = gather(on - timedelta(days=limits.history_days), on, using=using)
    left = unexplained(gathered.looks, gathered.works)
    found = unusual(left, on, limits)
    return sum(_keep(one, gathered, at, using) for one in found)


def _keep(one: Unusual, gathered: Gathered, at: datetime, using: str) -> bool:
    """A new finding; one that is still open only grows, and what was settled is told again only once it doubled."""
    rows = UnusualReading.objects.using(using).filter(staff_id=one.staff, sign=one.sign)
    settled = rows.filter(settled_at__isnull=False).order_by("-on").values_list("on", flat=True).first()
    looks = [look for look in one.looks if settled is None or look.day > settled]
    told = {
        "since": looks[0].day if looks else one.since, "on": one.on, "files": len({look.file for look in looks}),
        "usual": round(one.usual, 1), "events": _events(looks, gathered),
    }  # fmt: skip
    if not looks or (settled is not None and len(looks) * 2 < len(one.looks)):
        return False
    with transaction.atomic(using=using):
        if rows.filter(settled_at__isnull=True).update(**told):
            return False
        place = _place(one.staff, using)
        row = UnusualReading(staff_id=one.staff, role=one.role, division_code=place, sign=one.sign, found_at=at, **told)
        row.save(using=using)
        subject = Subject("unusual", str(row.pk), place)
        record(by=None, action="oversight.notice", subject=subject, detail={"sign": one.sign}, at=at, using=using)
    return True


def _events(looks: Sequence[Look], gathered: Gathered) -> list[dict[str, Any]]:
    """The newest events behind a finding: number, day, file, place."""
    rows: list[dict[str, Any]] = [
        {"id": event, "day": look.day.isoformat(), "file": look.file, "place": look.place}
        for look in looks
        for event in gathered.events.get((look.staff, look.day, look.file), ())
    ]
    return sorted(rows, key=lambda row: int(row["id"]))[-MOST_EVENTS:]


def _place(staff: int, using: str) -> str:
    """Where they work: the widest place of their newest roles."""
    rows = Assignment.objects.using(using).filter(staff_id=staff).values_list("division_code", flat=True)
    return min(rows, key=len, default="")


def settle(*, finding: UnusualReading, outcome: str, note: str, by: Staff, at: datetime) -> bool:
    """Say what a finding turned out to be; False if somebody had said it already. Nobody settles their own."""
    permit(by, Permission.OVERSIGHT_SETTLE, place=finding.division_code)
    if finding.staff_id == by.pk:
        raise Refused(_("这是您自己的查阅记录，请由别人处理"))
    if outcome not in UnusualReading.Outcome.values or not note.strip():
        raise Refused(_("请选择查明的结果，并写明情况"))
    with transaction.atomic():
        waiting = UnusualReading.objects.filter(pk=finding.pk, settled_at__isnull=True)
        changed = waiting.update(outcome=outcome, settled_at=at, settled_by_id=by.pk, settled_note=note.strip()[:200])
        if changed:
            subject = Subject("unusual", str(finding.pk), finding.division_code)
            record(by=by, action="oversight.settle", subject=subject, purpose=note.strip()[:200],
                   detail={"outcome": outcome})  # fmt: skip
    return bool(changed)
