"""Digests of our people under the exchange key, so that theirs can be found: made in chunks, renewed when a number is
corrected."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef

from doudi.registry.models import Person

from ..keys import digest_of, exchange_key
from ..models import Handle

CHUNK = 5_000
AT_THE_DOOR = 2_000


def fill(*, county: str, limit: int = CHUNK, using: str = "default") -> int:
    """Make the handles that are missing or made of an old number, at most `limit`; returns how many."""
    fitting = Handle.objects.using(using).filter(person=OuterRef("pk"), of_index=OuterRef("resident_id_index"))
    rows = Person.objects.using(using).filter(resident_id_index__isnull=False, merged_into__isnull=True)
    rows = rows.filter(division_code__gte=county, division_code__lt=county + ":").filter(~Exists(fitting))
    people = list(rows.order_by(F("pk").desc())[:limit].only("pk", "resident_id", "resident_id_index"))
    key = exchange_key(county)
    made = [
        Handle(county=county, person_id=p.pk, digest=digest_of(str(p.resident_id), key), of_index=p.resident_id_index)
        for p in people
    ]
    Handle.objects.using(using).bulk_create(
        made, update_conflicts=True, unique_fields=["person"], update_fields=["digest", "of_index"]
    )
    return len(made)
