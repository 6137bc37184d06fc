"""What families told at intake and nobody knew before: every fact that the rulebook asks for has an answer.

Only gaps are filled; what the registry knows stays. Afterwards a case can be decided, for or against the family.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from doudi.registry.facts import facts_of_households, schema
from doudi.registry.models import Certificate, Circumstance, Household, Statement
from doudi.registry.models.facts import Source
from doudi.registry.windows import period_of

SINCE_YEARS = 2  # a condition was told to have lasted so long
WORKING_AGE = range(18, 65)
WAGES = (0, 0, 1_200_00, 3_000_00, 6_000_00)  # fen a year
Row = Mapping[str, Any]


def lay_declarations(homes: Mapping[int, date], chance: random.Random, *, today: date) -> None:
    """Answer what is not known of these households (by id, with the day of the application)."""
    found = facts_of_households(homes, today)
    places = dict(Household.objects.filter(pk__in=homes).values_list("pk", "division_code"))
    statements: list[Statement] = []
    certificates: list[Certificate] = []
    circumstances: list[Circumstance] = []
    for home in found.households.iter_rows(named=True):
        pk = int(home["household_id"])
        said = {"division_code": places[pk], "household_id": pk}
        statements += _statements(home, schema.HOUSEHOLD_STATEMENTS, homes[pk], said, {})
        circumstances += _circumstances(home, homes[pk], said)
    for person in found.persons.iter_rows(named=True):
        pk, day = int(person["household_id"]), homes[int(person["household_id"])]
        said = {"division_code": places[pk], "person_id": int(person["person_id"])}
        age = schema.full_years(person["birth_date"], day) if person["birth_date"] else 40
        wage = {"wage_income": chance.choice(WAGES) if age in WORKING_AGE else 0}
        statements += _statements(person, schema.PERSON_STATEMENTS, day, said, wage)
        certificates += _certificates(person, age, day, said)
    # A figure of another period that reaches into this one keeps its place: then the fact stays unknown.
    Statement.objects.bulk_create(statements, batch_size=2000, ignore_conflicts=True)
    Certificate.objects.bulk_create(certificates, batch_size=2000, ignore_conflicts=True)
    Circumstance.objects.bulk_create(circumstances, batch_size=2000, ignore_conflicts=True)


def _gaps(row: Row, facts: Sequence[schema.Fact]) -> list[str]:
    """The kinds of which nothing is known."""
    return list(dict.fromkeys(fact.kind for fact in facts if row[fact.name] is None))


def _statements(
    row: Row, facts: Sequence[schema.Fact], day: date, said: Row, amounts: Mapping[str, int]
) -> Iterator[Statement]:
    for kind in _gaps(row, facts):
        start, end = period_of(kind, day)
        yield Statement(
            kind=kind, amount=amounts.get(kind, 0), source=Source.DECLARED, starts_on=start, ends_on=end,
            recorded_at=_told(day), **said,
        )  # fmt: skip


def _certificates(row: Row, age: int, day: date, said: Row) -> Iterator[Certificate]:
    study = "none" if age < 6 or age > 15 else "compulsory"
    able = "full" if age in WORKING_AGE else "none"
    told: dict[str, tuple[str, int | None]] = {
        "disability": ("0", 0), "study": (study, None), "labour_capacity": (able, None), "self_care": ("", 0),
        "support_setting": ("home", None), "obligors_complete": ("yes", None),
    }  # fmt: skip
    for kind in _gaps(row, schema.PERSON_CERTIFICATES):
        code, grade = told.get(kind, ("no", None))
        yield Certificate(
            kind=kind, code=code, grade=grade, source=Source.DECLARED, starts_on=_since(row, day),
            recorded_at=_told(day), **said,
        )  # fmt: skip


def _circumstances(row: Row, day: date, said: Row) -> Iterator[Circumstance]:
    for kind in _gaps(row, schema.CIRCUMSTANCES):
        code = "none" if kind == "relapse_watch" else "no"
        yield Circumstance(
            kind=kind, code=code, source=Source.DECLARED, starts_on=day.replace(day=1), recorded_at=_told(day), **said
        )


def _since(row: Row, day: date) -> date:
    """A while ago, and never before the person was born."""
    start = day.replace(day=1, year=day.year - SINCE_YEARS)
    return max(start, row["birth_date"]) if row["birth_date"] else start


def _told(day: date) -> datetime:
    return datetime.combine(day, time(4), UTC)
