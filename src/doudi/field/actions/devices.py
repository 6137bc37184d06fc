"""Phones: registered at sign-in, wiped from afar."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import NotPermitted, permit
from doudi.audit.actions import Subject, record
from doudi.registry.actions.recording import one_at_a_time
from doudi.registry.actions.refusal import Conflict, refuse

from ..errors import Wiped
from ..limits import SHARE_BYTES
from ..models import Device


def register(*, key: UUID, name: str, by: Staff, at: datetime) -> Device:
    """Make a phone known, or greet one that is. Each member of staff has a store, and a share, of their own."""
    permit(by, Permission.MONITORING_VISIT)
    with transaction.atomic():
        one_at_a_time(f"field.device {key}")
        if (known := Device.objects.filter(key=key, staff=by).first()) is not None:
            return alive(known, by=by, at=at)
        device = _new(key, name, by, at)
        record(by=by, action="device.register", subject=_subject(device))
    return device


def _new(key: UUID, name: str, by: Staff, at: datetime) -> Device:
    """A phone nobody has registered; one that somebody else has is out of sight here, and stays theirs."""
    try:
        with transaction.atomic():
            return Device.objects.create(
                key=key, staff=by, division_code=by.scope.places(Permission.MONITORING_VISIT)[0],
                name=name.strip()[:60], share=base64.b64encode(secrets.token_bytes(SHARE_BYTES)).decode(),
                registered_at=at, seen_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise NotPermitted(Permission.MONITORING_VISIT, None) from error


def alive(device: Device, *, by: Staff, at: datetime) -> Device:
    """The device, seen just now; raises Wiped. Somebody else's device does not exist."""
    if device.staff_id != by.pk:
        raise NotPermitted(Permission.MONITORING_VISIT, None)
    if not Device.objects.filter(pk=device.pk, wiped_at__isnull=True).update(seen_at=at):
        raise Wiped
    return device


def wipe(*, device: Device, because: str, by: Staff, at: datetime) -> Device:
    """Destroy the share now; the phone erases itself at its next contact. By its owner or a security administrator."""
    if device.staff_id != by.pk:
        permit(by, Permission.STAFF_WRITE)
    if not because.strip():
        raise refuse("because", _("请写明原因，例如手机丢失、换手机。"))
    with transaction.atomic():
        rows = Device.objects.filter(pk=device.pk, wiped_at__isnull=True)
        if not rows.update(share=None, wiped_at=at, wiped_by_id=by.pk, wiped_because=because.strip()[:200]):
            raise Conflict
        record(by=by, action="device.wipe", subject=_subject(device), purpose=because.strip()[:200])
    device.refresh_from_db()
    return device


def erased(*, key: UUID, unsent: int, at: datetime) -> bool:
    """The phone says it has erased itself. Nobody needs to be signed in: whoever found it is not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT doudi_field_erased(%s, %s, %s)", [key, unsent, at])
        return bool(cursor.fetchone()[0])


def _subject(device: Device) -> Subject:
    return Subject("device", str(device.pk), device.division_code)
