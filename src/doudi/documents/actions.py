"""Writes: store, read (which is a write in the log), discard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import BinaryIO

from django.db import transaction

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record

from . import objects, sniffing
from .models import Document, Kind, Retention
from .owners import Owner


def store(
    *,
    by: Staff,
    source: BinaryIO,
    name: str,
    kind: Kind,
    owner: Owner,
    at: datetime,
    retention: Retention = Retention.CASE,
    also: tuple[sniffing.Allowed, ...] = (),
) -> Document:
    """Keep a file for an owner. Raises sniffing.Refused with a sentence for the person."""
    permit(by, Permission.DOCUMENT_WRITE, place=owner.place)
    found = sniffing.recognise(source, name, also)
    digest, size = objects.put(source)
    with transaction.atomic():
        document = Document.objects.create(
            digest=digest, size=size, media_type=found.media_type, name=sniffing.clean_name(name), kind=kind,
            owner_kind=owner.kind, owner_id=owner.id, division_code=owner.place, retention=retention,
            uploaded_by=by, uploaded_at=at,
        )  # fmt: skip
        detail = {"document": document.pk, "kind": kind, "size": size, "media_type": found.media_type}
        record(by=by, action="document.store", subject=_subject(document), detail=detail, after={"digest": digest})
    return document


def read(*, by: Staff, document: Document, purpose: str = "") -> Iterator[bytes]:
    """The content for somebody to look at, on the record. Raises Tampered before anything is sent if piece one is."""
    permit(by, _asked_for(by, document), place=document.division_code)
    pieces = objects.read(document.digest)
    first = next(pieces)
    record(by=by, action="document.read", subject=_subject(document), purpose=purpose, detail={"document": document.pk})
    return chain([first], pieces)


def _asked_for(by: Staff, document: Document) -> Permission:
    """Who checks payments compares a card with its account, and sees no other paper of the family."""
    checks = document.kind == Kind.BANK_CARD and by.may(Permission.PAYMENT_CHECK, document.division_code)
    return Permission.PAYMENT_CHECK if checks else Permission.DOCUMENT_READ


def discard(*, by: Staff, document: Document, reason: str, at: datetime) -> None:
    """Take a document out of use with a reason. The nightly sweep removes its bytes when no matter needs them."""
    permit(by, Permission.DOCUMENT_WRITE, place=document.division_code)
    with transaction.atomic():
        rows = Document.objects.kept().filter(pk=document.pk)
        if rows.update(discarded_at=at, discard_reason=reason or "—"):
            record(
                by=by, action="document.discard", subject=_subject(document), purpose=reason,
                detail={"document": document.pk},
            )  # fmt: skip


def _subject(document: Document) -> Subject:
    return Subject(document.owner_kind, document.owner_id, document.division_code)
