"""What casework knows of many households at once: who asks already, who was helped, which relatives are disclosed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from doudi.registry.models import Person

from ..models import Application, RelativeDisclosure
from ..programmes import Programme
from ..stages import ENDED, Stage

TEMPORARY = (Programme.TEMPORARY_EMERGENCY, Programme.TEMPORARY_EXPENDITURE)


def open_households(households: Collection[int] | None, *, using: str = "default") -> set[int]:
    """Households with a case that is not ended; of these, or wherever one may look (None)."""
    rows = Application.objects.using(using).exclude(stage__in=ENDED).filter(household__isnull=False)
    if households is not None:
        rows = rows.filter(household__in=households)
    return set(rows.values_list("household_id", flat=True))


def helped_since(day: date, on: date, households: Collection[int] | None, *, using: str = "default") -> set[int]:
    """Households given temporary assistance from a day on."""
    rows = Application.objects.using(using).filter(
        programme__in=TEMPORARY, stage__in=(Stage.CONFIRMED, Stage.PAPERS), opened_on__gte=day, opened_on__lte=on
    )
    if households is not None:
        rows = rows.filter(household__in=households)
    return set(rows.exclude(household=None).values_list("household_id", flat=True))


def disclosed_people(on: date, *, using: str = "default") -> tuple[set[int], set[int]]:
    """People on file whom a disclosure in force concerns, and those among them who are officials themselves."""
    held = RelativeDisclosure.objects.using(using).filter(starts_on__lte=on)
    held = held.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    named = set(held.exclude(person=None).values_list("person_id", flat=True))
    numbers = [bytes(n) for n in held.filter(person=None).values_list("resident_id_index", flat=True) if n]
    by_number = Person.objects.using(using).filter(resident_id_index__in=numbers, merged_into=None)
    own = set(held.filter(relation="self").exclude(person=None).values_list("person_id", flat=True))
    return named | set(by_number.values_list("pk", flat=True)), own
