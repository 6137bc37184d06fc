"""Who may not handle a case: the person themselves, and whoever disclosed one of its people as a relative."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from doudi.registry.models import Person

from ..models import Application, ApplicationPerson, RelativeDisclosure


def disclosures_about(people: Iterable[int] | QuerySet[Any], on: date) -> QuerySet[RelativeDisclosure]:
    """Disclosures in force that concern any of the people, by file or by number. One question to the database."""
    ids = people if isinstance(people, QuerySet) else list(people)
    known = Person.objects.filter(pk__in=ids, resident_id_index__isnull=False)
    about = Q(person__in=ids) | Q(resident_id_index__in=known.values("resident_id_index"))
    return RelativeDisclosure.objects.filter(about, starts_on__lte=on).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on)
    )


def people_of(application: Application) -> QuerySet[Any]:
    """The people a case is about, for another question."""
    return ApplicationPerson.objects.filter(application=application).values("person_id")


def is_involved(staff_id: int, application: Application, on: date) -> bool:
    """Whether a staff member is, or has a near relative among, the people of the case."""
    return disclosures_about(people_of(application), on).filter(staff_id=staff_id).exists()
