"""The door for the other system: JSON, a key in the head of the request, of people only digests and a name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import wraps
from hashlib import sha256
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from doudi.accounts.access import public
from doudi.accounts.middleware import stand_at_wall
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import scope_of
from doudi.registry.actions.refusal import Refused

from .. import actions
from ..keys import token_index
from ..queries import feed

USUAL_LIMIT = 100


@dataclass(frozen=True)
class Caller:
    """Who calls: the county of the key, and the member of staff in whose name it acts."""

    county: str
    staff: Staff


View = Callable[[HttpRequest, Caller], HttpResponse]


def for_peer(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """A view for the other system: the key is looked up first, then PostgreSQL is told in whose name it asks."""

    @csrf_exempt
    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        caller = caller_of(request)
        if caller is None:
            return problem(403, _("密钥无效或已停用，请联系发放密钥的单位。"))
        stand_at_wall(caller.staff.pk)
        try:
            return view(request, caller)
        except Refused as refused:
            return problem(409, str(refused))

    return answered


def caller_of(request: HttpRequest) -> Caller | None:
    """The caller that the key names, if it still may exchange."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT staff, code FROM doudi_exchange_peer(%s)", [token_index(token.strip())])
        found = cursor.fetchone()
    staff = Staff.objects.filter(pk=found[0], is_active=True).first() if found else None
    if staff is None:
        return None
    staff.scope = scope_of(staff, timezone.now())
    return Caller(found[1], staff) if staff.may(Permission.EXCHANGE_WRITE, found[1]) else None


def problem(status: int, message: str) -> JsonResponse:
    """A refusal in words."""
    return JsonResponse({"error": message}, status=status, json_dumps_params={"ensure_ascii": False})


@public
@csrf_exempt
@require_http_methods(["GET", "POST"])
def events(request: HttpRequest) -> HttpResponse:
    """Read ours, or deliver theirs."""
    return _read(request) if request.method == "GET" else _deliver(request)


@for_peer
def _read(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The events after a number. The tag changes when there is something new, so that asking costs nothing."""
    after, limit = _number(request.GET.get("after"), 0), _number(request.GET.get("limit"), USUAL_LIMIT)
    if after is None or limit is None or limit < 1:
        return problem(400, _("after 和 limit 应是数字。"))
    last, taken = feed.last_number(caller.county), feed.acknowledged(caller.county)
    tag = '"' + sha256(f"{caller.county} {after} {limit} {last} {taken}".encode()).hexdigest()[:32] + '"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    found = [one.as_json() for one in feed.events(after, limit, county=caller.county)]
    told = {"events": found, "last": last, "acknowledged": taken}
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    response["ETag"], response["Cache-Control"] = tag, "private, no-cache"
    return response


@for_peer
def _deliver(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Take in their events; each is answered by itself."""
    said = _body(request)
    if not isinstance(said, dict) or not isinstance(said.get("events"), list):
        return problem(400, _('正文应是 {"events": [...]}，不超过 2 MB。'))
    at = timezone.now()
    told = actions.receive(
        county=caller.county, events=said["events"], by=caller.staff, on=timezone.localdate(at), at=at
    )
    body = {"receipts": [asdict(one) for one in told.receipts], "missing": told.missing}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@public
@csrf_exempt
@require_POST
@for_peer
def acknowledgements(request: HttpRequest, caller: Caller) -> HttpResponse:
    """They have taken in everything up to a number."""
    said = _body(request)
    up_to = said.get("up_to") if isinstance(said, dict) else None
    if not isinstance(up_to, int) or isinstance(up_to, bool):
        return problem(400, _('正文应是 {"up_to": 编号}。'))
    actions.acknowledge(county=caller.county, up_to=up_to, by=caller.staff, at=timezone.now())
    return JsonResponse({"acknowledged": feed.acknowledged(caller.county)})


def _number(text: str | None, usual: int) -> int | None:
    if text is None:
        return usual
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _body(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body)
    except (ValueError, RequestDataTooBig, RecursionError):
        return None
