"""Families on dibao for the story of a price trigger, entered into the demo: `python -m tests.stories.subsidies`.

The county pays since the month before this one at the latest; three families receive in it and have accounts.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from .running import ask

if TYPE_CHECKING:
    from doudi.accounts.models import Staff
    from doudi.awards.models import Award

HOMES = 3


def enter_families(var: str) -> dict[str, Any]:
    """Enter them into the demo county of a folder; returns the index month and how many people count."""
    found: dict[str, Any] = ask(var, "subsidies")
    return found


def main() -> None:
    """Enter what the story needs and print it."""
    from doudi.config.commands.running import django

    django(as_owner=True)
    from django.conf import settings
    from django.utils import timezone

    from doudi.payments.models import IndexRelease, Office
    from doudi.payments.months import month_of, months_after

    month = months_after(month_of(timezone.localdate()), -1)
    Office.objects.get_or_create(county=settings.DOUDI_COUNTY, defaults={"first_month": month})
    IndexRelease.objects.filter(month=month, replaced_at=None).exclude(area="0").update(replaced_at=timezone.now())
    _cleared(month)
    awards = [one for _ in range(HOMES) if (one := _award(month)) is not None]
    json.dump({"month": f"{month:%Y-%m}", "awards": len(awards), "people": 2 * len(awards)}, sys.stdout)


def _cleared(month: date) -> None:
    """Stories may run again on the same county: a list they left open is given up."""
    from doudi.payments.kinds import LineState, RunState
    from doudi.payments.models import PaymentLine, PaymentRun

    open_ = PaymentRun.objects.filter(kind="price_subsidy", month=month, state__in=[RunState.BUILDING, RunState.DRAFT])
    lines = PaymentLine.objects.filter(run__in=open_, state__in=[LineState.READY, LineState.HELD])
    lines.update(state=LineState.DROPPED, dropped_because="批次作废", afterwards="later")
    open_.update(state=RunState.CANCELLED)


def _award(month: date) -> Award | None:
    """Dibao for a new family of two from the index month on, with a card of the head."""
    from django.utils import timezone

    from doudi.awards import actions
    from doudi.awards.entitlements import Entitlement, Line
    from doudi.awards.kinds import Kind, Programme
    from doudi.registry.models import Household, Membership

    from .families import WIFE, Plan, _enter

    clerk, reviewer = _staff("township_clerk"), _staff("county_reviewer")
    home = Household.objects.get(number=_enter("", Plan("岳早旺", kin=(WIFE,)), clerk, timezone.now())["number"])
    people = tuple(Membership.objects.filter(household=home).order_by("pk").values_list("person", flat=True))
    _card(home)
    said = Entitlement(Programme.DIBAO, home.pk, people, (Line(Kind.BASE, 60_000, "gap", ("M57-23",)),))
    return actions.grant(
        entitlement=said, determination=f"DBQR-{home.pk}", digest="5e" * 32, by=reviewer, on=month - timedelta(days=3),
        at=timezone.now(),
    )  # fmt: skip


def _card(home: Any) -> None:
    from django.utils import timezone

    from doudi.payments.models import ACCOUNT_INDEX, BenefitAccount
    from doudi.privacy.fields import blind

    number = f"6217{home.pk:015d}"
    BenefitAccount.objects.create(
        division_code=home.division_code, starts_on=date(2026, 1, 1), recorded_at=timezone.now(), person=home.head,
        holder=home.head.name, number=number, number_index=blind(number, purpose=ACCOUNT_INDEX), tail=number[-4:],
        bank="农村信用社", because="首次登记",
    )  # fmt: skip


def _staff(role: str) -> Staff:
    from django.utils import timezone

    from doudi.accounts.models import Staff
    from doudi.accounts.scope import scope_of

    from .conftest import username_of

    found = Staff.objects.get(username=username_of(role))
    found.scope = scope_of(found, timezone.now())
    return found


if __name__ == "__main__":
    main()
