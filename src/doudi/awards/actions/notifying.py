"""Printing the notices of an adjustment, village by village."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.errors import Refused
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import record
from doudi.jobs import actions as jobs
from doudi.jobs.models import Job

from ..models import Adjustment
from ..models.adjustments import Step

NOTICES = "awards.standard_notices"


@transaction.atomic
def print_notices(*, adjustment: Adjustment, address: str, by: Staff, at: datetime) -> Job:
    """One file a village with a page a household, for all that the person prints for."""
    permit(by, Permission.DOCUMENT_READ)
    if adjustment.state != Step.APPLIED:
        raise Refused(_("待遇还没有调整，或已撤销，没有通知可打印"))
    place = min(by.scope.places(Permission.DOCUMENT_READ), key=len)
    params = {"adjustment": adjustment.pk, "place": place, "address": address}
    job = jobs.start(NOTICES, by_id=by.pk, at=at, params=params, place=place)
    record(by=by, action="award.standard_notices", detail={"adjustment": adjustment.number, "job": job.pk})
    return job
