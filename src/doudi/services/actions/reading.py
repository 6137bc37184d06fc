"""Looking is an act: opening a referral leaves a trace, and seeing the whole number one in the person's own file."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record

from ..models import Referral
from .answering import answers_for, permit_department

REVEALABLE = ("resident_id", "phone")


def opened(referral: Referral, *, by: Staff) -> None:
    """Record that somebody opened a referral."""
    permit(by, Permission.REFERRAL_READ, place=referral.division_code)
    record(by=by, action="referral.read", subject=_about(referral))


def printed(referral: Referral, *, by: Staff) -> None:
    """Record that somebody printed the letter."""
    permit(by, Permission.REFERRAL_READ, place=referral.division_code)
    record(by=by, action="referral.print", subject=_about(referral))


def exported(*, count: int, by: Staff) -> None:
    """Record that somebody took a department's list out as a sheet."""
    permit(by, Permission.REFERRAL_ANSWER)
    record(by=by, action="referral.export", detail={"rows": count})


def revealed(referral: Referral, *, field: str, purpose: str, by: Staff) -> str:
    """The whole number or phone of the person a department was asked about, with the reason; — if there is none.

    Only while the referral is open: who has answered needs the number no longer.
    """
    if answers_for(by, referral):
        permit_department(by, referral)
        if not referral.is_open:
            return "—"
    else:
        permit(by, Permission.PERSON_REVEAL, place=referral.division_code)
    subject: Any = referral.subject
    with transaction.atomic():
        place = subject.division_code
        detail = {"field": field, "referral": referral.pk}
        record(by=by, action="person.reveal", subject=Subject("person", str(subject.pk), place), purpose=purpose,
               detail=detail)  # fmt: skip
    return str(getattr(subject, field) or "—")


def _about(referral: Referral) -> Subject:
    return Subject("referral", str(referral.pk), referral.division_code)
