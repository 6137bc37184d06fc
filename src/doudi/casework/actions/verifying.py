"""Verification is asked for from the case, so that its clock sees it; the questions themselves are verification's."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.registry.actions.refusal import refuse
from doudi.registry.models import Person
from doudi.verification.actions import requests
from doudi.verification.models import Request

from ..models import Application
from ..queries.gaps import matter_of
from .moving import move


def start_verification(
    *, application: Application, by: Staff, on: date, at: datetime, version: int | None = None, note: str = ""
) -> Request:
    """Ask every source that the live consents of the case's people cover."""
    household = application.household
    if household is None:
        raise refuse("", _("这件申请没有家庭档案，不能核对。"))
    with transaction.atomic():
        moved = move(application, "start_verification", by=by, on=on, at=at, version=version, note=note)
        members = list(Person.objects.filter(pk__in=moved.people.values("person_id")).order_by("pk"))
        return requests.request(
            household=household, matter=matter_of(moved), place=household.division_code, members=members, by=by,
            on=on, at=at, because=note.strip(),
        )  # fmt: skip
