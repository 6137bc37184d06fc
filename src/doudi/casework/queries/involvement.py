"""Who may not handle a case: the person themselves, and whoever disclosed one of its people as a relative."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from doudi.registry.models import Person

from ..models import Application, ApplicationPerson, RelativeDisclosure


def disclosures_about(people: Iterable[int], on: date) -> QuerySet[RelativeDisclosure]:
    """Disclosures in force that concern any of the people, by file or by number."""
    ids = list(people)
    indexes = Person.objects.filter(pk__in=ids, resident_id_index__isnull=False).values_list(
        "resident_id_index", flat=True
    )
    about = Q(person__in=ids) | Q(resident_id_index__in=[bytes(i) for i in indexes if i is not None])
    return RelativeDisclosure.objects.filter(about, starts_on__lte=on).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on)
    )


def people_of(application: Application) -> list[int]:
    """The people a case is about."""
    return list(ApplicationPerson.objects.filter(application=application).values_list("person_id", flat=True))


def is_involved(staff_id: int, application: Application, on: date) -> bool:
    """Whether a staff member is, or has a near relative among, the people of the case."""
    return disclosures_about(people_of(application), on).filter(staff_id=staff_id).exists()
