"""Builders for the tests of runs: families with awards and bank accounts, a list from draft to locked."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from typing import Any

from doudi.accounts.models import Staff
from doudi.awards import actions as awards
from doudi.awards.models import Award
from doudi.payments.actions import runs
from doudi.payments.kinds import LineState, RunKind
from doudi.payments.models import ACCOUNT_INDEX, BenefitAccount, PaymentLine, PaymentRun
from doudi.privacy.fields import blind
from doudi.registry.models import Household, Person
from tests.awards.world import base, dibao_of, granted, why
from tests.registry.world import a_household, member

from .world import COUNTY, DAY, NOVEMBER, at, county_pays_since, funded

_serial = itertools.count(1)
RICH = 100_000_000


@dataclass
class People:
    """Who does what in a run."""

    clerk: Staff
    reviewer: Staff
    maker: Staff
    checker: Staff
    finance: Staff


def a_county(people: People, *, fen: int = RICH) -> None:
    """It pays since November, and has money and budgets."""
    county_pays_since(people.finance)
    funded(people.finance, fen, budget=True)
    funded_year(people.finance, 2027)


def funded_year(by: Staff, year: int) -> None:
    """Budgets of another year on the same fund."""
    from doudi.payments.actions import budgeting
    from doudi.payments.kinds import Programme
    from doudi.payments.models import Fund

    fund = Fund.objects.get(code="ZY")
    for programme in Programme:
        budgeting.authorise(
            fund=fund, programme=programme, year=year, fen=RICH, reference="预算-1", by=by, on=DAY, at=at(DAY)
        )


def a_card(person: Person, *, number: str = "", on: date = date(2026, 1, 1), **changes: Any) -> BenefitAccount:
    """A bank account of a person."""
    number = number or f"6217{next(_serial):015d}"
    said: dict[str, Any] = {
        "division_code": person.division_code, "starts_on": on, "recorded_at": at(on), "person": person,
        "holder": person.name, "number": number, "number_index": blind(number, purpose=ACCOUNT_INDEX),
        "tail": number[-4:], "bank": "农村信用社", "because": "首次登记",
    }  # fmt: skip
    return BenefitAccount.objects.create(**said | changes)


def a_family(people: People, *, fen: int = 60_000, card: bool = True, **changes: Any) -> Household:
    """Two people, with a card of the head if asked for."""
    home = a_household(people.clerk, member(), **changes)
    if card:
        a_card(home.head)
    return home


def on_dibao(people: People, *, fen: int = 60_000, on: date = date(2026, 10, 27), **changes: Any) -> Award:
    """A family of two with a card, on dibao from the month after `on`."""
    return granted(people.reviewer, dibao_of(a_family(people, **changes), fen=fen), on=on)


def a_draft(people: People, month: date = NOVEMBER, *, on: date | None = None) -> PaymentRun:
    """The list of a month, built."""
    day = on or month.replace(day=5)
    run = runs.start_run(county=COUNTY, kind=RunKind.MONTHLY, month=month, by=people.maker, on=day, at=at(day))
    return runs.finish_jobs(run, at(day))


def locked(people: People, run: PaymentRun, *, on: date | None = None, leaving_held: str = "以后再核") -> PaymentRun:
    """A draft taken through the three people."""
    day = on or run.month.replace(day=6)
    run = runs.submit(run=run, by=people.maker, at=at(day), leaving_held=leaving_held)
    run = runs.check(run=run, by=people.checker, at=at(day))
    run = runs.approve(run=run, by=people.finance, on=day, at=at(day))
    return runs.finish_jobs(run, at(day))


def a_locked_run(people: People, month: date = NOVEMBER) -> PaymentRun:
    """A month from nothing to locked."""
    return locked(people, a_draft(people, month))


def lines_of(run: PaymentRun, *states: str) -> list[PaymentLine]:
    """The lines of a run, by default those that are not left out."""
    rows = PaymentLine.objects.filter(run=run).order_by("pk")
    return list(rows.filter(state__in=states) if states else rows.exclude(state=LineState.DROPPED))


def reasons(run: PaymentRun) -> list[str]:
    """The open holds of a run."""
    from doudi.payments.models import Hold

    rows = Hold.objects.filter(line__run=run, released_at__isnull=True)
    return sorted(rows.values_list("reason", flat=True))


def changed(people: People, award: Award, fen: int, *, since: date, on: date = DAY) -> None:
    """The award pays another amount from a month on."""
    awards.change_lines(
        award=award, lines=[base(fen)], from_month=since, why=why(), by=people.reviewer, on=on, at=at(on)
    )


def on(day: date) -> dict[str, Any]:
    """The day and the moment of something."""
    return {"on": day, "at": at(day)}
