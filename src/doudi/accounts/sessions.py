"""Who a session belongs to. Django's own `get_user` needs its user model installed, which this house does not have."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from .models import Staff

BACKEND = "doudi.accounts.backend.StaffBackend"
SEEN_KEY = "seen_at"
OPENED_KEY = "opened_at"
HALF_KEY = "half_signed_in"


class Nobody:
    """Stands on the request while nobody is signed in; may do nothing."""

    pk = None
    id = None
    is_active = False
    is_authenticated = False
    is_anonymous = True
    name = office = ""

    def may(self, permission: str, place: str | None = None) -> bool:
        """Never."""
        return False


def staff_of_session(request: HttpRequest) -> Staff | None:
    """The staff member of this session; None, and the session is gone, once it has been killed."""
    if SESSION_KEY not in request.session:
        return None
    staff = Staff.objects.filter(pk=request.session[SESSION_KEY], is_active=True).first()
    stamp = request.session.get(HASH_SESSION_KEY, "")
    if staff is None or not constant_time_compare(stamp, staff.get_session_auth_hash()):
        close_session(request)
        return None
    return staff


def open_session(request: HttpRequest, staff: Staff, at: datetime) -> None:
    """Sign in under a new session key, whatever key was used before."""
    request.session.pop(HALF_KEY, None)
    request.session.cycle_key()
    login(request, staff, backend=BACKEND)
    request.session[SEEN_KEY] = request.session[OPENED_KEY] = at.isoformat()


def open_half(request: HttpRequest, staff: Staff, at: datetime) -> None:
    """The password was right, the code is still missing: a session that can do nothing but enter the code."""
    request.session.flush()
    request.session[HALF_KEY] = {"staff": staff.pk, "at": at.isoformat(), "epoch": staff.session_epoch}


def half_signed_in(request: HttpRequest, at: datetime) -> Staff | None:
    """Who has given their password within the last five minutes, if nothing has changed about them since."""
    half = request.session.get(HALF_KEY)
    if not half or (at - datetime.fromisoformat(half["at"])).total_seconds() > 300:
        return None
    return Staff.objects.filter(pk=half["staff"], is_active=True, session_epoch=half["epoch"]).first()


def close_session(request: HttpRequest) -> None:
    """Forget everything; the old key is worth nothing."""
    request.session.flush()
