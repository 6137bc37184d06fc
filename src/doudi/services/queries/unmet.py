"""What households with a determined status are entitled to by the rulebook, and nobody has asked a department for.

The determination stands for the hardship: it was decided with facts that the register need not hold any more, so the
rules of special assistance are asked on top of it instead of deciding the category again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import within
from doudi.casework.referring import Need
from doudi.policy.engine.nodes import Node, literal
from doudi.policy.engine.population import Screened, screen
from doudi.policy.engine.tables import Tables
from doudi.policy.rulebook import Rulebook
from doudi.policy.schemes import special
from doudi.registry.facts import facts_of_households
from doudi.registry.models import Household, LowIncomeStatus, Person
from doudi.registry.queries.naming import spots
from doudi.registry.queries.visible import visible
from doudi.rulebook.queries.book import county_book

from ..entitlements import FOUND, Found
from ..models import Referral
from ..moves import OPEN, State

ASKED_LATELY = timedelta(days=365)  # an answered need is not raised again within a year (assumed)
Asked = set[tuple[int, int | None, str]]


@dataclass(frozen=True)
class Unmet:
    """One entitlement without a referral, ready to be sent."""

    need: Need
    title: str
    number: str
    name: str
    village: str
    category: str

    @property
    def key(self) -> str:
        """What a form names it by."""
        return f"{self.need.household_id}.{self.need.person_id or 0}.{self.need.entitlement}"


def unmet(prefix: str, on: date, *, staff: Staff | None = None) -> list[Unmet]:
    """Every such entitlement in places that start with `prefix`, household by household, in sight of the asker."""
    rows: QuerySet[LowIncomeStatus] = LowIncomeStatus.objects.known().on(on).filter(within(prefix))
    rows = rows.exclude(category="relapse_watch")
    rows = visible(rows, staff, Permission.REFERRAL_SEND) if staff is not None else rows
    statuses = list(rows.order_by("division_code", "household_id", "person_id"))
    return _of(statuses, on)


def unmet_of(household: Household, on: date) -> list[Unmet]:
    """The same of one household."""
    rows = LowIncomeStatus.objects.known().on(on).filter(household=household).exclude(category="relapse_watch")
    return _of(list(rows), on)


def _of(statuses: list[LowIncomeStatus], on: date) -> list[Unmet]:
    homes = {s.household_id for s in statuses}
    if not homes:
        return []
    facts = facts_of_households(homes, on)
    tables = Tables.read(facts.households, facts.persons, facts.obligors)
    answers = screen(_book(county_book()), tables, on)
    asked = _asked(homes, on)
    found = [hit for one in FOUND for hit in _hits(one, answers) if hit not in asked]
    return _named(found, statuses)


@cache
def _rules() -> tuple[Any, ...]:
    """The rule of hardship as the determination answers it."""

    def in_hardship() -> Node:
        """Determined: not calculated again."""
        return literal(True)

    return (replace(special.in_hardship, body=in_hardship),)


def _book(book: Rulebook) -> Rulebook:
    if "_determined" not in book.__dict__:
        book.__dict__["_determined"] = book.laid_over(rules=_rules())
    determined: Rulebook = book.__dict__["_determined"]
    return determined


def _hits(one: Found, answers: Screened) -> Iterator[tuple[int, int | None, str]]:
    """(household, person or None, entitlement) wherever the rule says yes; not known is not yes."""
    name = one.entitlement.value
    if one.of_household:
        for (home,) in answers.households.filter(pl.col(name)).select("household_id").iter_rows():
            yield int(home), None, name
        return
    for home, person in answers.persons.filter(pl.col(name)).select("household_id", "person_id").iter_rows():
        yield int(home), int(person), name


def _asked(homes: Collection[int], on: date) -> Asked:
    """Needs that are with a department now, or were answered within the last year."""
    lately = Q(closed_on__gt=on - ASKED_LATELY) & ~Q(state=State.WITHDRAWN)
    rows = Referral.objects.filter(Q(state__in=OPEN) | lately, household_id__in=homes)
    return set(rows.values_list("household_id", "person_id", "entitlement"))


def _named(found: list[tuple[int, int | None, str]], statuses: list[LowIncomeStatus]) -> list[Unmet]:
    """With names and places; a personal status speaks for that person alone."""
    labels: dict[tuple[int, int | None], str] = {
        (s.household_id, s.person_id): str(s.get_category_display()) for s in statuses
    }
    order = {s.household_id: n for n, s in enumerate(statuses)}
    homes = Household.objects.select_related("head").in_bulk({home for home, _person, _name in found})
    people = dict(Person.objects.filter(pk__in={p for _h, p, _n in found if p}).values_list("pk", "name"))
    places = spots({home.division_code for home in homes.values()})
    by_name = {one.entitlement.value: one for one in FOUND}
    result = []
    for home_id, person_id, name in sorted(found, key=lambda hit: (order[hit[0]], hit[1] or 0, hit[2])):
        label = labels.get((home_id, None)) or labels.get((home_id, person_id))
        home, one = homes.get(home_id), by_name[name]
        if label is None or home is None or (person_id is not None and person_id not in people):
            continue
        need = Need(home_id, person_id, name, str(one.why), clauses_of(name))
        who = people[person_id] if person_id else home.head.name
        village = places[home.division_code].path
        result.append(Unmet(need, str(one.entitlement.label), home.number, who, village, label))
    return result


def clauses_of(entitlement: str) -> tuple[str, ...]:
    """The clauses of the rule that finds a need."""
    rule = getattr(special, entitlement, None)
    return tuple(article.citation for article in rule.implements) if rule is not None else ()
