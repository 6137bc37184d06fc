"""Whose a document may be: households and people, found within the reach of whoever asks."""

from __future__ import annotations

from django.urls import reverse

from doudi.accounts.models import Staff
from doudi.documents.owners import Owner

from .models import Household, Person
from .queries.visible import visible


def household_owner(home: Household) -> Owner:
    """A household as the owner of documents."""
    url = reverse("registry:household", args=[home.number])
    return Owner("household", str(home.pk), home.division_code, home.number, url)


def find_household(staff: Staff, owner_id: str) -> Owner | None:
    """The household with an id, if this person may see it."""
    found = _id(owner_id) and visible(Household.objects.filter(pk=owner_id, closed_on=None), staff).first()
    return household_owner(found) if found else None


def find_person(staff: Staff, owner_id: str) -> Owner | None:
    """The person with an id, if this person may see them."""
    found = _id(owner_id) and visible(Person.objects.filter(pk=owner_id, merged_into=None), staff).first()
    if not found:
        return None
    url = reverse("registry:person", args=[found.pk])
    return Owner("person", owner_id, found.division_code, found.name, url)


def _id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
