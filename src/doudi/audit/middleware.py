"""Gives every request an id that its audit events carry, and keeps who was refused what."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.db import connection
from django.http import HttpRequest, HttpResponse

request_id: ContextVar[str] = ContextVar("request_id", default="")
REFUSED = "access.refused"
REFUSALS = frozenset({403, 404})


class RequestTrace:
    """Sets the request id for the length of a request and returns it in a header for the helpdesk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(str(uuid.uuid4()))
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class Refusals:
    """A door that names one thing and does not open is an event: who walks through numbers leaves a trace.

    Not there and not yours look alike to whoever asks, so they are kept alike too. The page's own transaction is over
    (and rolled back) by now; the event stands by itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in REFUSALS and request.user.is_authenticated and not connection.needs_rollback:
            _keep(request, response.status_code)
        return response


def _keep(request: HttpRequest, status: int) -> None:
    from .actions import Subject, record

    match = request.resolver_match
    if match is None or not match.kwargs:
        return
    asked = ",".join(str(value) for value in match.kwargs.values())
    asked = asked.encode("utf-8", "replace").decode().replace("\x00", "")[:40]
    record(
        by=request.user,  # type: ignore[arg-type]
        action=REFUSED,
        subject=Subject("door", asked),
        detail={"door": match.view_name, "method": request.method, "status": status},
    )
