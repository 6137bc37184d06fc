"""The door for a department's machine: one POST a file, with a key, and a question how it went."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from doudi.accounts.access import public
from doudi.accounts.middleware import stand_at_wall
from doudi.accounts.models import Staff
from doudi.accounts.scope import NotPermitted, scope_of
from doudi.registry.actions import Refused

from ..actions import keys
from ..actions.receiving import receive
from ..models import Batch, FeedKey, Way

LONGEST_NAME = 100


class Denied(Exception):
    """The call is not answered; status and sentence for whoever runs the machine."""

    def __init__(self, status: int, words: str) -> None:
        self.status = status
        super().__init__(words)


@public
@csrf_exempt  # no session and no cookie: the key is in a header that a browser does not send by itself
@require_POST
def api_send(request: HttpRequest, source: str) -> JsonResponse:
    """Receive the body as a file of `source`; `name` and `as_of` in the address. Answers 202 with the batch."""
    on, at = timezone.localdate(), timezone.now()
    try:
        key, staff = _caller(request, on, at)
        if key.contract != source:
            raise Denied(403, _("这个密钥不能报送这个来源"))
        if not keys.count_call(key=key, by=staff, at=at):
            raise Denied(429, _("一小时内报送次数过多，请稍后再试"))
        batch = receive(
            contract=source, file_name=request.GET.get("name", "")[:LONGEST_NAME] or f"{source}.csv", stream=request,
            way=Way.API, by=staff, on=on, at=at, as_of=_day(request),
        )  # fmt: skip
    except Denied as denied:
        return _answer(denied.status, problems=[{"field": "", "message": str(denied)}])
    except NotPermitted:
        return _answer(403, problems=[{"field": "", "message": _("密钥的持有人已无权报送这个来源")}])
    except Refused as refused:
        return _answer(422, problems=[{"field": p.field, "message": p.message} for p in refused.problems])
    return _answer(202, batch=batch.pk, state=batch.state)


@public
@require_safe
def api_batch(request: HttpRequest, pk: int) -> JsonResponse:
    """How a batch of the key's source stands: counts only."""
    try:
        key, _staff = _caller(request, timezone.localdate(), timezone.now())
    except Denied as denied:
        return _answer(denied.status, problems=[{"field": "", "message": str(denied)}])
    rows = Batch.objects.filter(pk=pk, contract=key.contract, division_code=key.division_code)
    counts = ("state", "rows", "good", "rejected", "matched", "doubtful", "unmatched", "changed", "said")
    found = rows.values(*counts).first()
    return _answer(200, batch=pk, **found) if found else _answer(404, problems=[])


def _caller(request: HttpRequest, on: date, at: datetime) -> tuple[FeedKey, Staff]:
    """The key and the person in whose name it speaks; from here on the wall sees that person."""
    scheme, _sep, token = request.headers.get("Authorization", "").partition(" ")
    held = keys.holder_of(token.strip(), on) if scheme.lower() == "bearer" and token.strip() else None
    if held is None:
        raise Denied(403, _("密钥无效、已停用或已到期"))
    key_id, staff_id = held
    stand_at_wall(staff_id)
    staff = Staff.objects.get(pk=staff_id)
    staff.scope = scope_of(staff, at)
    key = FeedKey.objects.filter(pk=key_id).first()
    if key is None:
        raise Denied(403, _("密钥的持有人已无权报送这个来源"))
    return key, staff


def _day(request: HttpRequest) -> date | None:
    text = request.GET.get("as_of", "")
    try:
        day = parse_date(text) if text else None
    except ValueError:
        day = None
    if text and day is None:
        raise Denied(422, _("as_of 写成 2026-11-23 这样"))
    return day


def _answer(status: int, **told: Any) -> JsonResponse:
    response = JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response
