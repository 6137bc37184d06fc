"""Tasks go out on a phone: a look at files, and so on the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record

from ..models import Device
from ..queries.packs import Delta, delta
from .devices import alive


def carry(*, device: Device, have: Mapping[str, str], by: Staff, on: date, at: datetime) -> Delta:
    """What has changed for this phone; one event for every household whose file goes out. Raises errors.Wiped."""
    permit(by, Permission.MONITORING_VISIT)
    with transaction.atomic():
        alive(device, by=by, at=at)
        found = delta(by=by, on=on, have=have)
        for household_id, place in found.households:
            subject = Subject("household", str(household_id), place)
            record(by=by, action="field.carry.read", subject=subject, detail={"device": device.pk})
    return found
