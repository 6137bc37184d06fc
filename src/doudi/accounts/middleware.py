"""Who is asking, what they may do, and the second wall, for every request.

Order matters: sessions first, then `SignedInStaff` (who, and is the page allowed), then `SecondWall` (tell PostgreSQL).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user, logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from .models import Staff
from .permissions import Permission
from .scope import NotPermitted, scope_of

Respond = Callable[[HttpRequest], HttpResponse]
SEEN_KEY = "seen_at"


class SignedInStaff:
    """Puts the staff member with their scope on the request; refuses views that name no permission."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        request.user = SimpleLazyObject(lambda: _staff_of(request, now))  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        """A view must say who may open it; a view that says nothing is closed to everybody."""
        if getattr(view, "public", False):
            return None
        required = getattr(view, "requires", None)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if required is None or not request.user.may(Permission(required)):
            return refuse(request, Permission(required) if required else None)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotPermitted):
            return refuse(request, error.permission, error.place)
        return None


class SecondWall:
    """Tells PostgreSQL who is asking, so that row-level security can refuse what a forgotten filter lets through."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        staff_id = request.user.pk if request.user.is_authenticated else None
        stand_at_wall(staff_id)
        try:
            return self.get_response(request)
        finally:
            stand_at_wall(None)


def stand_at_wall(staff_id: int | None) -> None:
    """Set who PostgreSQL sees as asking on this connection; None shows nothing at all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('doudi.staff', %s, false)", [str(staff_id) if staff_id else ""])


def refuse(request: HttpRequest, permission: Permission | None, place: str | None = None) -> HttpResponse:
    """The designed answer to 'you may not': which right is missing, who can grant it, never a blank page."""
    context = {"permission": permission, "place": place}
    return render(request, "403.html", context, status=403)


def _staff_of(request: HttpRequest, now: datetime) -> Staff | AnonymousUser:
    staff = get_user(request)
    if not isinstance(staff, Staff):
        return AnonymousUser()
    if not staff.is_active or _idle_too_long(request, now):
        logout(request)
        return AnonymousUser()
    request.session[SEEN_KEY] = _seen(request, now)
    staff.scope = scope_of(staff, now)
    return staff


def _idle_too_long(request: HttpRequest, now: datetime) -> bool:
    seen = request.session.get(SEEN_KEY)
    limit = timedelta(minutes=settings.DOUDI_IDLE_MINUTES)
    return SESSION_KEY in request.session and seen is not None and now - datetime.fromisoformat(seen) > limit


def _seen(request: HttpRequest, now: datetime) -> str:
    """The stamp is renewed once a minute, so that reading pages does not write the session each time."""
    seen = request.session.get(SEEN_KEY)
    if seen and now - datetime.fromisoformat(seen) < timedelta(minutes=1):
        return str(seen)
    return now.isoformat()
