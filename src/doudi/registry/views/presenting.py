"""Codes in words and addresses for the pages of a household and a person."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.documents.queries import documents_of
from doudi.registry.models import Household, KinTie, Membership, Residence
from doudi.registry.owners import household_owner
from doudi.registry.queries.naming import spots
from doudi.registry.queries.person_file import PersonFile
from doudi.registry.queries.trace import traces
from doudi.registry.queries.wording import relation

from .tasks import HOUSEHOLD_MENU, PERSON_MENU, menu


def doors_of(home: Household, staff: Staff) -> dict[str, Any]:
    """What may be done from the page of a household."""
    place = home.division_code
    names = {Permission.STATUS_WRITE: "status", Permission.RELAPSE_WRITE: "watch"}
    name = next((n for permission, n in names.items() if staff.may(permission, place)), "")
    return {
        "status_url": reverse(f"registry:{name}", args=[home.number]) if name else "",
        "changes": menu(HOUSEHOLD_MENU, home.number),
    }


def trace_lists(**about: Any) -> dict[str, Any]:
    """The last changes of a file, and who looked at it last."""
    return {
        "changed": traces(**about, changes=True, limit=6),
        "looked": traces(**about, changes=False, limit=3),
    }


def papers_of(home: Household, staff: Staff) -> dict[str, Any]:
    """The documents of a household and the way to add one."""
    place = home.division_code
    if not staff.may(Permission.DOCUMENT_READ, place):
        return {}
    add = staff.may(Permission.DOCUMENT_WRITE, place) and not home.closed_on
    return {
        "documents": list(documents_of(household_owner(home), for_staff=staff)[:20]),
        "add_url": reverse("documents:upload", args=["household", str(home.pk)]) if add else "",
    }


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF to look at, kept by nobody on the way."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response["Cache-Control"] = "no-store"
    return response


def person_words(file: PersonFile, on: date) -> dict[str, Any]:
    """The rows of a person's page in words."""
    names = PERSON_MENU if not file.person.death_date else ("revive", "merge")
    return {
        "changes": [] if file.person.merged_into_id else menu(names, file.person.pk),
        "memberships": [_membership(m, on) for m in file.memberships],
        "kin": [_tie(t) for t in file.kin],
        "residences": _residences(file.residences),
    }


def _membership(row: Membership, on: date) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "number": row.household.number,
        "relation": relation(row.relation),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "ended": row.ends_on is not None and row.ends_on <= on,
    }


def _tie(row: KinTie) -> dict[str, Any]:
    known = row.relative
    return {
        "pk": row.pk,
        "relation": relation(row.relation),
        "name": known.name if known else row.relative_name,
        "url": reverse("registry:person", args=[known.pk]) if known else "",
    }


def _residences(rows: list[Residence]) -> list[dict[str, Any]]:
    names = spots(r.place_code for r in rows)
    return [
        {
            "kind": r.get_kind_display(),
            "place": names[r.place_code].path if names[r.place_code].township else names[r.place_code].village,
            "address": r.address,
            "starts_on": r.starts_on,
            "ends_on": r.ends_on,
        }
        for r in rows
    ]
