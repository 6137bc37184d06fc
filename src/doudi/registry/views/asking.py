"""The request as the middleware leaves it: always from a member of staff."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from doudi.accounts.models import Staff


class StaffRequest(HttpRequest):
    """For the type checker only; at run time it is the usual request."""

    user: Staff  # type: ignore[assignment]
    htmx: HtmxDetails
