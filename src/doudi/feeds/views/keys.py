"""Keys for machines: made, shown once, revoked."""

from __future__ import annotations

from contextlib import suppress

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.registry.actions import Conflict
from doudi.registry.views.asking import StaffRequest

from ..actions import keys as acting
from ..contracts import CONTRACTS
from ..forms.batches import KeyForm
from ..queries.keys import keys_for


@requires(Permission.FEED_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: StaffRequest) -> HttpResponse:
    """The keys of somebody's sources; a new one is shown this once."""
    form, token = KeyForm(request.POST or None, staff=request.user), ""
    on, at = timezone.localdate(), timezone.now()
    if request.method == "POST" and form.is_valid():
        source = form.cleaned_data["contract"]
        if form.carried_out(acting.make_key, contract=source, by=request.user, on=on, at=at):
            token, form = form.result[1], KeyForm(staff=request.user)
    rows = [(key, CONTRACTS[key.contract]) for key in keys_for(request.user)]
    context = {"form": form, "rows": rows, "token": token, "on": on}
    response = render(request, "feeds/keys.html", context, status=form.status)
    response["Cache-Control"] = "no-store"
    return response


@requires(Permission.FEED_WRITE)
@require_POST
def revoke_key(request: StaffRequest, pk: int) -> HttpResponse:
    """A key opens nothing any more; one that was revoked already stays so."""
    key = keys_for(request.user).filter(pk=pk).first()
    if key is None:
        raise Http404
    with suppress(Conflict):
        acting.revoke_key(key=key, by=request.user, at=timezone.now())
    return redirect("feeds:keys")
