"""The low-income registry: determined and ended by the staff of the department that answers for the category."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit

from ..models import Household, LowIncomeStatus, Person
from ..models.status import PERSONAL
from .appending import cut, end, membership_on
from .checks import check_alive, check_open, check_reason
from .recording import record
from .refusal import Problems, guarded

CIVIL_AFFAIRS = LowIncomeStatus.Department.CIVIL_AFFAIRS.value
REVITALISATION = LowIncomeStatus.Department.RURAL_REVITALISATION.value
AGRICULTURE = LowIncomeStatus.Department.AGRICULTURE.value
HANDED_ON = date(2025, 1, 1)  # rules.md variable 22: the day two categories changed their department


def department_of(category: str, on: date) -> str | None:
    """Who determines a category on a day; None if any department may."""
    if category == "rigid_expenditure":
        return REVITALISATION if on < HANDED_ON else CIVIL_AFFAIRS
    if category == "relapse_watch":
        return REVITALISATION if on < HANDED_ON else AGRICULTURE
    return None if category == "other" else CIVIL_AFFAIRS


def _right(department: str) -> Permission:
    return Permission.STATUS_WRITE if department == CIVIL_AFFAIRS else Permission.RELAPSE_WRITE


def determine_status(
    *,
    household: Household,
    category: str,
    ground: str,
    department: str,
    starts_on: date,
    by: Staff,
    on: date,
    at: datetime,
    person: Person | None = None,
    ends_on: date | None = None,
    review_by: date | None = None,
    replaces: bool = False,
) -> LowIncomeStatus:
    """Enter a category for a household, or for one of its persons (tekun, individual dibao).

    `replaces`: a category of the same household (or person) that would overlap gives way from `starts_on`; it is a
    consequence of the new determination, whoever determined the old one.
    """
    permit(by, _right(department), place=household.division_code)
    problems = Problems()
    ground = check_reason(ground, problems, field="ground")
    _check_category(category, department, starts_on, problems)
    check_open(household, problems, starts_on)
    _check_person(household, category, person, starts_on, problems)
    _check_days(starts_on, ends_on, review_by, problems)
    problems.refuse_if_any()
    with guarded():
        if replaces:
            _give_way(household, person, starts_on, by=by, at=at)
        row = LowIncomeStatus.objects.create(
            household=household, person=person, category=category, ground=ground, department=department,
            review_by=review_by, division_code=household.division_code, starts_on=starts_on, ends_on=ends_on,
            recorded_at=at, recorded_by_id=by.pk,
        )  # fmt: skip
        who = person.pk if person else None
        record("status.determine", household, by, row=row.pk, category=category, person=who)
    return row


def _check_days(starts_on: date, ends_on: date | None, review_by: date | None, problems: Problems) -> None:
    if ends_on is not None and ends_on <= starts_on:
        problems.add("ends_on", _("结束日期应晚于开始日期 %(day)s。") % {"day": starts_on})
    if review_by is not None and review_by <= starts_on:
        problems.add("review_by", _("复核日期应晚于开始日期 %(day)s。") % {"day": starts_on})


def _give_way(household: Household, person: Person | None, on: date, *, by: Staff, at: datetime) -> None:
    rows = LowIncomeStatus.objects.known().filter(household=household, person=person)
    for old in rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)):
        cut(old, on=on, by=by, at=at)


def _check_category(category: str, department: str, on: date, problems: Problems) -> None:
    if category not in LowIncomeStatus.Category.values:
        problems.add("category", _("没有这个类别，请从列表中选择。"))
        return
    due = department_of(category, on)
    if department not in LowIncomeStatus.Department.values or (due is not None and department != due):
        label = LowIncomeStatus.Department(due).label if due else _("民政局、乡村振兴局或农业农村局")
        problems.add("department", _("该类别当日由%(who)s认定，请核对认定部门。") % {"who": label})


def _check_person(household: Household, category: str, person: Person | None, on: date, problems: Problems) -> None:
    if category not in PERSONAL:
        if person is not None:
            problems.add("person", _("该类别按户认定，不能选择个人。"))
        return
    if person is None:
        problems.add("person", _("该类别按人认定，请选择人员。"))
        return
    check_alive(person, problems, on)
    membership = membership_on(person, on)
    if membership is None or membership.household_id != household.pk:
        problems.add("person", _("该人员当天不是本户成员。"))


def end_status(*, status: LowIncomeStatus, reason: str, by: Staff, on: date, at: datetime) -> LowIncomeStatus:
    """The category no longer holds from `on`."""
    permit(by, _right(status.department), place=status.division_code)
    problems = Problems()
    reason = check_reason(reason, problems)
    if status.superseded_at is not None:
        problems.add("", _("该认定已有变动，请刷新后重试。"))
    if on <= status.starts_on:
        problems.add("on", _("结束日期应晚于开始日期 %(day)s。") % {"day": status.starts_on})
    elif status.ends_on is not None and status.ends_on < on:
        problems.add("on", _("该认定已于 %(day)s 结束。") % {"day": status.ends_on})
    problems.refuse_if_any()
    with guarded():
        ended = end(status, on=on, by=by, at=at)
        assert ended is not None
        record("status.end", status.household, by, purpose=reason, row=ended.pk, category=status.category)
    return ended
