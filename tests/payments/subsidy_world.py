"""Builders for the tests of the price subsidy: indices, families in every group, a list built and paid."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from doudi.accounts.models import Staff
from doudi.awards.models import Award
from doudi.payments.actions import runs, subsidy_index
from doudi.payments.actions.subsidy_index import Figures
from doudi.payments.actions.subsidy_starting import start_subsidy
from doudi.payments.models import IndexRelease, LinePerson, PaymentRun
from doudi.payments.queries.subsidy_index import Level
from doudi.registry.models import Certificate, Household, LowIncomeStatus, Membership, Person
from tests.awards.world import dibao_of, granted, individual_of, tekun_of
from tests.registry.world import a_household, member, people_of

from .runs_world import People, a_card, lines_of, locked
from .world import COUNTY, NOVEMBER, at

RELEASED = date(2026, 12, 10)
PAID = date(2026, 12, 14)
SOURCE = "德宏州统计局 2026 年 11 月居民消费价格通报"
GRANTED = date(2026, 10, 27)


def figures(
    cpi: int | None = 36, food: int | None = 61, released_on: date | None = RELEASED, source: str = SOURCE
) -> Figures:
    """Both indices reach their lines unless said otherwise."""
    return Figures(cpi, food, released_on, source)


def entered(
    by: Staff, cpi: int | None = 36, food: int | None = 61, *, month: date = NOVEMBER, level: Level = Level.PREFECTURE,
    released_on: date = RELEASED,
) -> IndexRelease:  # fmt: skip
    """An index that nobody has confirmed yet."""
    on = released_on + timedelta(days=1)
    said = figures(cpi, food, released_on)
    return subsidy_index.enter(county=COUNTY, level=level, month=month, figures=said, by=by, on=on, at=at(on))


def confirmed(
    people: People, county_clerk: Staff, cpi: int | None = 36, food: int | None = 61, **more: Any
) -> IndexRelease:
    """An index of two people."""
    row = entered(county_clerk, cpi, food, **more)
    return subsidy_index.confirm(release=row, by=people.reviewer, at=at(row.released_on or RELEASED))


def a_list(people: People, month: date = NOVEMBER, on: date = PAID, **said: Any) -> PaymentRun:
    """The list of an index month, built."""
    run = start_subsidy(county=COUNTY, month=month, by=people.maker, on=on, at=at(on), **said)
    return runs.finish_jobs(run, at(on))


def a_locked_list(people: People, month: date = NOVEMBER, on: date = PAID) -> PaymentRun:
    """The list of an index month, signed by three."""
    return locked(people, a_list(people, month, on), on=on)


def family(people: People, *more: Any, card: bool = True, **said: Any) -> Household:
    """A man and his wife, and whoever else; the head has a card."""
    home = a_household(people.clerk, member(), *more, **said)
    if card:
        a_card(home.head)
    return home


def dibao(people: People, home: Household, on: date = GRANTED) -> Award:
    """Dibao for everybody in a household from the month after a day."""
    return granted(people.reviewer, dibao_of(home), on=on)


def individual(people: People, person: Person, home: Household, on: date = GRANTED) -> Award:
    """Individual dibao for one."""
    return granted(people.reviewer, individual_of(home, person.pk), on=on)


def tekun(people: People, person: Person, home: Household, on: date = GRANTED) -> Award:
    """Tekun for one."""
    return granted(people.reviewer, tekun_of(home, person.pk), on=on)


def said_of(person: Person, kind: str, code: str = "yes", *, since: date = date(2026, 1, 1), until: date | None = None,
            source: str = "civil_affairs", on: date | None = None) -> Certificate:  # fmt: skip
    """Something known of a person."""
    return Certificate.objects.create(
        division_code=person.division_code, person=person, kind=kind, code=code, starts_on=since, ends_on=until,
        recorded_at=at(on or since), source=source,
    )  # fmt: skip


def near_threshold(home: Household, *, since: date = date(2022, 1, 1)) -> LowIncomeStatus:
    """A household near the threshold."""
    return LowIncomeStatus.objects.create(
        division_code=home.division_code, household=home, category="near_threshold", ground="测试", starts_on=since,
        department="civil_affairs", recorded_at=at(since),
    )  # fmt: skip


def member_instead(person: Person, **changes: Any) -> None:
    """What is known of somebody's membership now reads otherwise."""
    row = Membership.objects.known().get(person=person)
    Membership.objects.filter(pk=row.pk).update(superseded_at=at(PAID))
    row.pk, row.recorded_at = None, at(PAID)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


def paid_people(run: PaymentRun) -> dict[int, int]:
    """Person → fen in the lines of a run that are not left out."""
    return {part["person"]: part["fen"] for line in lines_of(run) for part in line.parts}


def counted(month: date = NOVEMBER) -> list[int]:
    """Everybody who counts as paid for an index month."""
    rows = LinePerson.objects.filter(month=month, counts=True).exclude(what="base")
    return sorted(rows.values_list("person", flat=True))


__all__ = ["at", "people_of"]
