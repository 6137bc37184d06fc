"""What the rural-revitalisation list says of a household, as dated circumstances under that department's name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit

from ..models import Circumstance, Household
from ..models.facts import Source
from .appending import clear
from .evidence import CODES, YES_NO
from .recording import record
from .refusal import Problems, guarded

LISTED = (Circumstance.Kind.RELAPSE_WATCH.value, Circumstance.Kind.LIFTED.value)
Said = tuple[date, date | None, str]
"""From which day, until which (half-open), which code."""


def state_listing(
    *, household: Household, kind: str, said: Sequence[Said], by: Staff, on: date, at: datetime
) -> list[Circumstance]:
    """Make the department's own word on these days what is given; days it already speaks so of stay untouched.

    The department itself may do it, and civil affairs in its place. Returns the rows written: none if nothing is new.
    """
    own = by.may(Permission.RELAPSE_WRITE, household.division_code)
    permit(by, Permission.RELAPSE_WRITE if own else Permission.PERSON_WRITE, place=household.division_code)
    problems = Problems()
    if kind not in LISTED:
        problems.add("kind", _("没有这个事项，请从列表中选择。"))
    if any(code not in CODES.get(kind, YES_NO) for _start, _end, code in said):
        problems.add("code", _("该事项没有这个选项，请从列表中选择。"))
    if any(start > on for start, _end, _code in said):
        problems.add("starts_on", _("开始日期晚于今天，请核对。"))
    problems.refuse_if_any()
    with guarded():
        new = [one for one in said if not _already(household, kind, one)]
        return [_written(household, kind, one, by, at) for one in new]


def _rows(household: Household, kind: str) -> list[Circumstance]:
    source = Source.REVITALISATION
    return list(
        Circumstance.objects.known().filter(household=household, kind=kind, source=source).order_by("starts_on")
    )


def _already(household: Household, kind: str, one: Said) -> bool:
    """Whether rows with this code, one after the other, cover these days."""
    start, end, code = one
    day = start
    for row in _rows(household, kind):
        if row.code != code or row.starts_on > day:
            continue
        if row.ends_on is None or (end is not None and row.ends_on >= end):
            return True
        day = max(day, row.ends_on)
    return False


def _written(household: Household, kind: str, one: Said, by: Staff, at: datetime) -> Circumstance:
    start, end, code = one
    clear(_rows(household, kind), (start, end), by=by, at=at)
    row = Circumstance.objects.create(
        household=household, kind=kind, code=code, source=Source.REVITALISATION, division_code=household.division_code,
        starts_on=start, ends_on=end, recorded_at=at, recorded_by_id=by.pk,
    )  # fmt: skip
    record("household.circumstance", household, by, row=row.pk, kind=kind, source=Source.REVITALISATION.value)
    return row
