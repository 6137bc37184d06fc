"""Reads: which documents one may see, and those of one owner."""

from __future__ import annotations

from django.db.models import QuerySet

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission

from .models import Document, Kind
from .owners import Owner


def readable_by(staff: Staff) -> QuerySet[Document]:
    """The documents kept within the reach of a person."""
    rows = Document.objects.kept().select_related("uploaded_by")
    return staff.scope.narrow(rows, Permission.DOCUMENT_READ)


def card_of(staff: Staff, pk: int) -> Document | None:
    """The photo of a card for whoever checks accounts of its place; None where it is not one, or out of reach."""
    rows = Document.objects.kept().filter(kind=Kind.BANK_CARD, pk=pk)
    return staff.scope.narrow(rows, Permission.PAYMENT_CHECK).first()


def documents_of(owner: Owner, *, for_staff: Staff) -> QuerySet[Document]:
    """The documents of one owner that a person may see, the newest first."""
    return readable_by(for_staff).filter(owner_kind=owner.kind, owner_id=owner.id)
