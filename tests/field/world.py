"""Builders for the phone page: a coordinator with a phone and a task, a record as a phone sends it, pictures."""

from __future__ import annotations

import base64
import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from doudi.accounts.models import Staff
from doudi.field.actions import devices, pushing
from doudi.field.actions.attachments import Piece
from doudi.field.models import Device, RecordKind
from doudi.field.parcels import Parcel, Sent
from doudi.monitoring.actions.assigning import assign
from doudi.monitoring.models import VisitTask
from doudi.monitoring.queries.field import TaskPack, packs
from doudi.registry.models import Household
from tests.field.pictures import jpeg, png
from tests.monitoring.world import LATER, a_household, a_task, at, member

NOW = at(LATER)


@dataclass
class Phone:
    """A member of staff with a phone, before a task."""

    staff: Staff
    device: Device
    home: Household
    task: VisitTask

    @property
    def pack(self) -> TaskPack:
        return next(p for p in packs(self.staff, LATER) if p.number == self.task.number)


def a_phone(staff: Staff, clerk: Staff) -> Phone:
    """A registered phone whose owner has been sent to a household of two."""
    home = a_household(clerk, member())
    task = a_task(home)
    assign(numbers=[task.number], to=staff.pk, by=clerk, on=LATER, at=NOW)
    task.refresh_from_db()
    return Phone(staff, another(staff), home, task)


def another(staff: Staff) -> Device:
    """One more phone of theirs."""
    return devices.register(key=uuid.uuid4(), name="测试手机", by=staff, at=NOW)


def sent(phone: Phone, kind: str = "visit", body: dict[str, Any] | None = None, **changes: Any) -> Sent:
    """A record as the phone sends it; a visit by default, with everything confirmed."""
    said: dict[str, Any] = {
        "client_id": uuid.uuid4(), "kind": RecordKind(kind), "task": phone.task.number, "version": phone.pack.version,
        "client_at": NOW - timedelta(hours=2), "offset_ms": 0,
        "body": {"household": phone.home.number, "answers": {}, "seen": True, "hardship": "none",
                 "disposition": "false", "note": "", "base": {"facts": []}} | (body or {}),
    }  # fmt: skip
    return Sent(**said | changes)


def push(phone: Phone, *records: Sent, sent_at: datetime = NOW, device: Device | None = None) -> list[dict[str, Any]]:
    """Send records; the answers."""
    which = device or phone.device
    return pushing.push(parcel=Parcel(which.key, sent_at, records), device=which, by=phone.staff, on=LATER, at=NOW)


def drawn() -> str:
    """A drawn signature as the pad gives it."""
    return "data:image/png;base64," + base64.b64encode(png(3)).decode()


def piece(record: Sent, content: bytes, start: int = 0, data: bytes | None = None, **changes: Any) -> Piece:
    """A piece of an attachment of a record; the whole by default."""
    said: dict[str, Any] = {
        "client_id": uuid.uuid4(), "record": record.client_id, "kind": "photo", "size": len(content),
        "digest": hashlib.sha256(content).hexdigest(), "start": start, "data": content if data is None else data,
        "taken_at": NOW - timedelta(hours=2), "place": {"lat": 24.41, "lon": 98.58, "accuracy": 12},
    }  # fmt: skip
    return Piece(**said | changes)


__all__ = ["LATER", "NOW", "Phone", "a_phone", "another", "drawn", "jpeg", "piece", "png", "push", "sent"]
