"""The rows a household's facts are read from: as of a day, and as they were known at a moment."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ..models import (
    Certificate,
    Household,
    KinTie,
    LowIncomeStatus,
    Membership,
    Merge,
    Move,
    Person,
    Revision,
    Statement,
)

Rows = dict[int, dict[str, list[Any]]]
"""Subject id → kind → rows."""


@dataclass(frozen=True)
class Moment:
    """The day asked about, the moment of knowing (None = now) and the database asked."""

    on: date
    known_at: datetime | None
    using: str


@dataclass
class Known:
    """What is known of a set of people."""

    people: dict[int, Person]
    birth: dict[int, tuple[date, int]]  # birth date and sex, as known
    certificates: Rows = field(default_factory=dict)
    statements: Rows = field(default_factory=dict)
    categories: dict[int, set[str]] = field(default_factory=dict)


class Owners:
    """Whose a row was before merges that came after the moment; now, everybody's rows are their own."""

    def __init__(self, when: Moment) -> None:
        self.was: dict[tuple[str, int], int] = {}
        self.survivor: dict[int, int] = {}
        if when.known_at is None:
            return
        later = Merge.objects.using(when.using).filter(merged_at__gt=when.known_at, undone_at__isnull=True)
        for merge in later.order_by("-merged_at", "-pk"):
            self.survivor[merge.absorbed_id] = merge.survivor_id
            for key, rows in merge.moved["given"].items():
                self.was |= {(key, pk): merge.absorbed_id for pk, _code in rows}

    def keepers(self, people: Iterable[int]) -> set[int]:
        """The people and everybody whose file holds rows of theirs now."""
        found: set[int] = set()
        for person in people:
            keeper: int | None = person
            while keeper is not None and keeper not in found:
                found.add(keeper)
                keeper = self.survivor.get(keeper)
        return found

    def of(self, row: Any, column: str = "person_id") -> int:
        """The person a row was about."""
        own: int = getattr(row, column)
        return self.was.get((f"{row._meta.label}.{column}", row.pk), own)


def place_on(household: Household, when: Moment) -> str:
    """The village that answered for a household on the day, as known at the moment."""
    moves = list(Move.objects.using(when.using).filter(household=household).order_by("moved_on"))
    known = [m for m in moves if when.known_at is None or m.recorded_at <= when.known_at]
    unknown = sorted((m for m in moves if m not in known), key=lambda m: (m.recorded_at, m.pk))
    came = [m for m in known if m.moved_on <= when.on]
    if came:
        return came[-1].to_code
    left = [m for m in known if m.moved_on > when.on] or unknown
    return left[0].from_code if left else household.division_code


def members(household: Household, when: Moment, owners: Owners) -> dict[int, Membership]:
    """Who belonged to a household on the day, by person."""
    rows = Membership.objects.using(when.using).known(when.known_at).on(when.on).filter(household=household)
    return {owners.of(row): row for row in rows.order_by("pk")}


def know(people: Iterable[int], when: Moment, owners: Owners) -> Known:
    """Everything the facts of these people are read from."""
    wanted = set(people)
    found = Person.objects.using(when.using).in_bulk(wanted)
    known = Known(found, {p.pk: (p.birth_date, p.sex) for p in found.values()})
    _as_said_then(known, when)
    keepers = owners.keepers(wanted)
    certificates = Certificate.objects.using(when.using).known(when.known_at).on(when.on)
    known.certificates = _by_kind(certificates.filter(person__in=keepers), wanted, owners)
    statements = Statement.objects.using(when.using).known(when.known_at)
    known.statements = _by_kind(statements.filter(person__in=keepers), wanted, owners)
    statuses = LowIncomeStatus.objects.using(when.using).known(when.known_at).on(when.on)
    for status in statuses.filter(person__in=keepers):
        known.categories.setdefault(owners.of(status), set()).add(status.category)
    return known


def _as_said_then(known: Known, when: Moment) -> None:
    if when.known_at is None:
        return
    revisions = Revision.objects.using(when.using).filter(person__in=known.people, until__gt=when.known_at)
    for revision in revisions.order_by("-until", "-pk"):  # the earliest is read last and stays
        said = json.loads(str(revision.said))
        known.birth[revision.person_id] = (date.fromisoformat(said["birth_date"]), said["sex"])


def _by_kind(rows: Iterable[Any], wanted: set[int], owners: Owners) -> Rows:
    found: Rows = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if (owner := owners.of(row)) in wanted:
            found[owner][row.kind].append(row)
    return found


def kin_of(people: Iterable[int], when: Moment, owners: Owners) -> list[KinTie]:
    """The ties that held on the day, of living relatives."""
    wanted = set(people)
    rows = KinTie.objects.using(when.using).known(when.known_at).on(when.on)
    ties = rows.filter(person__in=owners.keepers(wanted)).order_by("pk")
    return [tie for tie in ties if owners.of(tie) in wanted]


def relative_of(tie: KinTie, owners: Owners) -> int | None:
    """The registered relative of a tie."""
    return None if tie.relative_id is None else owners.of(tie, "relative_id")


def on_household_dibao(people: Iterable[int], when: Moment, owners: Owners) -> set[int]:
    """Those whose household as a whole received dibao on the day."""
    wanted = set(people)
    rows = Membership.objects.using(when.using).known(when.known_at).on(when.on)
    home = {owners.of(m): m.household_id for m in rows.filter(person__in=owners.keepers(wanted))}
    statuses = LowIncomeStatus.objects.using(when.using).known(when.known_at).on(when.on)
    receiving = statuses.filter(category="dibao", household__in=set(home.values()))
    households = set(receiving.values_list("household_id", flat=True))
    return {person for person in wanted if home.get(person) in households}
