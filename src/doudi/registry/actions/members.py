"""Who belongs to a household and since when."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit

from ..codes import HEAD
from ..models import Household, Membership, Person
from . import appending
from .appending import membership_on
from .checks import check_alive, check_in_no_household, check_open, check_reason, check_relation
from .households import close, enter, members_on, touch
from .recording import record
from .refusal import Problems, guarded


def add_member(
    *,
    household: Household,
    person: Person,
    relation: str,
    by: Staff,
    on: date,
    at: datetime,
    co_resident: bool | None = None,
) -> Membership:
    """A person who is in no household joins this one from `on`."""
    permit(by, Permission.PERSON_WRITE, place=household.division_code)
    permit(by, Permission.PERSON_WRITE, place=person.division_code)
    problems = Problems()
    check_open(household, problems, on)
    check_alive(person, problems, on)
    check_relation(relation, problems)
    check_in_no_household(person, by, problems, on)
    problems.refuse_if_any()
    with guarded():
        touch(household)
        membership = enter(household, person, relation, co_resident, on=on, by=by, at=at)
        record("household.add_member", household, by, person=person.pk, relation=relation)
    return membership


def end_membership(*, membership: Membership, reason: str, by: Staff, on: date, at: datetime) -> Membership:
    """The person no longer belongs to the household from `on`; the last member's leaving closes the household."""
    household = membership.household
    permit(by, Permission.PERSON_WRITE, place=household.division_code)
    problems = Problems()
    reason = check_reason(reason, problems)
    check_open(household, problems, on)
    check_running(membership, problems, on)
    others = [m for m in members_on(household, on) if m.person_id != membership.person_id]
    if others and membership.person_id == household.head_id:
        problems.add("", _("户主还有其他成员，请先变更户主再办理迁出。"))
    problems.refuse_if_any()
    with guarded():
        touch(household)
        ended = appending.end(membership, on=on, by=by, at=at)
        assert ended is not None
        if not others:
            close(household, reason, on=on, by=by, at=at)
        record("household.end_membership", household, by, purpose=reason, person=membership.person_id)
    return ended


def check_running(membership: Membership, problems: Problems, on: date) -> None:
    """The membership must still be believed, and hold on the day before it is to end."""
    if membership.superseded_at is not None:
        problems.add("", _("该成员关系已有变动，请刷新后重试。"))
    if on <= membership.starts_on:
        day = {"day": membership.starts_on}
        problems.add("on", _("结束日期应晚于开始日期 %(day)s。") % day)
    elif membership.ends_on is not None and membership.ends_on < on:
        problems.add("on", _("该成员关系已于 %(day)s 结束。") % {"day": membership.ends_on})


def change_membership(
    *,
    membership: Membership,
    relation: str,
    co_resident: bool | None,
    by: Staff,
    on: date,
    at: datetime,
) -> Membership:
    """Relation or living together changes from `on`."""
    household = membership.household
    permit(by, Permission.PERSON_WRITE, place=household.division_code)
    problems = Problems()
    check_open(household, problems, on)
    if membership.superseded_at is not None or not _holds(membership, on):
        problems.add("", _("该成员关系当天不成立或已有变动，请刷新后重试。"))
    if membership.person_id != household.head_id:
        check_relation(relation, problems)
    elif relation != HEAD:
        problems.add("relation", _("户主的关系不能改，请办理变更户主。"))
    problems.refuse_if_any()
    with guarded():
        touch(household)
        changed = appending.change(membership, on=on, by=by, at=at, relation=relation, co_resident=co_resident)
        record("household.change_membership", household, by, person=membership.person_id, relation=relation)
    return changed


def _holds(membership: Membership, day: date) -> bool:
    return membership.starts_on <= day and (membership.ends_on is None or day < membership.ends_on)


def move_member(
    *,
    person: Person,
    household: Household,
    relation: str,
    reason: str,
    by: Staff,
    on: date,
    at: datetime,
    co_resident: bool | None = None,
) -> Membership:
    """The person leaves their household and belongs to `household` from `on`, with everything known about them."""
    permit(by, Permission.PERSON_WRITE, place=household.division_code)
    permit(by, Permission.PERSON_WRITE, place=person.division_code)
    problems = Problems()
    reason = check_reason(reason, problems)
    check_open(household, problems, on)
    check_alive(person, problems, on)
    check_relation(relation, problems)
    old = membership_on(person, on)
    others = [m for m in members_on(old.household, on) if m.person_id != person.pk] if old else []
    if old is None:
        problems.add("", _("该人员当天不在任何家庭，请直接添加为成员。"))
    elif old.household_id == household.pk:
        problems.add("", _("该人员已是本户成员。"))
    elif others and old.household.head_id == person.pk:
        problems.add("", _("该人员是原户户主，请先变更原户户主。"))
    problems.refuse_if_any()
    assert old is not None
    with guarded():
        touch(household)
        appending.end(old, on=on, by=by, at=at)
        if not others:
            close(old.household, reason, on=on, by=by, at=at)
        moved = enter(household, person, relation, co_resident, on=on, by=by, at=at)
        record("household.move_member", household, by, purpose=reason, person=person.pk, origin=old.household_id)
    return moved
