"""Who may not be sent to a household: its members, and whoever disclosed one of them as a near relative."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from doudi.casework.models import RelativeDisclosure
from doudi.casework.queries.involvement import disclosures_about
from doudi.registry.models import Membership, Person


def is_involved(staff_id: int, household_id: int, on: date) -> bool:
    """Whether a staff member is, or has a near relative among, the members."""
    people = Membership.objects.known().on(on).filter(household_id=household_id).values_list("person_id", flat=True)
    return disclosures_about(people, on).filter(staff_id=staff_id).exists()


def involved(
    staff_ids: Iterable[int], household_ids: Iterable[int], on: date, *, using: str = "default"
) -> set[tuple[int, int]]:
    """(staff, household) pairs that are too near, for many at once."""
    rows = list(RelativeDisclosure.objects.using(using).filter(staff_id__in=list(staff_ids), starts_on__lte=on))
    held = [row for row in rows if row.ends_on is None or row.ends_on > on]
    if not held:
        return set()
    numbers = {bytes(row.resident_id_index): row.staff_id for row in held if row.resident_id_index}
    people = {row.person_id: row.staff_id for row in held if row.person_id}
    same = Person.objects.using(using).filter(resident_id_index__in=list(numbers))
    people |= {pk: numbers[bytes(index or b"")] for pk, index in same.values_list("pk", "resident_id_index")}
    belongs = Membership.objects.using(using).known().on(on)
    homes = belongs.filter(person_id__in=list(people), household_id__in=list(household_ids))
    return {(people[person], home) for person, home in homes.values_list("person_id", "household_id")}
