"""What they told us: what could not be matched, what never came, and what a household's events say together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Count, Max, QuerySet

from doudi.registry.models import Household, Membership

from ..kinds import SAYS, State
from ..models import Handle, Incoming

MOST_MISSING = 200
Days = tuple[date, date | None, str]


def unmatched(county: str) -> QuerySet[Incoming]:
    """Events of people we could not find, the oldest first."""
    return Incoming.objects.filter(county=county, state=State.UNMATCHED).order_by("number")


def missing(county: str) -> list[int]:
    """Numbers below their highest that have never come, so that they can be sent again; the first two hundred."""
    told = Incoming.objects.filter(county=county).aggregate(highest=Max("number"), count=Count("pk"))
    highest = told["highest"] or 0
    if told["count"] == highest:  # each number is there once, so nothing is missing
        return []
    found: list[int] = []
    expected = 1
    for number in Incoming.objects.filter(county=county).order_by("number").values_list("number", flat=True):
        found.extend(range(expected, min(number, expected + MOST_MISSING)))
        expected = number + 1
        if len(found) >= MOST_MISSING or number >= highest:
            break
    return found[:MOST_MISSING]


def known_of(digests: Iterable[str], county: str) -> set[str]:
    """Those of these digests that are people of ours."""
    rows = Handle.objects.filter(county=county, digest__in=set(digests))
    return set(rows.values_list("digest", flat=True))


def household_of(people: Sequence[str], county: str, days: Iterable[date]) -> Household | None:
    """Whose household it is, on the first of these days on which somebody of them belonged to one."""
    return next((home for day in days if (home := _household_on(people, county, day)) is not None), None)


def _household_on(digests: Sequence[str], county: str, on: date) -> Household | None:
    """The household of the first person, whom we know as its head, else the only one that the others point to."""
    handles = Handle.objects.filter(county=county, digest__in=digests).select_related("person")
    persons = {h.digest: h.person_id for h in handles if bytes(h.of_index) == bytes(h.person.resident_id_index or b"")}
    rows = Membership.objects.known().on(on).filter(person_id__in=persons.values()).select_related("household")
    homes = {m.person_id: m.household for m in rows if m.household.merged_into_id is None}
    if digests and (first := homes.get(persons.get(digests[0], 0))) is not None:
        return first
    candidates = {home.pk: home for home in homes.values()}
    return next(iter(candidates.values())) if len(candidates) == 1 else None


def timeline(events: Iterable[Incoming], kind: str) -> list[Days]:
    """What a household's events say of one circumstance: each until the next, whatever order they came in.

    Of two on one day the higher number is the later word.
    """
    spoken: dict[date, str] = {}
    for event in sorted(events, key=lambda e: (e.happened_on, e.number)):
        about, code = SAYS[event.kind]
        if about == kind:
            spoken[event.happened_on] = code if code is not None else event.code
    if not spoken:
        return []
    starts = sorted(spoken)
    ends: list[date | None] = [*starts[1:], None]
    return _joined([(start, end, spoken[start]) for start, end in zip(starts, ends, strict=True)])


def _joined(pieces: list[Days]) -> list[Days]:
    """Neighbours that say the same are one."""
    joined: list[Days] = []
    for start, end, code in pieces:
        if joined and joined[-1][2] == code:
            joined[-1] = (joined[-1][0], end, code)
        else:
            joined.append((start, end, code))
    return joined
