"""What people change about themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from .. import totp
from ..errors import Refused
from ..lockout import locked_until, one_at_a_time
from ..models import Staff
from ..passwords import matches, problems_with
from ..permissions import Permission
from ..port import announce
from ..scope import permit
from .sign_in import refuse_wrong_password, spend_step

PREFERENCES = {
    "size": ("normal", "large"),
    "density": ("normal", "dense"),
    "language": ("zh-hans", "en"),
    "keys": ("on", "off"),
}


@transaction.atomic
def change_password(
    *, by: Staff, current: str, new: str, address: str, device: str, at: datetime
) -> list[tuple[str, str]]:
    """Change one's own password; all other sessions die. Returns what is wrong as (field, sentence), empty if changed.

    Problems are returned, not raised: a wrong current password must stay on record for the lock.
    """
    permit(by, Permission.SELF)
    one_at_a_time(by.username, address)
    if locked_until(by.username, address, at):
        return [("current", _("这里试错的次数太多，请 15 分钟后再试"))]
    if not matches(current, by):
        refuse_wrong_password(by, address, device, at)
        return [("current", _("现在的密码不对"))]
    if problems := problems_with(new, by):
        return [("new", problem) for problem in problems]
    by.set_password(new)
    by.must_change_password = False
    by.password_changed_at = at
    by.session_epoch = F("session_epoch") + 1
    by.save(update_fields=["password", "must_change_password", "password_changed_at", "session_epoch"])
    by.refresh_from_db(fields=["session_epoch"])
    _about_oneself(by, "accounts.change_password")
    return []


@transaction.atomic
def enrol_totp(*, by: Staff) -> None:
    """Prepare a second factor: a fresh secret, in force only once a first code confirms it."""
    permit(by, Permission.SELF)
    if by.totp_confirmed_at is not None:
        raise Refused(_("已经绑定了动态码；换手机请联系安全管理员重置"))
    by.totp_secret = totp.new_secret()
    by.save(update_fields=["totp_secret"])
    _about_oneself(by, "accounts.enrol_totp")


@transaction.atomic
def confirm_totp(*, by: Staff, code: str, at: datetime) -> None:
    """Put the second factor in force with its first code; all other sessions die."""
    permit(by, Permission.SELF)
    if by.totp_secret is None or by.totp_confirmed_at is not None:
        raise Refused(_("请先开始绑定，再输入动态码"))
    step = totp.matching_step(by, code, at)
    if step is None or not spend_step(by, step):
        raise Refused(_("动态码不对：请确认手机时间准确，再输入新出现的 6 位数字"), "code")
    by.totp_confirmed_at = at
    by.session_epoch = F("session_epoch") + 1
    by.save(update_fields=["totp_confirmed_at", "session_epoch"])
    by.refresh_from_db(fields=["session_epoch", "totp_last_step"])
    _about_oneself(by, "accounts.confirm_totp")


@transaction.atomic
def save_preferences(*, by: Staff, wanted: Mapping[str, str]) -> None:
    """Keep how a person likes the pages; unknown keys and values are ignored."""
    permit(by, Permission.SELF)
    known = {k: v for k, v in wanted.items() if v in PREFERENCES.get(k, ())}
    by.preferences = {**by.preferences, **known}
    by.save(update_fields=["preferences"])
    _about_oneself(by, "accounts.save_preferences", known)


def _about_oneself(by: Staff, action: str, detail: Mapping[str, str] | None = None) -> None:
    announce(by=by, action=action, subject_kind="staff", subject_id=str(by.pk), detail=detail)
