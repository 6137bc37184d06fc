"""The feed as the other system reads it: numbers are kept, what they say is read from the register when asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet

from doudi.registry.models import Membership, Person

from ..keys import digest_of, exchange_key
from ..models import Acknowledgement, Handle, Outgoing

MOST = 500


@dataclass(frozen=True)
class Sent:
    """One event as it leaves the house."""

    number: int
    kind: str
    code: str
    happened_on: date
    people: tuple[str, ...]
    person: str
    name: str
    township: str

    def as_json(self) -> dict[str, Any]:
        """The event for the wire."""
        return {
            "number": self.number, "kind": self.kind, "code": self.code, "happened_on": self.happened_on.isoformat(),
            "people": list(self.people), "person": self.person, "name": self.name, "township": self.township,
        }  # fmt: skip


def events(after: int, limit: int, *, county: str, using: str = "default") -> list[Sent]:
    """The events after a number, in order, at most `limit`. Asked again, the same."""
    rows = (
        Outgoing.objects.using(using)
        .filter(county=county, number__gt=after)
        .select_related("household__head", "person")
    )
    return told(list(rows.order_by("number")[: min(max(limit, 1), MOST)]), county)


def told(rows: Sequence[Outgoing], county: str) -> list[Sent]:
    """Numbered rows with what they say."""
    members = _members(rows)
    people = {p for found in members.values() for p in found} | {r.person_id for r in rows if r.person_id}
    digests = digests_of(people, county)
    return [_sent(row, members[row.pk], digests) for row in rows]


def _sent(row: Outgoing, members: Sequence[int], digests: dict[int, str]) -> Sent:
    head = row.household.head_id
    ordered = sorted(members, key=lambda pk: (pk != head, pk))
    return Sent(
        number=row.number, kind=row.kind, code=row.code, happened_on=row.happened_on,
        people=tuple(digests[pk] for pk in ordered if pk in digests),
        person=digests.get(row.person_id or 0, ""), name=row.household.head.name,
        township=row.household.division_code[:9],
    )  # fmt: skip


def _members(rows: Sequence[Outgoing]) -> dict[int, list[int]]:
    """Outgoing id → the members of its household on that day, as they were known when it happened."""
    homes = {row.household_id for row in rows}
    by_home: dict[int, list[Membership]] = defaultdict(list)
    for one in Membership.objects.filter(household_id__in=homes):
        by_home[one.household_id].append(one)
    return {row.pk: [m.person_id for m in by_home[row.household_id] if _belonged(m, row)] for row in rows}


def _belonged(one: Membership, row: Outgoing) -> bool:
    known = one.recorded_at <= row.event_at and (one.superseded_at is None or one.superseded_at > row.event_at)
    # The day before counts too: a death and a move end the membership that they are about.
    day = row.happened_on
    return known and one.starts_on <= day and (one.ends_on is None or one.ends_on >= day)


def digests_of(people: set[int] | set[int | None], county: str) -> dict[int, str]:
    """Person → digest under the exchange key; kept handles where they still fit, else made now."""
    wanted = {pk for pk in people if pk is not None}
    kept = {h.person_id: h for h in Handle.objects.filter(person_id__in=wanted)}
    key, found = exchange_key(county), {}
    for person in Person.objects.filter(pk__in=wanted, resident_id_index__isnull=False):
        handle = kept.get(person.pk)
        if handle is not None and bytes(handle.of_index) == bytes(person.resident_id_index or b""):
            found[person.pk] = handle.digest
        else:
            found[person.pk] = digest_of(str(person.resident_id), key)
    return found


def last_number(county: str) -> int:
    """The highest number of the feed; 0 if it is empty."""
    return Outgoing.objects.filter(county=county).aggregate(n=Max("number"))["n"] or 0


def acknowledged(county: str) -> int:
    """Up to which number the other system has taken in."""
    return Acknowledgement.objects.filter(county=county).aggregate(n=Max("up_to"))["n"] or 0


def latest(county: str) -> QuerySet[Outgoing]:
    """The feed, the newest first, for the page."""
    return Outgoing.objects.filter(county=county).select_related("household__head").order_by("-number")
