"""Looking is an act: opening a file and seeing a whole number are recorded like changes."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record

from ..models import Household, Person

USUAL = "日常办理"
REVEALABLE = {"resident_id": _("身份证号"), "phone": _("电话")}


def opened(file: Household | Person, *, by: Staff, purpose: str = USUAL) -> None:
    """Record that somebody opened the file of a household or a person."""
    permit(by, Permission.PERSON_READ, place=file.division_code)
    kind = "household" if isinstance(file, Household) else "person"
    record(by=by, action=f"{kind}.read", subject=_subject(file), purpose=purpose)


def printed(household: Household, *, by: Staff, purpose: str = USUAL) -> None:
    """Record that somebody printed the file of a household."""
    permit(by, Permission.DOCUMENT_READ, place=household.division_code)
    record(by=by, action="household.print", subject=_subject(household), purpose=purpose)


def revealed(person: Person, *, field: str, purpose: str, by: Staff) -> str:
    """The whole number or phone of a person, on record with the reason; — if there is none."""
    permit(by, Permission.PERSON_REVEAL, place=person.division_code)
    with transaction.atomic():
        record(by=by, action="person.reveal", subject=_subject(person), purpose=purpose, detail={"field": field})
    return str(getattr(person, field) or "—")


def _subject(file: Household | Person) -> Subject:
    kind = "household" if isinstance(file, Household) else "person"
    return Subject(kind, str(file.pk), file.division_code)
