"""Lists of referrals within reach: by place for civil affairs, by department for those who answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission, roles_with
from doudi.accounts.queries import names_of
from doudi.accounts.scope import within
from doudi.kernel.calendar import MissingYear
from doudi.places.queries import calendar_for
from doudi.privacy.masking import mask_phone, mask_resident_id
from doudi.registry.queries.naming import spots

from ..models import Referral
from ..moves import OPEN, State

ANSWERING = roles_with(Permission.REFERRAL_ANSWER)
READING = roles_with(Permission.REFERRAL_READ)


def is_department(staff: Staff) -> bool:
    """Whether this person answers for a department."""
    return staff.may(Permission.REFERRAL_ANSWER)


def referrals_for(staff: Staff) -> QuerySet[Referral]:
    """Everything within reach: the first wall, the same as `doudi_referral_reach` in the database."""
    reaches = []
    for held in staff.scope.held:
        if held.role in ANSWERING:
            reaches.append(within(held.place) & Q(department=held.role.value))
        elif held.role in READING:
            reaches.append(within(held.place))
    rows = Referral.objects.select_related("household__head", "person")
    return rows.filter(reduce(or_, reaches)) if reaches else rows.none()


def referrals_of(household_id: int, staff: Staff) -> QuerySet[Referral]:
    """Those of one household, the newest first."""
    return referrals_for(staff).filter(household_id=household_id).order_by("-pk")


VIEWS: dict[str, Any] = {
    "open": lambda rows, on: rows.filter(state__in=OPEN),
    "late": lambda rows, on: rows.filter(state__in=OPEN, due_on__lt=on),
    "new": lambda rows, on: rows.filter(state=State.SENT),
    "working": lambda rows, on: rows.filter(state=State.ACCEPTED),
    "given": lambda rows, on: rows.filter(state=State.GIVEN),
    "without": lambda rows, on: rows.filter(state__in=[State.REFUSED, State.NOT_GIVEN]),
    "done": lambda rows, on: rows.exclude(state__in=OPEN),
}


def view_of(staff: Staff, view: str, on: date) -> QuerySet[Referral]:
    """One saved view; open ones by deadline, closed ones the newest first."""
    rows: QuerySet[Referral] = VIEWS[view](referrals_for(staff), on)
    order = ("due_on", "pk") if view in ("open", "late", "new", "working") else ("-closed_on", "-pk")
    return rows.order_by(*order)


@dataclass(frozen=True)
class Line:
    """What a page, a sheet or a letter shows of one referral, and all that a department is shown."""

    referral: Referral
    name: str
    resident_id: str
    phone: str
    village: str
    days_left: int | None

    @property
    def number(self) -> str:
        return self.referral.number

    @property
    def entitlement(self) -> str | Promise:
        return self.referral.get_entitlement_display()

    @property
    def late(self) -> bool:
        return self.days_left is not None and self.days_left < 0


def lines(rows: list[Referral], on: date) -> list[Line]:
    """Rows with masked numbers and the working days left."""
    places = spots({row.division_code for row in rows})
    calendar = calendar_for()
    return [_line(row, places[row.division_code].path, _days(calendar, on, row.due_on)) for row in rows]


def _line(row: Referral, village: str, days: int | None) -> Line:
    person = row.subject
    number, phone = person.resident_id, person.phone
    return Line(
        referral=row, name=person.name, resident_id=mask_resident_id(str(number) if number else None),
        phone=mask_phone(str(phone)) if phone else "", village=village, days_left=days if row.is_open else None,
    )  # fmt: skip


def _days(calendar: Any, on: date, due_on: date) -> int | None:
    """Working days left; on the day after the last one, even a day off, it is overdue."""
    try:
        left: int = calendar.workdays_between(on, due_on)
    except MissingYear:
        return (due_on - on).days
    return min(left, -1) if due_on < on else left


@dataclass(frozen=True)
class StepLine:
    """A step in words."""

    what: str
    who: str
    note: str
    on: date


def steps_of(referral: Referral) -> list[StepLine]:
    """Every step, the newest first."""
    rows = list(referral.steps.order_by("-pk"))
    names = names_of([r.by_id for r in rows if r.by_id])
    return [
        StepLine(str(r.get_move_display()), names.get(r.by_id or 0, ""), str(r.note or ""), r.done_on) for r in rows
    ]
