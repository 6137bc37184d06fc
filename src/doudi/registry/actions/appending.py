"""How dated rows change: the old row is superseded and what still holds is appended beside it. Nothing is edited."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from doudi.accounts.models import Staff

from ..models import Certificate, KinTie, LowIncomeStatus, Membership, Person, Residence, Statement
from ..models.dated import Dated
from .refusal import Conflict

D = TypeVar("D", bound=Dated)
Days = tuple[date, date | None]
Cut = list[Any]
"""[model, id of the row that was ended, id of what is left of it or None]."""

# What is known about one person and moves with them.
OF_A_PERSON: tuple[type[Dated], ...] = (Certificate, Statement, Residence, KinTie, LowIncomeStatus)


def days(row: Dated) -> Days:
    """The half-open period of a row."""
    return row.starts_on, row.ends_on


def without(period: Days, taken: Days) -> list[Days]:
    """What is left of a period when the days of another are taken out: nothing, one piece or two."""
    start, end = period
    first, until = taken
    if (end is not None and end <= first) or (until is not None and until <= start):
        return [period]
    left: list[Days] = [(start, first)] if start < first else []
    if until is not None and (end is None or until < end):
        left.append((until, end))
    return left


def supersede(row: Dated, at: datetime) -> None:
    """Stop believing a row; Conflict if somebody did so before us."""
    rows = type(row)._default_manager.filter(pk=row.pk, superseded_at__isnull=True)
    if not rows.update(superseded_at=at):
        raise Conflict
    row.superseded_at = at


def append(row: D, *, by: Staff | None, at: datetime, **changes: Any) -> D:
    """A new believed row like `row` but for the changes."""
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}
    values |= {"recorded_at": at, "superseded_at": None, "recorded_by_id": by.pk if by else None} | changes
    return type(row)._default_manager.create(**values)  # type: ignore[return-value]


def end(row: D, *, on: date, by: Staff, at: datetime) -> D | None:
    """The row holds no longer from `on`; None if it then never held at all."""
    supersede(row, at)
    return append(row, by=by, at=at, ends_on=on) if row.starts_on < on else None


def cut(row: Dated, *, on: date, by: Staff, at: datetime) -> Cut:
    """End a row and name it and what is left of it, so that the end can be taken back."""
    left = end(row, on=on, by=by, at=at)
    return [row._meta.label, row.pk, left.pk if left else None]


def change(row: D, *, on: date, by: Staff, at: datetime, **changes: Any) -> D:
    """From `on` the row says something else; before, what it said."""
    end(row, on=on, by=by, at=at)
    return append(row, by=by, at=at, starts_on=max(row.starts_on, on), **changes)


def clear(rows: Iterable[Dated], taken: Days, *, by: Staff, at: datetime) -> None:
    """Make room: the rows no longer say anything about these days, and still say the rest."""
    for row in rows:
        pieces = without(days(row), taken)
        if pieces == [days(row)]:
            continue
        supersede(row, at)
        for start, until in pieces:
            append(row, by=by, at=at, starts_on=start, ends_on=until)


def membership_on(person: Person, day: date) -> Membership | None:
    """The one membership of a person on a day, as far as the asker may see."""
    return Membership.objects.known().on(day).filter(person=person).first()


def rehome(person: Person, code: str, household_id: int) -> None:
    """The person's file belongs to another village now, and their personal statuses to another household."""
    LowIncomeStatus.objects.known().filter(person=person).update(household_id=household_id)
    if person.division_code == code:
        return
    for model in OF_A_PERSON:
        model._default_manager.filter(person=person).update(division_code=code)  # type: ignore[misc]
    person.revisions.update(division_code=code)
    person.merges.update(division_code=code)
    Person.objects.filter(pk=person.pk).update(division_code=code)
    person.division_code = code
