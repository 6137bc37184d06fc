"""Who belongs to a household on a day, and who can sign for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from doudi.registry.models import Certificate, Household, KinTie, Membership, Person
from doudi.registry.queries.ages import age

from ..limits import ADULT


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody whose consent matters: a member, or an obligor outside the household."""

    person: Person
    relation: str
    is_member: bool
    needs_guardian: bool

    @property
    def signer(self) -> str:
        """Who signs: self or guardian."""
        return "guardian" if self.needs_guardian else "self"


def members_on(household_id: int, on: date) -> list[Membership]:
    """The living members on a day who live with the household, or of whom that is not known."""
    rows = Membership.objects.known().on(on).filter(household_id=household_id).exclude(co_resident=False)
    found = rows.select_related("person").order_by("starts_on", "pk")
    return [m for m in found if m.person.death_date is None or m.person.death_date >= on]


def parties(household: Household | int, on: date) -> list[Party]:
    """The members, then the registered relatives outside with a duty to support."""
    household_id = household if isinstance(household, int) else household.pk
    members = members_on(household_id, on)
    inside = {m.person_id for m in members}
    ties = KinTie.objects.known().on(on).filter(person__in=inside, relative__isnull=False)
    kin = {
        t.relative_id: t
        for t in ties.exclude(relative__in=inside).select_related("relative").order_by("pk")
        if t.relative is not None and t.relative.death_date is None
    }
    incapable = incapable_among([*inside, *(pk for pk in kin if pk)], on)
    found = [Party(m.person, m.relation, True, _guarded(m.person, incapable, on)) for m in members]
    return found + [
        Party(t.relative, t.relation, False, _guarded(t.relative, incapable, on)) for t in kin.values() if t.relative
    ]


def incapable_among(people: list[int], on: date) -> frozenset[int]:
    """Those of whom it is recorded that they cannot act for themselves."""
    rows = Certificate.objects.known().on(on).filter(person__in=people, kind="no_civil_capacity", code="yes")
    return frozenset(rows.values_list("person_id", flat=True))


def needs_guardian(person: Person, on: date) -> bool:
    """Whether somebody else signs for a person: a minor, or somebody without capacity."""
    return _guarded(person, incapable_among([person.pk], on), on)


def _guarded(person: Person, incapable: frozenset[int], on: date) -> bool:
    return age(person.birth_date, on) < ADULT or person.pk in incapable
