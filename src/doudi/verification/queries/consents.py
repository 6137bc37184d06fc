"""Who has signed, who is missing, and which consent covers a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ..models import VerificationConsent
from ..sources import ALL, label_of
from .people import Party, parties


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody of the household without any live consent; `signer` says who must sign: self or guardian."""

    person_id: int
    name: str
    signer: str


@dataclass(frozen=True)
class Standing:
    """One party on the signing page: their live consents, and the sources that none of them covers."""

    party: Party
    consents: tuple[VerificationConsent, ...]
    earlier: tuple[VerificationConsent, ...]

    @property
    def covered(self) -> frozenset[str]:
        return frozenset(source for consent in self.consents for source in consent.sources)

    @property
    def uncovered(self) -> list[str]:
        """The sources nobody may be asked about this person, in words."""
        return [label_of(source) for source in ALL if source not in self.covered]

    @property
    def current(self) -> VerificationConsent | None:
        """The consent that lasts longest; overlapping ones are allowed."""
        return max(self.consents, key=lambda c: (c.ends_on, c.pk), default=None)


def consents_missing(household_id: int, on: date) -> tuple[Missing, ...]:
    """The members without any live consent on a day. Obligors outside are asked, never required (LAW26-41)."""
    members = [p for p in parties(household_id, on) if p.is_member]
    held = _live_by_person([p.person.pk for p in members], on)
    return tuple(Missing(p.person.pk, p.person.name, p.signer) for p in members if not held[p.person.pk])


def standings(household_id: int, on: date) -> list[Standing]:
    """Every party of a household with what they signed."""
    found = parties(household_id, on)
    rows = VerificationConsent.objects.filter(person__in=[p.person.pk for p in found])
    by_person: dict[int, list[VerificationConsent]] = defaultdict(list)
    for consent in rows.select_related("signature__signer").order_by("-ends_on", "-pk"):
        by_person[consent.person_id].append(consent)
    return [_standing(party, by_person[party.person.pk], on) for party in found]


def _standing(party: Party, consents: list[VerificationConsent], on: date) -> Standing:
    live = tuple(c for c in consents if c.is_live(on))
    return Standing(party, live, tuple(c for c in consents if not c.is_live(on)))


def covering(person_id: int, source: str, on: date) -> VerificationConsent | None:
    """The live consent under which a source may be asked about a person, the one that lasts longest; None: not."""
    rows = VerificationConsent.objects.live(on).covering(source).filter(person=person_id)
    return rows.order_by("-ends_on", "-pk").first()


def covered_sources(people: Iterable[int], on: date) -> dict[int, dict[str, VerificationConsent]]:
    """Person → source → the consent that covers it."""
    held = _live_by_person(list(people), on)
    return {
        person: {s: c for c in sorted(consents, key=lambda c: (c.ends_on, c.pk)) for s in c.sources}
        for person, consents in held.items()
    }


def _live_by_person(people: list[int], on: date) -> dict[int, list[VerificationConsent]]:
    held: dict[int, list[VerificationConsent]] = defaultdict(list)
    for consent in VerificationConsent.objects.live(on).filter(person__in=people):
        held[consent.person_id].append(consent)
    return held
