"""What a password must be like, and passwords made by us for a first sign-in."""

from __future__ import annotations

import secrets
import string
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.utils.translation import gettext as _

from .models import Staff

MIN_LENGTH = 10
PHRASE_LENGTH = 16
MAX_LENGTH = 128
CLASSES_NEEDED = 3
# Without characters that look alike on paper.
_UNAMBIGUOUS = "".join(sorted(set(string.ascii_letters + string.digits) - set("lI1Oo0")))


def problems_with(password: str, staff: Staff) -> list[str]:
    """Everything that is wrong with a new password, all at once; empty if it may be used."""
    found = []
    if len(password) < MIN_LENGTH:
        found.append(_("密码至少 %(n)s 位，现在是 %(m)s 位") % {"n": MIN_LENGTH, "m": len(password)})
    if len(password) > MAX_LENGTH:
        found.append(_("密码最多 %(n)s 位") % {"n": MAX_LENGTH})
    if len(password) < PHRASE_LENGTH and _classes(password) < CLASSES_NEEDED:
        found.append(_("大写字母、小写字母、数字、符号至少用三种，或者用 16 位以上的一句话"))
    if _contains_name(password, staff):
        found.append(_("密码里不能有登录名或姓名"))
    if _is_common(password):
        found.append(_("这个密码太常见，容易被猜到"))
    if staff.password and check_password(password, staff.password):
        found.append(_("新密码不能和现在的密码一样"))
    return found


def temporary_password() -> str:
    """A random password for one first sign-in: 3 × 4 characters, easy to read out, about 69 bits."""
    while True:
        groups = ["".join(secrets.choice(_UNAMBIGUOUS) for _n in range(4)) for _g in range(3)]
        if _classes("".join(groups)) == CLASSES_NEEDED:
            return "-".join(groups)


def matches(password: str, staff: Staff | None) -> bool:
    """Whether this is the person's password; takes as long for a person who does not exist."""
    if staff is None or not staff.has_usable_password():
        make_password(password)
        return False
    return check_password(password, staff.password)


def _classes(password: str) -> int:
    tests = (str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum())
    return sum(any(test(c) for c in password) for test in tests)


def _contains_name(password: str, staff: Staff) -> bool:
    lowered = password.lower()
    return any(len(name) >= 2 and name.lower() in lowered for name in (staff.username, staff.name))


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def _is_common(password: str) -> bool:
    """Also when it is only a common word with digits and signs around it."""
    lowered = password.lower()
    core = lowered.strip(string.digits + string.punctuation)
    return lowered in _common() or (core in _common() and len(password) - len(core) <= 6)
