"""What the pages of this context share: who asks, from where, and where they go next."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TypedDict, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from ..models import Staff

# Of a caller on a socket without a proxy that says who is behind it.
NO_ADDRESS = "0.0.0.0"  # noqa: S104


class Knock(TypedDict):
    """From where a request comes."""

    address: str
    device: str


def me(request: HttpRequest) -> Staff:
    """The signed-in member of staff; the marks on the view have made sure that there is one."""
    return cast(Staff, request.user)


def knock(request: HttpRequest) -> Knock:
    """The caller's address and browser."""
    return {"address": address_of(request), "device": request.headers.get("User-Agent", "")[:200]}


def address_of(request: HttpRequest) -> str:
    """The caller's address. Behind our own TLS proxy it is the last entry, the only one the proxy itself wrote."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    for text in (forwarded.rsplit(",", 1)[-1].strip(), request.META.get("REMOTE_ADDR", "")):
        try:
            return str(ip_address(text))
        except ValueError:
            continue
    return NO_ADDRESS


def next_page(request: HttpRequest, fallback: str = "/") -> str:
    """Where to go afterwards: a page of ours, never an address that somebody else put there."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    # A path of its own: anything else a redirect would take for the name of a view.
    return wanted if safe and wanted.startswith("/") else fallback


def in_their_language(response: HttpResponse, request: HttpRequest, staff: Staff) -> HttpResponse:
    """The same answer, after which this browser speaks the language the person has chosen."""
    if language := staff.preferences.get("language"):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=request.is_secure())
    return response
