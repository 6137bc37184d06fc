"""One's own account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import actions, queries
from ..access import requires
from ..errors import Refused
from ..forms import CodeForm, PasswordForm
from ..permissions import Permission
from ..totp import qr_data_uri
from .common import in_their_language, knock, me, next_page


@requires(Permission.SELF)
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """Who I am here, what I may do where, and who has signed in as me."""
    staff = me(request)
    context = {
        "staff": staff,
        "assignments": staff.assignments.in_force(timezone.now()),
        "sign_ins": queries.sign_ins_of(staff),
        "requests": queries.requests_of(staff),
    }
    return render(request, "accounts/profile.html", context)


@requires(Permission.SELF)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; this session lives on under a new key, all others die."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        problems = actions.change_password(by=me(request), **form.cleaned_data, **knock(request), at=timezone.now())
        if not problems:
            update_session_auth_hash(request, me(request))
            messages.success(request, _("密码已改，其他设备上的登录都已失效"))
            return redirect("accounts:profile")
        for field, problem in problems:
            form.add_error(field, problem)
    return render(request, "accounts/password.html", {"form": form}, status=form.status)


@requires(Permission.SELF)
@never_cache
@require_http_methods(["GET", "POST"])
def totp(request: HttpRequest) -> HttpResponse:
    """Set up the second factor: scan, then prove it with a first code."""
    staff, form = me(request), CodeForm(request.POST or None)
    if request.method == "POST" and form.carried_out(actions.confirm_totp, by=staff, at=timezone.now()):
        update_session_auth_hash(request, staff)
        messages.success(request, _("动态码已启用，下次登录时要输入"))
        return redirect("accounts:profile")
    pending = staff.totp_secret is not None and staff.totp_confirmed_at is None
    context = {"form": form, "staff": staff, "pending": pending, "qr": qr_data_uri(staff) if pending else ""}
    return render(request, "accounts/totp.html", context, status=form.status)


@requires(Permission.SELF)
@require_POST
def totp_start(request: HttpRequest) -> HttpResponse:
    """Make a fresh secret to scan."""
    try:
        actions.enrol_totp(by=me(request))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("accounts:totp")


@requires(Permission.SELF)
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep how the pages should look."""
    staff = me(request)
    actions.save_preferences(by=staff, wanted={key: str(value) for key, value in request.POST.items()})
    return in_their_language(redirect(next_page(request, "/profile/")), request, staff)
