"""What other offices did in the demo county: some referrals with their answers, and a morning of the other system.

Everything goes through the actions, in the name of the demo's own staff, so that nothing stands here that could not be.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from doudi.accounts.models import Staff
from doudi.accounts.scope import scope_of
from doudi.exchange.actions.handles import fill
from doudi.exchange.keys import digest_of, exchange_key
from doudi.exchange.local import LocalSystem
from doudi.exchange.models import Incoming
from doudi.exchange.simulator import Revitalisation
from doudi.places.queries import villages_of
from doudi.registry.models import Household, LowIncomeStatus, Membership
from doudi.services import actions as services
from doudi.services.models import Referral
from doudi.services.queries.unmet import Unmet, unmet

from .staff import COUNTY, PEOPLE, TOWNSHIP

REFERRALS, LISTED, STRANGERS = 24, 16, 2
DAYS_AGO = (40, 24, 12, 9, 4, 1)
GIVEN = {"refer_medical": "门诊和住院救助", "refer_education": "助学金", "refer_employment": "公益性岗位",
         "refer_housing": "列入危房改造", "refer_disaster": "临时生活救助"}  # fmt: skip


@transaction.atomic
def lay_neighbours(*, seed: int, today: date, at: datetime) -> int:
    """Referrals and exchanged events; returns how many referrals. Nothing if there are some already."""
    if Referral.objects.exists() or Incoming.objects.exists():
        return 0
    chance = random.Random(f"neighbours {seed}")  # noqa: S311
    sent = _referrals(chance, today, at)
    _exchange(chance, today, at)
    return sent


def _staff(username: str, at: datetime) -> Staff:
    staff = Staff.objects.get(username=username)
    staff.scope = scope_of(staff, at)
    return staff


def _referrals(chance: random.Random, today: date, at: datetime) -> int:
    """Needs of the last villages of the township, sent over six weeks; some answered, some late."""
    found: list[Unmet] = []
    for village in reversed(list(villages_of(TOWNSHIP).order_by("code"))):
        found += unmet(village.code, today)
        if len(found) >= REFERRALS:
            break
    clerk = _staff("jingban", at)
    for one in found[:REFERRALS]:
        ago = chance.choice(DAYS_AGO)
        on, moment = today - timedelta(ago), at - timedelta(ago)
        row = services.send(need=one.need, by=clerk, on=on, at=moment)
        _answered(row, chance, min(on + timedelta(chance.randint(1, 6)), today), at)
    return min(len(found), REFERRALS)


def _answered(row: Referral, chance: random.Random, on: date, at: datetime) -> None:
    """What the department did about it by now: nothing, took it on, helped, or said why not."""
    office = _staff(next(username for role, username, *_ in PEOPLE if role.value == row.department), at)
    what = chance.choices(["nothing", "accept", "give", "refuse"], weights=[35, 20, 30, 15])[0]
    if what == "refuse":
        services.refuse(
            referral=row, reason=chance.choice(["already", "not_eligible", "declined"]), by=office, on=on, at=at
        )
    elif what == "accept":
        services.accept(referral=row, by=office, on=on, at=at)
    elif what == "give":
        fen = chance.randrange(300_00, 3_000_00, 50_00) if chance.random() < 0.7 else None
        given = GIVEN.get(row.entitlement, "帮扶")
        services.give(referral=row, what=given, fen=fen, given_on=on, by=office, on=on, at=at)


def _exchange(chance: random.Random, today: date, at: datetime) -> None:
    """The other system tells what it knows of some households of ours, and of two that nobody here knows."""
    theirs = Revitalisation()
    for home in _households():
        people, day = _people(home), today - timedelta(chance.randint(60, 300))
        theirs.says("added", people, day.isoformat(), chance.choice(["unstable", "marginal"]), name=home.head.name)
        if chance.random() < 0.3:
            theirs.says("risk_removed", people, (day + timedelta(45)).isoformat(), name=home.head.name)
    for _stranger in range(STRANGERS):
        day = today - timedelta(chance.randint(5, 50))
        theirs.says("added", [f"{chance.getrandbits(128):032x}"], day.isoformat(), "sudden_hardship", name="岳某某",
                    township=TOWNSHIP)  # fmt: skip
    while fill(county=COUNTY):
        pass
    ours = LocalSystem(COUNTY, _staff("xiangcun", at), today, at)
    theirs.send(ours, chance)


def _households() -> Sequence[Household]:
    """Some households with a category of ours."""
    rows = LowIncomeStatus.objects.known().filter(ends_on__isnull=True, household__closed_on__isnull=True)
    ids = (
        rows.filter(division_code__startswith=TOWNSHIP).order_by("-household_id").values_list("household_id", flat=True)
    )
    chosen = list(dict.fromkeys(ids[: LISTED * 3]))[:LISTED]
    return list(Household.objects.filter(pk__in=chosen).select_related("head").order_by("pk"))


def _people(home: Household) -> list[str]:
    """The members as the other side knows them, the head first."""
    rows = Membership.objects.known().filter(household=home, ends_on__isnull=True).select_related("person")
    members = sorted((m.person for m in rows), key=lambda p: (p.pk != home.head_id, p.pk))
    key = exchange_key(COUNTY)
    return [digest_of(str(p.resident_id), key) for p in members if p.resident_id]
