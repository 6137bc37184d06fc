"""Signing in, in one or two steps, and signing out.

A refusal is a value, not an error: the attempt must stay on record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from .. import totp
from ..lockout import locked_until, one_at_a_time
from ..middleware import stand_at_wall
from ..models import SignIn, Staff
from ..passwords import matches
from ..port import announce
from ..scope import scope_of

Outcome = SignIn.Outcome


@dataclass(frozen=True)
class Attempt:
    """What became of an attempt. `staff` is set once the password was right, `done` once nothing more is asked."""

    staff: Staff | None = None
    done: bool = False
    message: str = ""
    locked_until: datetime | None = None


@dataclass(frozen=True)
class Caller:
    """Who knocks: the name they typed, from where, with what."""

    username: str
    address: str
    device: str


@transaction.atomic
def sign_in(*, username: str, password: str, address: str, device: str, at: datetime) -> Attempt:
    """Check a password. An unknown, a disabled account and a wrong password get one answer, after the same time."""
    stand_at_wall(None)  # whoever was signed in here before sees only their own attempts; the lock counts everybody's
    caller = Caller(username.strip().lower()[:40], address, device[:200])
    one_at_a_time(caller.username, address)
    if until := locked_until(caller.username, address, at):
        return _locked(caller, until, at)
    staff = Staff.objects.filter(username=caller.username).first()
    if not matches(password, staff) or staff is None:
        return _wrong(caller, staff, Outcome.WRONG_PASSWORD, at)
    if not staff.is_active:
        return _wrong(caller, staff, Outcome.DISABLED, at)
    if staff.totp_confirmed_at is not None:
        return Attempt(staff)
    return _welcome(caller, staff, at)


@transaction.atomic
def enter_code(*, staff: Staff, code: str, address: str, device: str, at: datetime) -> Attempt:
    """The second step: the code from the authenticator app. A code opens one session only."""
    caller = Caller(staff.username, address, device[:200])
    one_at_a_time(caller.username, address)
    if until := locked_until(caller.username, address, at):
        return _locked(caller, until, at)
    step = totp.matching_step(staff, code, at) if staff.is_active else None
    if step is None:
        return _wrong(caller, staff, Outcome.WRONG_CODE, at)
    stand_at_wall(staff.pk)  # both factors are right: from here on the database may know who it is
    if not spend_step(staff, step):
        return _wrong(caller, staff, Outcome.WRONG_CODE, at)
    return _welcome(caller, staff, at)


@transaction.atomic
def sign_out(*, by: Staff, address: str, device: str, at: datetime) -> None:
    """End one's own session; open to everybody who is signed in."""
    _write(Caller(by.username, address, device[:200]), by, Outcome.SIGNED_OUT, at)
    announce(by=by, action="accounts.sign_out", subject_kind="staff", subject_id=str(by.pk))


def spend_step(staff: Staff, step: int) -> bool:
    """Use up a code; of two requests with the same code only one gets True."""
    later = Staff.objects.filter(pk=staff.pk, totp_last_step__lt=step)
    return bool(later.update(totp_last_step=step))


def refuse_wrong_password(staff: Staff, address: str, device: str, at: datetime) -> None:
    """Keep a wrong password of somebody who is signed in, so that it counts towards the lock."""
    _write(Caller(staff.username, address, device[:200]), staff, Outcome.WRONG_PASSWORD, at)


def _welcome(caller: Caller, staff: Staff, at: datetime) -> Attempt:
    staff.scope = scope_of(staff, at)
    _write(caller, staff, Outcome.OK, at)
    announce(by=staff, action="accounts.sign_in", subject_kind="staff", subject_id=str(staff.pk))
    return Attempt(staff, done=True)


def _wrong(caller: Caller, staff: Staff | None, outcome: Outcome, at: datetime) -> Attempt:
    _write(caller, staff, outcome, at)
    if staff is not None:
        announce(
            by=None,
            action="accounts.sign_in_refused",
            subject_kind="staff",
            subject_id=str(staff.pk),
            detail={"outcome": outcome.value},
        )
    if until := locked_until(caller.username, caller.address, at):
        return Attempt(message=_lock_message(until, at), locked_until=until)
    if outcome == Outcome.WRONG_CODE:
        return Attempt(message=_("动态码不对或已经用过，请输入新出现的 6 位数字"))
    return Attempt(message=_("登录名或密码不对"))


def _locked(caller: Caller, until: datetime, at: datetime) -> Attempt:
    """Known and unknown accounts are locked alike; the password is not looked at."""
    staff = Staff.objects.filter(username=caller.username).first()
    _write(caller, staff, Outcome.LOCKED, at)
    return Attempt(message=_lock_message(until, at), locked_until=until)


def _lock_message(until: datetime, at: datetime) -> str:
    minutes = max(1, -(-int((until - at).total_seconds()) // 60))
    return _("这里试错的次数太多，请 %(n)s 分钟后再试") % {"n": minutes}


def _write(caller: Caller, staff: Staff | None, outcome: Outcome, at: datetime) -> None:
    SignIn.objects.create(
        staff=staff,
        username=caller.username,
        address=caller.address,
        device=caller.device,
        outcome=outcome,
        at=at,
    )
