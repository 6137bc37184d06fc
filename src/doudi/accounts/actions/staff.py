"""What the security administrator does with staff and their roles. Nobody does any of it to themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from .. import port
from ..errors import Refused
from ..models import Assignment, RolePolicy, Staff
from ..passwords import problems_with, temporary_password
from ..permissions import Permission
from ..port import announce
from ..roles import Role, digits_of, exclude_each_other
from ..scope import permit

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
PHONE = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}")
EPOCH = ["session_epoch"]


@dataclass(frozen=True)
class Hired:
    """A staff member with the password for their first sign-in, shown once and kept nowhere."""

    staff: Staff
    password: str


@transaction.atomic
def hire_staff(*, by: Staff, username: str, name: str, office: str, phone: str | None, at: datetime) -> Hired:
    """Open an account. It can do nothing until a role is given, and must change its password at the first sign-in."""
    permit(by, Permission.STAFF_WRITE)
    _check_person(username, name, phone)
    if Staff.objects.filter(username=username).exists():
        raise Refused(_("登录名“%(name)s”已经有人用了，请换一个") % {"name": username}, "username")
    staff = Staff(username=username, name=name, office=office, phone=phone or None, created_at=at)
    password = _give_temporary_password(staff)
    staff.save()
    _record(by, "accounts.hire_staff", staff, after={"username": username, "name": name, "office": office})
    return Hired(staff, password)


@transaction.atomic
def hire_first_administrator(*, username: str, name: str, password: str, at: datetime, using: str = "default") -> Staff:
    """The first security administrator of an empty house, by whoever installs it; refused once anybody exists."""
    county = settings.DOUDI_COUNTY
    if Staff.objects.using(using).exists():
        raise Refused(_("已经有工作人员，请由安全管理员新增"))
    _check_person(username, name, None)
    staff = Staff(username=username, name=name, created_at=at)
    if problems := problems_with(password, staff):
        raise Refused("；".join(problems), "password")
    staff.set_password(password)
    with transaction.atomic(using=using):
        staff.save(using=using)
        Assignment.objects.using(using).create(
            staff=staff, role=Role.SECURITY_ADMIN, division_code=county, starts_at=at, reason="初始化"
        )
    announce(
        by=None,
        action="accounts.hire_first_administrator",
        subject_kind="staff",
        subject_id=str(staff.pk),
        place=county,
    )
    return staff


@transaction.atomic
def disable_staff(*, by: Staff, staff: Staff, reason: str, at: datetime) -> None:
    """Close an account: every session of it is dead at its next request."""
    person = _other(by, staff, at)
    person.is_active = False
    _kill_sessions(person, "is_active")
    _record(by, "accounts.disable_staff", person, purpose=reason)


@transaction.atomic
def enable_staff(*, by: Staff, staff: Staff, reason: str, at: datetime) -> None:
    """Open a closed account again; the old sessions stay dead."""
    person = _other(by, staff, at)
    person.is_active = True
    _kill_sessions(person, "is_active")
    _record(by, "accounts.enable_staff", person, purpose=reason)


@transaction.atomic
def reset_password(*, by: Staff, staff: Staff, at: datetime) -> Hired:
    """Give a new password for one sign-in to somebody who has forgotten theirs."""
    person = _other(by, staff, at)
    password = _give_temporary_password(person)
    _kill_sessions(person, "password", "must_change_password")
    _record(by, "accounts.reset_password", person)
    return Hired(person, password)


@transaction.atomic
def reset_totp(*, by: Staff, staff: Staff, at: datetime) -> None:
    """Remove the second factor of somebody who has lost it; a role that demands one makes them set it up anew."""
    person = _other(by, staff, at)
    person.totp_secret = None
    person.totp_confirmed_at = None
    _kill_sessions(person, "totp_secret", "totp_confirmed_at")
    _record(by, "accounts.reset_totp", person)


@transaction.atomic
def assign_role(
    *, by: Staff, staff: Staff, role: Role, place: str, ends_at: datetime | None, reason: str, at: datetime
) -> Assignment:
    """Give a role at a place from now on. Refused with a sentence where roles exclude each other."""
    permit(by, Permission.STAFF_WRITE, place=place)
    person = _other(by, staff, at)
    _check_role(person, role, place, ends_at, at)
    assignment = Assignment.objects.create(
        staff=person,
        role=role,
        division_code=place,
        starts_at=at,
        ends_at=ends_at,
        reason=reason,
        granted_by=by,
    )
    _kill_sessions(person)
    detail = {"role": role.value, "until": ends_at and ends_at.isoformat()}
    _record(by, "accounts.assign_role", person, place=place, purpose=reason, detail=detail)
    return assignment


@transaction.atomic
def end_role(*, by: Staff, assignment: Assignment, reason: str, at: datetime) -> None:
    """End a role now. It stays on record; its holder's sessions die."""
    permit(by, Permission.STAFF_WRITE, place=assignment.division_code)
    person = _other(by, assignment.staff, at)
    running = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if running.ends_at is not None and running.ends_at <= at:
        raise Refused(_("这个角色已经结束"))
    running.ends_at = at
    running.save(update_fields=["ends_at"])
    _kill_sessions(person)
    detail = {"role": running.role}
    _record(by, "accounts.end_role", person, place=running.division_code, purpose=reason, detail=detail)


@transaction.atomic
def require_totp(*, by: Staff, role: Role, required: bool) -> None:
    """Demand a second factor of everybody with a role, or stop demanding it. It takes effect at their next page."""
    permit(by, Permission.STAFF_WRITE)
    RolePolicy.objects.update_or_create(role=role, defaults={"require_totp": required})
    announce(
        by=by,
        action="accounts.require_totp",
        subject_kind="role",
        subject_id=role.value,
        detail={"required": required},
    )


def _other(by: Staff, staff: Staff, at: datetime) -> Staff:
    """Somebody else within reach, locked so that two administrators take turns."""
    permit(by, Permission.STAFF_WRITE)
    if staff.pk == by.pk:
        raise Refused(_("不能给自己办理，请由另一位安全管理员操作"))
    person = Staff.objects.select_for_update().get(pk=staff.pk)
    for place in person.assignments.not_over(at).values_list("division_code", flat=True):
        permit(by, Permission.STAFF_WRITE, place=place)
    return person


def _check_person(username: str, name: str, phone: str | None) -> None:
    if not USERNAME.fullmatch(username):
        raise Refused(_("登录名用 3–40 位小写字母、数字或 . _ -，以字母或数字开头"), "username")
    if not name.strip():
        raise Refused(_("请填写姓名"), "name")
    if phone and not PHONE.fullmatch(phone):
        raise Refused(_("电话应是 11 位手机号，或带区号的座机号"), "phone")


def _check_role(person: Staff, role: Role, place: str, ends_at: datetime | None, at: datetime) -> None:
    if role is Role.VISITOR:
        raise Refused(_("临时查看要由本人申请、当地负责人批准，不能直接指定"), "role")
    if len(place) != digits_of(role) or not port.place_exists(place):
        raise Refused(_("“%(role)s”要对应到%(level)s") % {"role": role.label, "level": _level(role)}, "place")
    if ends_at is not None and ends_at <= at:
        raise Refused(_("结束时间要晚于现在"), "ends_on")
    for held in person.assignments.not_over(at):
        if held.role == role and held.division_code == place:
            raise Refused(_("已经有这个角色和辖区"), "role")
        if exclude_each_other(role, Role(held.role)):
            words = {"one": role.label, "other": held.get_role_display()}
            raise Refused(_("“%(one)s”和“%(other)s”不能由同一个人担任，请先结束原来的角色") % words, "role")


def _level(role: Role) -> str:
    return {12: _("一个村或社区"), 9: _("一个乡镇、街道或农场")}.get(digits_of(role), _("全市"))


def _give_temporary_password(staff: Staff) -> str:
    password = temporary_password()
    staff.set_password(password)
    staff.must_change_password = True
    return password


def _kill_sessions(person: Staff, *changed: str) -> None:
    """Save the changed fields and raise the epoch, so that no session of this person lives on."""
    person.session_epoch = F("session_epoch") + 1
    person.save(update_fields=[*changed, *EPOCH])
    person.refresh_from_db(fields=EPOCH)


def _record(
    by: Staff,
    action: str,
    staff: Staff,
    *,
    place: str = "",
    purpose: str = "",
    after: Mapping[str, object] | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    announce(
        by=by,
        action=action,
        subject_kind="staff",
        subject_id=str(staff.pk),
        place=place,
        purpose=purpose,
        after=after,
        detail=detail,
    )
