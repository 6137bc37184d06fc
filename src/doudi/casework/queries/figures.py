"""The figures a family declared, beside what a visit found: for the visit's form on screen and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from doudi.policy.engine.nodes import HOUSEHOLD, PERSON
from doudi.policy.facts import FACTS, FactSpec
from doudi.policy.wording import said
from doudi.registry.facts.schema import HOUSEHOLD_STATEMENTS, PERSON_STATEMENTS, Fact
from doudi.registry.models import Membership, Person, Statement
from doudi.registry.models.facts import Source

from ..models import Application


@dataclass(frozen=True)
class Figure:
    """One figure of one person or of the family: declared, and as a visit recorded it (None: nobody said)."""

    fact: Fact
    spec: FactSpec
    person: Person | None
    declared: int | None
    seen: int | None

    @property
    def field(self) -> str:
        """The name of its input."""
        return f"v-{self.person.pk if self.person else 'home'}-{self.fact.kind}"

    @property
    def name(self) -> str:
        return self.person.name if self.person else ""

    @property
    def declared_words(self) -> str:
        """What was declared, in words; a dash where nothing was."""
        return self._words(self.declared) or "—"

    @property
    def seen_words(self) -> str:
        """What a visit recorded, in words; '' where none did."""
        return self._words(self.seen)

    def _words(self, amount: int | None) -> str:
        if amount is None:
            return ""
        value: Any = bool(amount) if self.fact.read == "flag" else amount
        return said(value, self.spec.unit, self.spec.choices)


def figures_of(application: Application, on: date) -> list[Figure]:
    """Every figure the family declared or a visit recorded, by person; the newest of each."""
    home = application.household
    if home is None:
        return []
    people = [
        m.person
        for m in Membership.objects.known().on(on).filter(household=home).select_related("person").order_by("pk")
    ]
    rows = Statement.objects.known().filter(source__in=(Source.DECLARED, Source.VISIT), starts_on__lte=on)
    told = _newest([*rows.filter(household=home), *rows.filter(person__in=people)])
    return list(_figures(people, told))


def _newest(rows: list[Statement]) -> dict[tuple[int | None, str, str], int]:
    ordered = sorted(rows, key=lambda r: (r.starts_on, r.pk))
    return {(row.person_id, row.kind, row.source): row.amount for row in ordered}


def _figures(people: list[Person], told: dict[tuple[int | None, str, str], int]) -> Iterator[Figure]:
    for person, facts in [*((p, PERSON_STATEMENTS) for p in people), (None, HOUSEHOLD_STATEMENTS)]:
        for fact in facts:
            spec = FACTS[PERSON if person else HOUSEHOLD][fact.name]
            declared, seen = (
                told.get((person.pk if person else None, fact.kind, source))
                for source in (Source.DECLARED, Source.VISIT)
            )
            if declared is not None or seen is not None:
                yield Figure(fact, spec, person, declared, seen)
