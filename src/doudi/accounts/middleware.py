"""Who is asking, what they may do, and the second wall, for every request.

Order matters: sessions first, then `SignedInStaff` (who, and is the page allowed), then `SecondWall` (tell PostgreSQL).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from . import port
from .models import Staff
from .permissions import Permission
from .scope import NotPermitted, scope_of
from .sessions import OPENED_KEY, SEEN_KEY, Nobody, close_session, staff_of_session

Respond = Callable[[HttpRequest], HttpResponse]
ALWAYS_OPEN = frozenset(
    {"accounts:sign_out", "accounts:still_here", "accounts:preferences", "console:help", "accounts:totp_start"}
)


class SignedInStaff:
    """Puts the staff member with their scope on the request; refuses views that name no permission."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        request.user = SimpleLazyObject(lambda: _staff_of(request, now))  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        """A view must say who may open it; a view that says nothing is closed to everybody."""
        if getattr(view, "public", False):
            return None
        required = getattr(view, "requires", None)
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if required is None or not request.user.may(Permission(required)):  # type: ignore[attr-defined]
            return refuse(request, Permission(required) if required else None)
        return _first_things_first(request)

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


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back; a fragment sends the whole page there."""
    back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    address = f"{reverse('accounts:sign_in')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("accounts:sign_in")})
    return redirect(address)


def _first_things_first(request: HttpRequest) -> HttpResponse | None:
    """A password that must be changed, or a second factor that must be set up, comes before every other page."""
    duty = duty_of(request.user)  # type: ignore[arg-type]
    page = request.resolver_match.view_name if request.resolver_match else ""
    if duty is None or page == duty or page in ALWAYS_OPEN:
        return None
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse(duty)})
    return redirect(duty)


def duty_of(staff: Staff) -> str | None:
    """The page a person must finish before any other, by its URL name."""
    if staff.must_change_password:
        return "accounts:password"
    return "accounts:totp" if staff.must_enrol else None


def stand_at_wall(staff_id: int | None) -> None:
    """Set who PostgreSQL sees as asking on this connection; None shows nothing at all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('doudi.staff', %s, false)", [str(staff_id) if staff_id else ""])


def refuse(request: HttpRequest, permission: Permission | None, place: str | None = None) -> HttpResponse:
    """The designed answer to 'you may not': which right is missing, who can grant it, never a blank page."""
    context = {"permission": permission, "place": place, "place_name": port.place_name(place) if place else ""}
    return render(request, "403.html", context, status=403)


def _staff_of(request: HttpRequest, now: datetime) -> Staff | Nobody:
    staff = staff_of_session(request)
    if staff is None:
        return Nobody()
    if _idle_too_long(request, now) or _open_too_long(request, now):
        close_session(request)
        return Nobody()
    _note_seen(request, now)
    staff.scope = scope_of(staff, now)
    return staff


def _idle_too_long(request: HttpRequest, now: datetime) -> bool:
    seen = request.session.get(SEEN_KEY)
    limit = timedelta(minutes=settings.DOUDI_IDLE_MINUTES)
    return seen is not None and now - datetime.fromisoformat(seen) > limit


def _open_too_long(request: HttpRequest, now: datetime) -> bool:
    """Work prolongs a session, but not beyond a day's: a stolen cookie is worth nothing tomorrow."""
    opened = request.session.setdefault(OPENED_KEY, now.isoformat())
    return now - datetime.fromisoformat(opened) > timedelta(seconds=settings.SESSION_COOKIE_AGE)


def _note_seen(request: HttpRequest, now: datetime) -> None:
    """Stamp the session at most once a minute: touching it at all would write it at every page."""
    seen = request.session.get(SEEN_KEY)
    if not seen or now - datetime.fromisoformat(seen) >= timedelta(minutes=1):
        request.session[SEEN_KEY] = now.isoformat()
