"""One household's facts (rules.md §3), each with the source that was believed and what was not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ..models import Circumstance, Household, KinTie, LowIncomeStatus, Membership, Statement
from ..models.dated import Dated
from ..places import residence_class
from . import schema
from .choose import Choice, choose, source_of
from .loading import (
    Known,
    Moment,
    Owners,
    kin_of,
    know,
    members,
    on_household_dibao,
    place_on,
    relative_of,
)
from .schema import Fact

Values = dict[str, Any]


@dataclass(frozen=True)
class Alternative:
    """What another source said, and why it was not believed."""

    source: str
    value: Any
    row: int
    why: str


@dataclass(frozen=True)
class Origin:
    """Where a fact comes from: the source and row believed ('' and None: nothing counted), and the alternatives."""

    source: str
    row: int | None = None
    recorded_at: datetime | None = None
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True)
class HouseholdFacts:
    """The facts of a household, its persons and their obligors; None is unknown.

    `origins` is keyed as reasons are: 'household.<fact>', 'person:<id>.<fact>', 'obligor:<id>.<fact>'.
    """

    on: date
    known_at: datetime | None
    household: Values
    persons: tuple[Values, ...]
    obligors: tuple[Values, ...]
    origins: Mapping[str, Origin] = field(repr=False)

    def as_json(self) -> Values:
        """Persons under their household, obligors under their person, sources apart in `_sources`."""
        return {
            **_plain(self.household),
            "persons": [
                {
                    **_plain(person),
                    "obligors": [
                        _plain({k: v for k, v in obligor.items() if k != "person_id"})
                        for obligor in self.obligors
                        if obligor["person_id"] == person["person_id"]
                    ],
                }
                for person in self.persons
            ],
            "_sources": {key: _origin(origin) for key, origin in sorted(self.origins.items())},
        }


def _plain(values: Values) -> Values:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}


def _origin(origin: Origin) -> Values:
    return {
        "source": origin.source,
        "row": origin.row,
        "recorded_at": origin.recorded_at.isoformat() if origin.recorded_at else None,
        "alternatives": [vars(a) for a in origin.alternatives],
    }


def household_facts(
    household_id: int, *, on: date, known_at: datetime | None = None, using: str = "default"
) -> HouseholdFacts:
    """The facts as of a day and as known at a moment (None: now). Rows the asker may not see are not known.

    Household.DoesNotExist if there is no such household in sight.
    """
    when = Moment(on, known_at, using)
    household = Household.objects.using(using).get(pk=household_id)
    owners = Owners(when)
    belong = members(household, when, owners)
    known = know(belong, when, owners)
    writer = _Writer(on)
    values = _household(household, when, writer)
    persons = [_person(pk, row, known, writer) for pk, row in sorted(belong.items()) if pk in known.people]
    obligors = _obligors(belong, when, owners, writer)
    return HouseholdFacts(on, known_at, values, tuple(persons), tuple(obligors), writer.origins)


class _Writer:
    """Reads chosen rows into values and notes the origin of each."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.origins: dict[str, Origin] = {}

    def read(self, who: str, facts: Iterable[Fact], rows: Mapping[str, list[Dated]]) -> Values:
        return {fact.name: self._one(f"{who}.{fact.name}", fact, rows.get(fact.kind, [])) for fact in facts}

    def _one(self, key: str, fact: Fact, rows: list[Dated]) -> Any:
        choice: Choice[Dated] = choose(fact.kind, rows, self.on)
        others = tuple(
            Alternative(source_of(p.row), schema.read(fact, p.row, self.on), p.row.pk, p.why) for p in choice.passed
        )
        row = choice.row
        if row is None:
            self.origins[key] = Origin("", alternatives=others)
            return None
        self.origins[key] = Origin(source_of(row), row.pk, row.recorded_at, others)
        return schema.read(fact, row, self.on)

    def registry(self, who: str, **values: Any) -> Values:
        """Facts of which the registry itself is the source."""
        for name in values:
            self.origins[f"{who}.{name}"] = Origin("registry")
        return values


def _household(household: Household, when: Moment, writer: _Writer) -> Values:
    statuses = LowIncomeStatus.objects.using(when.using).known(when.known_at).on(when.on)
    on_dibao = statuses.filter(household=household, category="dibao").exists()
    circumstances = Circumstance.objects.using(when.using).known(when.known_at).on(when.on)
    statements = Statement.objects.using(when.using).known(when.known_at)
    place = place_on(household, when)
    return {
        "household_id": str(household.pk),
        **writer.registry(
            "household",
            division_code=place,
            residence_class=residence_class(place, when.on, when.using),
            on_dibao=on_dibao,
        ),
        **writer.read("household", schema.CIRCUMSTANCES, _kinds(circumstances.filter(household=household))),
        **writer.read("household", schema.HOUSEHOLD_STATEMENTS, _kinds(statements.filter(household=household))),
    }


def _kinds(rows: Iterable[Any]) -> dict[str, list[Dated]]:
    found: dict[str, list[Dated]] = {}
    for row in rows:
        found.setdefault(row.kind, []).append(row)
    return found


def _person(pk: int, membership: Membership, known: Known, writer: _Writer) -> Values:
    who = f"person:{pk}"
    birth_date, sex = known.birth[pk]
    categories = known.categories.get(pk, set())
    return {
        "person_id": str(pk),
        **writer.registry(
            who,
            birth_date=birth_date,
            sex=sex,
            relation=membership.relation,
            co_resident=membership.co_resident,
            on_tekun="tekun" in categories,
            on_individual_dibao="individual_dibao" in categories,
        ),
        **writer.read(who, schema.PERSON_CERTIFICATES, known.certificates.get(pk, {})),
        **writer.read(who, schema.PERSON_STATEMENTS, known.statements.get(pk, {})),
    }


def _obligors(people: Iterable[int], when: Moment, owners: Owners, writer: _Writer) -> list[Values]:
    ties = kin_of(people, when, owners)
    relatives = {pk for tie in ties if (pk := relative_of(tie, owners)) is not None}
    known = know(relatives, when, owners)
    receiving = on_household_dibao(known.people, when, owners)
    return [
        _obligor(tie, pk, owners.of(tie), known, receiving, writer)
        for tie in ties
        if (pk := relative_of(tie, owners)) not in known.people or _alive(known, pk, when.on)
    ]


def _alive(known: Known, pk: int | None, on: date) -> bool:
    person = known.people[pk or 0]
    return person.death_date is None or person.death_date >= on


def _obligor(
    tie: KinTie, relative: int | None, person: int, known: Known, receiving: set[int], writer: _Writer
) -> Values:
    who = f"obligor:{tie.pk}"
    pk = relative or 0
    registered = pk in known.people
    income = writer.read(who, schema.OBLIGOR_INCOME, known.statements.get(pk, {}))
    amounts = list(income.values())
    return {
        "obligor_id": str(tie.pk),
        "person_id": str(person),
        **writer.registry(
            who,
            birth_date=known.birth[pk][0] if registered else tie.relative_birth_date,
            on_tekun="tekun" in known.categories.get(pk, set()) if registered else None,
            on_dibao=pk in receiving if registered else None,
            income_fen_year=None if None in amounts else sum(amounts),
        ),
        **writer.read(who, schema.OBLIGOR_STATEMENTS, known.statements.get(pk, {})),
        **writer.read(who, schema.OBLIGOR_CERTIFICATES, known.certificates.get(pk, {})),
    }
