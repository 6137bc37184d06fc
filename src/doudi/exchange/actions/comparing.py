"""The quarterly comparison: compiled by one side, confirmed by the other, kept as it was."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from doudi.accounts.models import Assignment, Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.roles import COUNTY, Role
from doudi.accounts.scope import permit
from doudi.audit import actions as audit
from doudi.audit.actions import Subject
from doudi.audit.canonical import sm3
from doudi.registry.actions.refusal import refuse

from ..models import Comparison
from ..queries.comparing import Row, compare, counts_of


def quarter_of(day: date) -> str:
    """2026Q4."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def first_day(quarter: str) -> date:
    """The first day of a quarter."""
    return date(int(quarter[:4]), int(quarter[-1]) * 3 - 2, 1)


def compile_comparison(*, county: str, by: Staff, on: date, at: datetime) -> Comparison:
    """Compare as of today. A quarter may be compiled again as long as nobody has confirmed it."""
    permit(by, Permission.EXCHANGE_WRITE, place=county)
    quarter = quarter_of(on)
    with transaction.atomic():
        rows = Comparison.objects.filter(county=county, quarter=quarter)
        if rows.filter(confirmed_at__isnull=False).exists():
            raise refuse("", _("本季度的比对报告已经双方确认，下季度再编制。"))
        found = compare(county, on, first_day(quarter))
        content = json.dumps([asdict(row) for row in found], ensure_ascii=False, sort_keys=True)
        report = Comparison.objects.create(
            county=county, quarter=quarter, version=(rows.aggregate(n=Max("version"))["n"] or 0) + 1, as_of=on,
            content=content, counts=counts_of(found), digest=sm3(content.encode()).hex(), compiled_at=at,
            compiled_by_id=by.pk,
        )  # fmt: skip
        audit.record(by=by, action="exchange.compile", subject=_about(report), detail={"rows": len(found)})
    return report


def confirm_comparison(*, comparison: Comparison, by: Staff, at: datetime) -> Comparison:
    """The other side says that it is so. Never who compiled it, never the same office; only the latest version."""
    permit(by, Permission.EXCHANGE_WRITE, place=comparison.county)
    with transaction.atomic():
        row = Comparison.objects.select_for_update(of=("self",)).get(pk=comparison.pk)
        if row.confirmed_at is not None:
            raise refuse("", _("这份报告已经确认过。"))
        later = Comparison.objects.filter(county=row.county, quarter=row.quarter, version__gt=row.version)
        if later.exists():
            raise refuse("", _("这份报告有更新的版本，请确认最新的一份。"))
        if by.pk == row.compiled_by_id or _side(by) == _side_of(row.compiled_by_id, at):
            raise refuse("", _("由一方编制、另一方确认，请对方部门确认。"))
        if sm3(str(row.content).encode()).hex() != row.digest:
            raise refuse("", _("报告内容与校验码不符，不能确认，请联系系统管理员。"))
        row.confirmed_at, row.confirmed_by_id = at, by.pk
        row.save(update_fields=["confirmed_at", "confirmed_by_id"])
        audit.record(by=by, action="exchange.confirm", subject=_about(row), detail={"digest": row.digest})
    return row


def exported(comparison: Comparison, *, by: Staff) -> None:
    """Record that somebody took the report out."""
    permit(by, Permission.EXCHANGE_READ, place=comparison.county)
    audit.record(by=by, action="exchange.export", subject=_about(comparison))


def rows_of(comparison: Comparison) -> list[Row]:
    """The lines as they were frozen."""
    return [Row(**row) for row in json.loads(str(comparison.content))]


def is_civil_affairs(by: Staff) -> bool:
    """Whether somebody sits at the civil affairs side of the exchange."""
    return bool(by.scope.roles & COUNTY)


def _side(by: Staff) -> str:
    return "civil_affairs" if is_civil_affairs(by) else "revitalisation"


def _side_of(staff_id: int, at: datetime) -> str:
    roles = set(Assignment.objects.filter(staff_id=staff_id).in_force(at).values_list("role", flat=True))
    return "revitalisation" if Role.RURAL_REVITALISATION.value in roles else "civil_affairs"


def _about(report: Comparison) -> Subject:
    return Subject("comparison", str(report.pk), report.county)
