"""Laying the money of the demo county: the county's own choice, awards, cards, funds and budgets."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time

from django.db import transaction
from django.db.models import Sum

from doudi.accounts.models import Staff
from doudi.accounts.scope import scope_of
from doudi.awards.models import Award, AwardLine
from doudi.awards.months import months_after
from doudi.payments.actions import budgeting
from doudi.payments.kinds import Programme, Source
from doudi.payments.models import ACCOUNT_INDEX, BenefitAccount, Fund, Office
from doudi.privacy.fields import blind
from doudi.registry.models import Household, Person
from doudi.rulebook.models import ParameterBlock, ParameterDraft
from doudi.rulebook.models import State as DraftState

from .awards import lay_awards

COUNTY, PLACE = "533103", "533103000000"
MONTHS_PAID = 5
CARDS_SINCE = date(2025, 1, 1)
BANK = "芒市惠民银行（演示）"
# code, name, source, share of the year's budget in percent
FUNDS = (
    ("ZY", "中央困难群众救助补助资金", Source.CENTRAL, 62),
    ("SJ", "省级困难群众救助补助资金", Source.PROVINCIAL, 22),
    ("ZJ", "州级困难群众救助补助资金", Source.PREFECTURE, 6),
    ("SX", "市级困难群众救助资金", Source.COUNTY, 30),
)
NO_CARD, SHARED_CARD = 0.012, 0.002


def demo_staff(username: str, at: datetime) -> Staff:
    """One of the demo's sign-ins, with scope read."""
    staff = Staff.objects.get(username=username)
    staff.scope = scope_of(staff, at)
    return staff


@transaction.atomic
def lay_money(*, seed: int, today: date, at: datetime) -> int:
    """Everything but the payments themselves; returns the number of awards. Nothing if there are awards already."""
    if Award.objects.exists():
        return 0
    _choose_pension(at)
    count = lay_awards(today=today, by=demo_staff("shenhe", at).pk)
    _cards(random.Random(f"cards {seed}"))  # noqa: S311
    _funds(today, at)
    return count


def _choose_pension(at: datetime) -> None:
    """From 2026 no text says whether the basic pension counts; the demo county has decided that it does not."""
    maker, publisher = demo_staff("shijingban", at), demo_staff("shenhe", at)
    draft = ParameterDraft.objects.create(
        title="2026 年起基础养老金继续不计入家庭收入", state=DraftState.PUBLISHED, version=1, proposer=maker,
        proposed_at=at, decided_by=publisher, decided_at=at, decided_note="按市人民政府会议纪要执行（演示）",
    )  # fmt: skip
    ParameterBlock.objects.create(
        draft=draft, name="basic_pension_counted", area=COUNTY, starts_on=date(2026, 1, 1), value=False,
        source="市人民政府会议纪要（演示，并无此文）", published_at=at,
    )  # fmt: skip


def _cards(chance: random.Random) -> None:
    """A card for whoever is paid: the person of an award, or the head; a few have none, a few share one."""
    heads = dict(Household.objects.values_list("pk", "head_id").filter(pk__in=Award.objects.values("household_id")))
    owners = {a.person_id or heads[a.household_id] for a in Award.objects.all()} - {None}
    people = {p.pk: p for p in Person.objects.filter(pk__in=owners).order_by("pk")}
    rows, last = [], ""
    for pk, person in people.items():
        if chance.random() < NO_CARD:
            continue
        number = last if last and chance.random() < SHARED_CARD else card_number(pk)
        rows.append(_card(person, number))
        last = number
    BenefitAccount.objects.bulk_create(rows, batch_size=5000)


def _card(person: Person, number: str) -> BenefitAccount:
    return BenefitAccount(
        person=person, holder=person.name, number=number, number_index=blind(number, purpose=ACCOUNT_INDEX),
        tail=number[-4:], bank=BANK, because="原系统转入", division_code=person.division_code,
        starts_on=CARDS_SINCE, recorded_at=datetime.combine(CARDS_SINCE, time(4), tzinfo=UTC),
    )  # fmt: skip


def card_number(n: int) -> str:
    """A number of nineteen digits with a right check digit, of an issuer that does not exist."""
    body = f"629999{n:012d}"
    digits = [int(c) for c in reversed(body)]
    total = sum(sum(divmod(d * 2, 10)) if i % 2 == 0 else d for i, d in enumerate(digits))
    return body + str(-total % 10)


def _funds(today: date, at: datetime) -> None:
    """Funds with this year's budget and the money that has come so far; the county pays since five months ago."""
    finance = demo_staff("caizheng", at)
    first = months_after(today.replace(day=1), -MONTHS_PAID)
    Office.objects.create(county=COUNTY, first_month=first)
    month = _month_of_awards()
    month |= {
        Programme.TEMPORARY: max(sum(month.values()) // 20, 4_000_000),
        Programme.PRICE_SUBSIDY: sum(month.values()) // 40,
    }
    for rank, (code, name, source, share) in enumerate(FUNDS, 1):
        fund = budgeting.open_fund(
            county=COUNTY, code=code, name=name, source=source, rank=rank * 10, programmes=[], by=finance, at=at
        )
        _fill(fund, month, share, first, today, finance, at)


def _month_of_awards() -> dict[str, int]:
    """What a month of all awards costs, by programme."""
    rows = AwardLine.objects.filter(superseded_at__isnull=True).values("award__programme")
    return {str(row["award__programme"]): row["fen"] for row in rows.annotate(fen=Sum("fen_month"))}


def _fill(
    fund: Fund, month: dict[str, int], share: int, first: date, today: date, finance: Staff, at: datetime
) -> None:
    for year in range(first.year, today.year + 1):
        for programme, fen in month.items():
            part = fen * 13 * share // 100 // 10000 * 10000
            reference, day = f"芒财社〔{year}〕{fund.rank}号", date(year, 1, 15)
            budgeting.authorise(
                fund=fund, programme=Programme(programme), year=year, fen=part, reference=reference, by=finance,
                on=day, at=at,
            )  # fmt: skip
    total = sum(fen * 13 * share // 100 // 10000 * 10000 for fen in month.values())
    budgeting.receive(fund=fund, fen=total, reference=f"{fund.code}-{today:%Y}-1", by=finance, on=first, at=at)
