"""Awards of the demo county: everybody with a current status of a paying programme, as far as the rulebook grants it.

As if taken over from an earlier system: amounts are the rulebook's on the day of the run, in force since the standard
of 2025-07-01 or since the status began, whichever is later. Whom the rulebook grants nothing, or cannot tell, gets no
award.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any

import polars as pl
from django.db import transaction

from doudi.audit.actions import digest_of
from doudi.awards.entitlements import Entitlement, NoEntitlement, from_decision
from doudi.awards.kinds import LETTERS, Act, Programme
from doudi.awards.models import Award, AwardChange, AwardLine, AwardMember
from doudi.awards.months import month_of, months_after
from doudi.awards.reasons import clauses_of
from doudi.policy import Case, PolicyError, Rulebook
from doudi.registry.facts import facts_of_households
from doudi.registry.models import Household, LowIncomeStatus, Person
from doudi.rulebook.queries.book import county_book

STANDARD_OF = date(2025, 7, 1)
CATEGORIES = {Programme.DIBAO: "dibao", Programme.INDIVIDUAL_DIBAO: "individual_dibao", Programme.TEKUN: "tekun"}
ORDER = (Programme.TEKUN, Programme.DIBAO, Programme.INDIVIDUAL_DIBAO)
BATCH = 2000


@dataclass(frozen=True)
class Standing:
    """A current status that pays: whose, and since when."""

    programme: Programme
    household: int
    person: int | None
    since: date


@dataclass(frozen=True)
class Granted:
    """An entitlement with where it lies and from which month it runs."""

    entitlement: Entitlement
    place: str
    starts_on: date
    review_by: date
    digest: str


def lay_awards(*, today: date, by: int) -> int:
    """Write the awards; returns how many."""
    granted = list(_granted(_standings(today), today))
    with transaction.atomic():
        for n in range(0, len(granted), BATCH):
            _write(granted[n : n + BATCH], by, first=n + 1)
    return len(granted)


def _standings(today: date) -> list[Standing]:
    rows = LowIncomeStatus.objects.known().on(today).filter(category__in=CATEGORIES.values()).order_by("household_id")
    by_category = {code: programme for programme, code in CATEGORIES.items()}
    return [
        Standing(by_category[category], household, person, since)
        for category, household, person, since in rows.values_list("category", "household_id", "person_id", "starts_on")
    ]


def _granted(standings: Sequence[Standing], today: date) -> Iterator[Granted]:
    """Tekun before dibao: nobody is covered twice, and who is on tekun does not count in the household."""
    ids = sorted({one.household for one in standings})
    book, cases = county_book(), dict(_cases(ids, today))
    places = dict(Household.objects.filter(pk__in=ids).values_list("pk", "division_code"))
    own = dict(
        Person.objects.filter(pk__in=[s.person for s in standings if s.person]).values_list("pk", "division_code")
    )
    for household, group in groupby(standings, key=lambda one: one.household):
        covered: set[int] = set()
        for one in sorted(group, key=lambda s: ORDER.index(s.programme)):
            found = _entitled(book, cases.get(household), one, today)
            if found is None or covered & set(found.people):
                continue
            covered |= set(found.people)
            place = own[one.person] if one.person else places[household]
            start = max(STANDARD_OF, month_of(one.since))
            review = today.replace(day=1, year=today.year + 1)
            yield Granted(found, place, start, review, digest_of({"lines": [vars(line) for line in found.lines]}))


def _entitled(book: Rulebook, case: Case | None, one: Standing, today: date) -> Entitlement | None:
    if case is None:
        return None
    people = {str(p["person_id"]): int(str(p["person_id"])) for p in case.persons}
    try:
        decision = book.decide(case, today)
        return from_decision(
            decision, one.programme, household=one.household, people=people, person=str(one.person or "")
        )
    except (PolicyError, NoEntitlement, KeyError, ValueError):
        return None


def _cases(ids: Sequence[int], today: date) -> Iterator[tuple[int, Case]]:
    """The facts of the households as cases of the rulebook."""
    facts = facts_of_households(ids, today)
    persons, owner = defaultdict(list), {}
    for row in _rows(facts.persons):
        persons[row["household_id"]].append(row)
        owner[row["person_id"]] = row["household_id"]
    obligors = defaultdict(list)
    for row in _rows(facts.obligors):
        obligors[owner[row["person_id"]]].append(row)
    for home in _rows(facts.households):
        key = home["household_id"]
        yield int(key), Case(home, tuple(persons[key]), tuple(obligors[key]))


def _rows(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows without what is unknown."""
    for row in frame.iter_rows(named=True):
        yield {name: value for name, value in row.items() if value is not None}


def _write(part: Sequence[Granted], by: int, *, first: int) -> None:
    awards = Award.objects.bulk_create(_award(one, by, n) for n, one in enumerate(part, first))
    pairs = list(zip(awards, part, strict=True))
    AwardMember.objects.bulk_create(
        AwardMember(award=award, person_id=person, **_dated(award, by))
        for award, one in pairs
        for person in one.entitlement.people
    )
    AwardLine.objects.bulk_create(
        AwardLine(
            award=award, kind=line.kind, person_id=line.person, fen_month=line.fen_month, reason=line.reason,
            clauses=list(line.clauses), parameters=list(line.parameters), **_dated(award, by),
        )
        for award, one in pairs
        for line in one.entitlement.lines
    )  # fmt: skip
    AwardChange.objects.bulk_create(
        AwardChange(
            award=award, division_code=award.division_code, act=Act.GRANT, reason="determined",
            clauses=clauses_of("determined", award.programme, award.granted_on), before_fen=0,
            after_fen=one.entitlement.fen_month, effective_from=award.starts_on, reference=award.determination,
            on=award.granted_on, at=award.granted_at, by_id=by,
        )
        for award, one in pairs
    )  # fmt: skip


def _award(one: Granted, by: int, n: int) -> Award:
    entitlement = one.entitlement
    letters = LETTERS[entitlement.programme]
    decided = months_after(one.starts_on, -1).replace(day=20)
    return Award(
        number=f"{letters}DY-{decided:%Y%m}-{n:05d}", division_code=one.place, programme=entitlement.programme,
        household_id=entitlement.household, person_id=entitlement.person,
        support_setting=entitlement.support_setting or "", determination=f"{letters}QR-{decided:%Y-%m%d}-{n:05d}",
        determination_digest=one.digest, starts_on=one.starts_on, granted_on=decided,
        granted_at=datetime.combine(decided, time(4), tzinfo=UTC), granted_by_id=by, review_by=one.review_by,
    )  # fmt: skip


def _dated(award: Award, by: int) -> dict[str, Any]:
    place, since, known = award.division_code, award.starts_on, award.granted_at
    return {"division_code": place, "starts_on": since, "recorded_at": known, "recorded_by_id": by}
