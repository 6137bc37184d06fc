"""What a phone sends, read and checked before anything else looks at it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from doudi.privacy.cipher import keyring

from .errors import Malformed
from .limits import BODY_BYTES, RECORDS_A_PUSH
from .models import RecordKind

FURTHEST_OFFSET_MS = 20 * 366 * 86_400_000


@dataclass(frozen=True)
class Sent:
    """One record as a phone sent it."""

    client_id: UUID
    kind: RecordKind
    task: str
    version: int | None
    client_at: datetime
    offset_ms: int | None
    body: dict[str, Any] = field(default_factory=dict)
    place: dict[str, float] | None = None
    resolves: UUID | None = None
    decision: str = ""
    # How often a person has asked to try again after a refusal. Not part of the words: those stay the same.
    attempt: int = 0

    @property
    def canonical(self) -> str:
        """The record as text: the same record always gives the same text."""
        return json.dumps(
            {
                "kind": self.kind, "task": self.task, "version": self.version, "body": self.body, "place": self.place,
                "client_at": self.client_at.isoformat(), "resolves": str(self.resolves or ""),
                "decision": self.decision,
            },
            ensure_ascii=False, sort_keys=True, separators=(",", ":"),
        )  # fmt: skip

    @property
    def digest(self) -> str:
        return keyring().digest(self.canonical.encode())


@dataclass(frozen=True)
class Parcel:
    """What one push carries."""

    device: UUID
    sent_at: datetime
    records: tuple[Sent, ...]


def read_json(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises Malformed."""
    try:
        read = json.loads(body)
    except ValueError as error:
        raise Malformed(_("手机传来的内容不完整，会自动重传。")) from error
    if not isinstance(read, dict):
        raise Malformed(_("手机传来的内容认不出，请更新页面后再传。"))
    return read


def read_parcel(body: bytes) -> Parcel:
    """A whole push. Raises Malformed: nothing of it is taken then."""
    said = read_json(body)
    rows = said.get("records")
    if not isinstance(rows, list) or len(rows) > RECORDS_A_PUSH:
        raise Malformed(_("一次最多传 %(n)s 条，请更新页面后再传。") % {"n": RECORDS_A_PUSH})
    return Parcel(uuid_of(said.get("device")), time_of(said.get("sent_at")), tuple(_sent(row) for row in rows))


def uuid_of(text: object) -> UUID:
    """A UUID, or Malformed."""
    try:
        return UUID(str(text))
    except ValueError as error:
        raise Malformed(_("编号不对，请更新页面后再传。")) from error


def time_of(text: object) -> datetime:
    """A moment with its zone, or Malformed."""
    try:
        read = parse_datetime(text) if isinstance(text, str) else None
    except ValueError:
        read = None
    if read is None or read.tzinfo is None or not 1990 < read.year < 2120:
        raise Malformed(_("手机的时间认不出，请检查手机的日期和时间设置。"))
    return read


def place_of(said: object) -> dict[str, float] | None:
    """Latitude, longitude and accuracy, if they are numbers of this planet."""
    if not isinstance(said, dict):
        return None
    try:
        lat, lon, accuracy = float(said["lat"]), float(said["lon"]), float(said.get("accuracy") or 0)
    except (KeyError, TypeError, ValueError):
        return None
    good = -90 <= lat <= 90 and -180 <= lon <= 180 and 0 <= accuracy < 1e6
    return {"lat": round(lat, 5), "lon": round(lon, 5), "accuracy": round(accuracy)} if good else None


def _sent(row: object) -> Sent:
    if not isinstance(row, dict) or len(json.dumps(row)) > BODY_BYTES * 4 or row.get("kind") not in RecordKind.values:
        raise Malformed(_("手机传来的内容认不出，请更新页面后再传。"))
    body, version, offset = row.get("body"), row.get("version"), row.get("offset_ms")
    return Sent(
        client_id=uuid_of(row.get("id")),
        kind=RecordKind(row["kind"]),
        task=str(row.get("task") or "")[:40],
        version=version if isinstance(version, int) else None,
        client_at=time_of(row.get("client_at")),
        offset_ms=offset if isinstance(offset, int) and abs(offset) < FURTHEST_OFFSET_MS else None,
        body=body if isinstance(body, dict) else {},
        place=place_of(row.get("place")),
        resolves=uuid_of(row["resolves"]) if row.get("resolves") else None,
        decision=str(row.get("decision") or "")[:10],
        attempt=row["attempt"] if isinstance(row.get("attempt"), int) else 0,
    )
