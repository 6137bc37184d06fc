"""Cases as owners of documents: photos, evidence, the authorisation of a proxy."""

from __future__ import annotations

from django.urls import reverse

from doudi.accounts.models import Staff
from doudi.documents.owners import Owner

from .models import Application
from .queries.cases import visible_cases


def case_owner(application: Application) -> Owner:
    """A case as the owner of documents."""
    url = reverse("casework:case", args=[application.number])
    return Owner("application", str(application.pk), application.division_code, application.number, url)


def find_case(staff: Staff, owner_id: str) -> Owner | None:
    """The case with an id, if this person may see it."""
    if not (owner_id.isascii() and owner_id.isdigit() and len(owner_id) < 19):
        return None
    found = visible_cases(staff).filter(pk=owner_id).first()
    return case_owner(found) if found else None
