"""Photos, voice notes and signatures come in pieces and go on where they stopped; whole, they become documents."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record
from doudi.documents import actions as documents
from doudi.documents.models import Document
from doudi.documents.models import Kind as DocumentKind
from doudi.documents.owners import Owner
from doudi.documents.sniffing import VOICES
from doudi.documents.sniffing import Refused as FileRefused
from doudi.registry.actions.recording import one_at_a_time
from doudi.registry.actions.refusal import refuse
from doudi.registry.models import Household
from doudi.registry.owners import household_owner

from ..errors import Malformed
from ..images import stripped
from ..limits import ATTACHMENT_BYTES, ATTACHMENTS_A_RECORD, CHUNK_BYTES
from ..models import Attachment, AttachmentPart, Device, SyncRecord
from .devices import alive

S = Attachment.State
HEADS = {
    b"\xff\xd8": ".jpg", b"\x89P": ".png", b"RI": ".webp", b"\x1aE": ".webm", b"Og": ".ogg", b"\x00\x00": ".m4a",
}  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """One piece of one attachment, with what is said of the whole."""

    client_id: UUID
    record: UUID
    kind: str
    size: int
    digest: str
    start: int
    data: bytes
    taken_at: datetime
    place: dict[str, float] | None = None


def take_piece(*, piece: Piece, device: Device, by: Staff, at: datetime) -> Attachment:
    """Add a piece. One that came before changes nothing; one that leaves a gap is not taken. See `have`."""
    permit(by, Permission.MONITORING_VISIT)
    with transaction.atomic():
        alive(device, by=by, at=at)
        one_at_a_time(f"field.attachment {piece.client_id}")
        attachment = _begun(piece, by, at)
        if attachment.state != S.PARTIAL or piece.start != have(attachment) or not piece.data:
            return attachment
        AttachmentPart.objects.create(
            attachment=attachment, division_code=attachment.division_code, start=piece.start, length=len(piece.data),
            data=base64.b64encode(piece.data).decode(),
        )  # fmt: skip
        return _whole(attachment, by, at) if have(attachment) >= attachment.size else attachment


def have(attachment: Attachment) -> int:
    """How many bytes have come: where the phone goes on."""
    if attachment.state != S.PARTIAL:
        return attachment.size
    return attachment.parts.aggregate(n=Sum("length"))["n"] or 0


def _begun(piece: Piece, by: Staff, at: datetime) -> Attachment:
    known = Attachment.objects.select_related("record").filter(client_id=piece.client_id).first()
    if known is not None:
        if known.record.staff_id != by.pk or (known.digest, known.size) != (piece.digest, piece.size):
            raise refuse("id", _("这个附件的编号已经用过，请重新拍。"))
        return known
    row = SyncRecord.objects.filter(client_id=piece.record, staff=by).first()
    if row is None:
        raise refuse("record", _("附件所属的记录还没有传到，会自动重传。"))
    if piece.kind not in Attachment.Kind.values or not 0 < piece.size <= ATTACHMENT_BYTES or len(piece.digest) != 64:
        raise refuse("size", _("附件不能超过 %(n)s KB，请重新拍。") % {"n": ATTACHMENT_BYTES // 1024})
    if len(piece.data) > CHUNK_BYTES or row.attachments.count() >= ATTACHMENTS_A_RECORD:
        raise refuse("size", _("一次记录最多 %(n)s 个附件。") % {"n": ATTACHMENTS_A_RECORD})
    return Attachment.objects.create(
        client_id=piece.client_id, record=row, division_code=row.division_code, kind=piece.kind, size=piece.size,
        digest=piece.digest, taken_at=min(piece.taken_at, at), started_at=at,
        place=json.dumps(piece.place) if piece.place else None,
    )  # fmt: skip


def _whole(attachment: Attachment, by: Staff, at: datetime) -> Attachment:
    """All bytes are here: check, clean, store, and forget the pieces."""
    content = b"".join(base64.b64decode(str(part.data)) for part in attachment.parts.all())
    try:
        with transaction.atomic():
            document = _stored(attachment, content, by, at)
        said = {"state": S.STORED, "document": document}
    except (Malformed, FileRefused) as problem:
        said = {"state": S.REFUSED, "problem": str(problem)[:200]}
    attachment.parts.all().delete()
    Attachment.objects.filter(pk=attachment.pk).update(ended_at=at, **said)
    attachment.refresh_from_db()
    subject = Subject("field_record", str(attachment.record_id), attachment.division_code)
    record(by=by, action="field.attach", subject=subject, detail={"kind": attachment.kind, "state": attachment.state})
    return attachment


def _stored(attachment: Attachment, content: bytes, by: Staff, at: datetime) -> Document:
    if hashlib.sha256(content).hexdigest() != attachment.digest:
        raise Malformed(_("附件传坏了，请重新拍。"))
    voice = attachment.kind == Attachment.Kind.VOICE
    clean = content if voice else stripped(content)
    name = f"{attachment.get_kind_display()}-{attachment.taken_at:%Y%m%d-%H%M}{HEADS.get(clean[:2], '')}"
    return documents.store(
        by=by, source=io.BytesIO(clean), name=name,
        kind=DocumentKind.OTHER if voice else DocumentKind.PHOTO, owner=owner_of(attachment.record), at=at,
        also=VOICES if voice else (),
    )  # fmt: skip


def owner_of(row: SyncRecord) -> Owner:
    """Whose the document is: the household's, else the record's."""
    home = Household.objects.filter(pk=row.household_id).first() if row.household_id else None
    return household_owner(home) if home else Owner("field_record", str(row.pk), row.division_code)
