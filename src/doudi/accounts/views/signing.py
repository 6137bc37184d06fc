"""Signing in and out."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from .. import actions, port
from ..access import public, requires
from ..forms import CodeForm, SignInForm
from ..permissions import Permission
from ..sessions import close_session, half_signed_in, open_half, open_session
from .common import in_their_language, knock, me, next_page


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first step: name and password."""
    if request.user.is_authenticated:
        return redirect(next_page(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        attempt = actions.sign_in(**form.cleaned_data, **knock(request), at=timezone.now())
        if attempt.staff is not None:
            return _go_on(request, attempt)
        form.add_error(None, attempt.message)
    context = {"form": form, "next": next_page(request), "demo": port.demo_sign_ins() if settings.DOUDI_DEMO else []}
    return render(request, "accounts/sign_in.html", context, status=form.status)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step: the code from the authenticator app, within five minutes."""
    now = timezone.now()
    staff = half_signed_in(request, now)
    if staff is None:
        return redirect("accounts:sign_in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        attempt = actions.enter_code(staff=staff, **form.cleaned_data, **knock(request), at=now)
        if attempt.done:
            return _go_on(request, attempt)
        form.add_error("code", attempt.message)
    context = {"form": form, "next": next_page(request)}
    return render(request, "accounts/sign_in_code.html", context, status=form.status)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave; open to everybody, so that somebody whose last role has ended can leave too."""
    if request.user.is_authenticated:
        actions.sign_out(by=me(request), **knock(request), at=timezone.now())
    close_session(request)
    return redirect("accounts:sign_in")


@requires(Permission.SELF)
@require_POST
def still_here(request: HttpRequest) -> HttpResponse:
    """Somebody is still working on a page; the middleware has renewed the session."""
    return HttpResponse(status=204)


def _go_on(request: HttpRequest, attempt: actions.Attempt) -> HttpResponse:
    assert attempt.staff is not None
    now = timezone.now()
    if attempt.done:
        open_session(request, attempt.staff, now)
        return in_their_language(redirect(next_page(request)), request, attempt.staff)
    open_half(request, attempt.staff, now)
    return redirect(f"{reverse('accounts:sign_in_code')}?{urlencode({'next': next_page(request)})}")
