"""Putting a need to a department, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.casework.referring import Need
from doudi.registry.actions.refusal import Problems, refuse
from doudi.registry.models import Household, Person
from doudi.registry.queries.visible import visible

from ..entitlements import OWN_BUSINESS, Entitlement, department_for
from ..limits import ANSWER_WORKDAYS, MOST_AT_ONCE
from ..models import Referral
from ..moves import OPEN, Move
from .moving import clean_words, due, locked, moved, step, told


def send(*, need: Need, by: Staff, on: date, at: datetime, department: str = "") -> Referral:
    """Put a need to the department that answers for it. The same open need is returned, not sent twice."""
    home = _household(need.household_id, by)
    permit(by, Permission.REFERRAL_SEND, place=home.division_code)
    problems = Problems()
    asked = _department(need.entitlement, department, problems)
    why = clean_words(need.why, "why", problems, required=True)
    person = _person(need.person_id, home, on, problems)
    if home.closed_on is not None and home.closed_on <= on:
        problems.add("", _("该户已销户，不能转介。"))
    problems.refuse_if_any()
    row = Referral(
        household=home, person=person, division_code=home.division_code, entitlement=need.entitlement,
        department=asked, why=why, clauses=list(need.clauses), sent_on=on, sent_by_id=by.pk,
        due_on=due(on, ANSWER_WORKDAYS),
    )  # fmt: skip
    return open_one(row) or _sent(row, by, on, at)


def open_one(wanted: Referral) -> Referral | None:
    """The open referral of the same need to the same department, if there is one."""
    rows = Referral.objects.filter(household_id=wanted.household_id, entitlement=wanted.entitlement, state__in=OPEN)
    about = Q(person_id=wanted.person_id) if wanted.person_id else Q(person__isnull=True)
    return rows.filter(about, department=wanted.department).first()


def _sent(row: Referral, by: Staff, on: date, at: datetime) -> Referral:
    """Write it; whoever sends the same at the same moment gets the one that was there first."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            step(row, Move.SEND, before="", by=by, on=on, at=at, note="")
            told(row, Move.SEND, by)
    except IntegrityError:
        first = open_one(row)
        if first is None:
            raise
        return first
    return row


def send_many(*, needs: Iterable[Need], by: Staff, on: date, at: datetime) -> list[Referral]:
    """Several at once: all of them, or none and every problem."""
    permit(by, Permission.REFERRAL_SEND)
    wanted = list(needs)
    if not wanted:
        raise refuse("", _("没有选中任何一项，请先勾选。"))
    if len(wanted) > MOST_AT_ONCE:
        raise refuse("", _("一次最多转介 %(n)s 项，请分几次办理。") % {"n": MOST_AT_ONCE})
    with transaction.atomic():
        return [send(need=need, by=by, on=on, at=at) for need in wanted]


def withdraw(*, referral: Referral, note: str, by: Staff, on: date, at: datetime) -> Referral:
    """The need is gone or was a mistake; the department sees that it need not answer."""
    permit(by, Permission.REFERRAL_SEND, place=referral.division_code)
    problems = Problems()
    note = clean_words(note, "note", problems, required=True)
    problems.refuse_if_any()
    with transaction.atomic():
        row = locked(referral, Move.WITHDRAW)
        moved(row, Move.WITHDRAW, by=by, on=on, at=at, note=note, closed_on=on)
    return row


def _household(pk: int, by: Staff) -> Household:
    home = visible(Household.objects.filter(pk=pk), by).select_related("head").first()
    if home is None:
        raise refuse("household", _("没有这一户，或者不在您的辖区。"))
    return home


def _person(pk: int | None, home: Household, on: date, problems: Problems) -> Person | None:
    if pk is None:
        return None
    belongs = home.memberships.known().on(on).filter(person_id=pk).select_related("person").first()
    if belongs is None:
        problems.add("person", _("该人员当天不是本户成员。"))
        return None
    person: Person = belongs.person
    if person.death_date is not None and person.death_date <= on:
        problems.add("person", _("该人员已去世，不能转介。"))
    return person


def _department(entitlement: str, asked: str, problems: Problems) -> str:
    if entitlement == OWN_BUSINESS:
        problems.add("entitlement", _("临时救助由民政办理，请登记急难救助，不用转介。"))
        return ""
    if entitlement not in Entitlement.values:
        problems.add("entitlement", _("没有这个帮扶事项，请从列表中选择。"))
        return ""
    found = department_for(entitlement, asked)
    if not found:
        problems.add("department", _("请选择由哪个部门答复。"))
    return found
