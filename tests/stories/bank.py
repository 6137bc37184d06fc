"""A locked list for the story of the bank, through the actions: `python -m tests.stories.bank enter | key | check`.

Five families of the township are new on it, each with a card of its own; the months paid so far stay as they are.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from .running import ask as worked_in

if TYPE_CHECKING:
    from doudi.payments.models import PaymentRun
    from doudi.registry.models import Household

NAMES = ("岳早先", "孔德旺", "排勒南", "思小旺", "线玉罕")
BANK = "农村信用社"


def ask(var: str, what: str) -> Any:
    """Run this module in the demo county of a folder; returns what it prints."""
    return worked_in(var, "bank", what)


def main(what: str) -> None:
    """Enter the list, tell the key of the bank, or look for whatever does not hold in the books."""
    from doudi.config.commands.running import django

    django(as_owner=True)
    json.dump({"enter": _entered, "key": _key, "check": _broken}[what](), sys.stdout)


def _key() -> str:
    """What the bank got on paper."""
    from django.conf import settings

    from doudi.payments.banking.sheets import bank_key

    return bank_key(str(settings.DOUDI_COUNTY)).hex()


def _broken() -> list[str]:
    from doudi.payments.queries.checking import check

    return [f"{one.invariant} {one.where}" for one in check()]


def _entered() -> dict[str, Any]:
    """The families granted, their list locked by three people; the bank's key is what the county gave it on paper."""
    from django.conf import settings
    from django.utils import timezone

    from doudi.payments.models import PaymentRun

    now, county = timezone.now(), str(settings.DOUDI_COUNTY)
    month = PaymentRun.objects.filter(kind="monthly").latest("month").month
    families = [_family(name, month, now) for name in NAMES]
    run = _locked(county, month, now)
    return {"run": run.pk, "number": run.number, "key": _key(), "families": families}


def _family(name: str, month: date, now: datetime) -> dict[str, str]:
    """Somebody alone, on dibao from the month of the list on."""
    from doudi.awards import actions
    from doudi.awards.entitlements import Entitlement, Line
    from doudi.awards.kinds import Kind, Programme
    from doudi.awards.months import months_after
    from doudi.registry.models import Household

    from .families import Plan, _enter
    from .subsidies import _staff

    home = Household.objects.get(number=_enter("", Plan(name), _staff("township_clerk"), now)["number"])
    said = Entitlement(Programme.DIBAO, home.pk, (home.head_id,), (Line(Kind.BASE, 62_000, "gap", ("M57-23",)),))
    actions.grant(
        entitlement=said, determination=f"DBQR-{home.pk}", digest="5e" * 32, by=_staff("county_reviewer"),
        on=months_after(month, -1).replace(day=27), at=now,
    )  # fmt: skip
    return {"home": home.number, "name": name, "card": _card(home, now)}


def _card(home: Household, now: datetime) -> str:
    from django.utils import timezone

    from doudi.demo.money.lay import card_number
    from doudi.payments.actions.accounts import register_account

    from .subsidies import _staff

    number = card_number(880_000_000_000 + home.pk)
    register_account(
        person=home.head, number=number, holder=home.head.name, bank=BANK, because="首次登记",
        by=_staff("township_clerk"), on=timezone.localdate(now), at=now,
    )  # fmt: skip
    return number


def _locked(county: str, month: date, now: datetime) -> PaymentRun:
    """The next list of the month; a worker may be at its jobs before us."""
    from django.utils import timezone

    from doudi.payments.actions import runs
    from doudi.payments.kinds import RunKind, RunState

    from .subsidies import _staff

    maker, finance, today = _staff("payment_maker"), _staff("finance"), timezone.localdate(now)
    run = runs.start_run(county=county, kind=RunKind.MONTHLY, month=month, by=maker, on=today, at=now)
    while run.state == RunState.BUILDING:
        run = runs.finish_jobs(run, now)
    run = runs.submit(run=run, by=maker, at=now, leaving_held="账户还没有登记，登记后补发")
    run = runs.check(run=run, by=_staff("payment_checker"), at=now)
    run = runs.approve(run=run, by=finance, on=today, at=now)
    while run.state == RunState.LOCKING:
        run = runs.finish_jobs(run, now)
    return run


if __name__ == "__main__":
    main(sys.argv[1])
