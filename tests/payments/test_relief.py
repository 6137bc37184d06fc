"""An emergency: registered, decided, paid and signed for in one act; once a press, never above what may be given."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.casework.actions.relief import relieve
from doudi.casework.models import Application
from doudi.casework.stages import Stage
from doudi.documents.models import Document
from doudi.payments.actions import follow_up, relief_deciding, relief_paying
from doudi.payments.actions.relief import Photo
from doudi.payments.kinds import Book, PaymentForm
from doudi.payments.models import Entry, ReliefAsk, ReliefPayment, ReliefPlan, ReserveFund
from doudi.payments.queries.checking import check
from doudi.payments.queries.ledger import balance_of
from doudi.payments.queries.relief import amounts, choices, hidden_file, known_aid
from doudi.registry.actions.refusal import Refused
from doudi.verification.actions.signing import Mark
from tests.casework.world import a_household
from tests.conftest import FAR_VILLAGE, VILLAGE
from tests.documents.samples import PNG

from .relief_world import LIMIT, STANDARD, Town, a_town, an_emergency, handing
from .world import COUNTY, DAY, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(staff_with: Callable[..., Staff]) -> Town:
    """遮放镇 with ten thousand yuan."""
    return a_town(staff_with)


def test_a_stranger_is_helped_in_one_act_and_the_papers_follow(town: Town) -> None:
    paid = an_emergency(town.clerk)
    case = paid.plan.application
    assert (case.stage, case.due_key) == (Stage.PAPERS, "papers")
    assert (paid.fen, paid.fund, town.left) == (STANDARD, town.fund, 1_000_000 - STANDARD)
    assert balance_of(Book.PAID, COUNTY, programme="temporary") == STANDARD
    assert balance_of(Book.SPENT, COUNTY, programme="temporary") == STANDARD
    assert check() == []


def test_pressed_twice_it_is_paid_once(town: Town) -> None:
    token = uuid4()
    first, second = an_emergency(town.clerk, token=token), an_emergency(town.clerk, token=token)
    assert first == second
    assert (Application.objects.count(), town.left) == (1, 1_000_000 - STANDARD)


def test_what_cannot_be_paid_is_not_registered_either(town: Town) -> None:
    an_emergency(town.clerk, LIMIT, people_count=5)
    an_emergency(town.clerk, LIMIT, people_count=5)
    an_emergency(town.clerk, LIMIT, people_count=5)
    with pytest.raises(Refused, match=r"备用金只剩 1,000\.00 元.*申请补充备用金.*银行代发"):
        an_emergency(town.clerk, LIMIT, people_count=5)
    assert (Application.objects.count(), ReliefPlan.objects.count(), town.left) == (3, 3, 100_000)


def test_without_a_reserve_fund_the_bank_is_the_way(staff_with: Callable[..., Staff]) -> None:
    clerk = staff_with(Role.TOWNSHIP_CLERK)
    with pytest.raises(Refused, match="还没有设立备用金"):
        an_emergency(clerk)
    paid = an_emergency(clerk, by_bank=True, form=PaymentForm.TRANSFER)
    assert (paid.fund, paid.entry, Entry.objects.count()) == (None, None, 0)


@pytest.mark.parametrize("how", [{"receiver": ""}, {"mark": Mark("typed")}, {"mark": Mark("drawn", image="x")}])
def test_money_is_signed_for_by_somebody(town: Town, how: dict) -> None:
    with pytest.raises(Refused):
        an_emergency(town.clerk, **how)
    assert town.left == 1_000_000


def test_goods_say_what_was_bought(town: Town) -> None:
    with pytest.raises(Refused, match="买了什么"):
        an_emergency(town.clerk, form=PaymentForm.GOODS)
    assert an_emergency(town.clerk, form=PaymentForm.GOODS, note="镇卫生院住院押金").form == "goods"


def test_a_photo_is_kept_with_the_case_and_a_page_is_not_taken_for_one(town: Town) -> None:
    an_emergency(town.clerk, photo=Photo(io.BytesIO(PNG), "现场.png"))
    assert Document.objects.get().kind == "photo"
    with pytest.raises(Refused):
        an_emergency(town.clerk, photo=Photo(io.BytesIO(b"<html>"), "现场.png"))


def test_at_the_ceiling_it_is_paid_and_one_fen_above_it_is_refused(town: Town) -> None:
    with pytest.raises(Refused, match="不超过规则测算的 744"):
        an_emergency(town.clerk, STANDARD + 1)
    assert an_emergency(town.clerk, STANDARD).fen == STANDARD


def test_at_the_township_limit_it_is_paid_and_one_fen_above_it_the_county_is_asked(town: Town) -> None:
    assert isinstance(an_emergency(town.clerk, LIMIT, people_count=5), ReliefPayment)
    asked = an_emergency(town.clerk, LIMIT + 1, people_count=5)
    assert isinstance(asked, ReliefAsk)
    assert (asked.application.stage, town.left) == (Stage.RELIEF, 1_000_000 - LIMIT)


def test_small_sums_at_once_exist_from_the_29th_of_january_2026(staff_with: Callable[..., Staff]) -> None:
    """Before, months × standard; from that day on at most one month's standard a person."""
    a_town(staff_with)
    said = {"place": VILLAGE, "severity": "severe", "people": 1}
    before, after = (amounts(on=date(2026, 1, d), **said) for d in (28, 29))
    assert (before.rapid, after.rapid) == (False, True)
    assert before.most_fen > after.most_fen == STANDARD


def test_four_amounts_are_offered_and_the_last_is_the_ceiling() -> None:
    assert choices(74_400) == (15_000, 35_000, 55_000, 74_400)
    assert choices(372_000) == (90_000, 180_000, 270_000, 372_000)
    assert choices(900) == (900,)


def granted(town: Town, asked: ReliefAsk, fen: int, note: str = "", by: Staff | None = None) -> ReliefPlan:
    return relief_deciding.grant(ask=asked, fen=fen, note=note, by=by or town.reviewer, on=DAY, at=at(DAY))


def paid(town: Town, plan: ReliefPlan, number: int = 1, on: date = DAY, **how) -> ReliefPayment:
    return relief_paying.pay_instalment(
        plan=plan, number=number, handing=handing(**how), by=town.clerk, on=on, at=at(on)
    )


def test_what_the_county_approved_the_township_pays(town: Town) -> None:
    asked = an_emergency(town.clerk, LIMIT + 1, people_count=5)
    with pytest.raises(Refused, match="写明理由"):
        granted(town, asked, LIMIT + 100)
    plan = granted(town, asked, LIMIT + 100, "按医院押金")
    assert paid(town, plan).fen == LIMIT + 100
    with pytest.raises(Refused, match="已经审批过"):
        granted(town, asked, LIMIT + 100, "再来")


def test_a_township_does_not_approve_what_it_asked(town: Town) -> None:
    asked = an_emergency(town.clerk, LIMIT + 1, people_count=5)
    with pytest.raises(NotPermitted):
        granted(town, asked, LIMIT + 1, by=town.clerk)


def test_the_county_may_say_no_with_a_reason(town: Town) -> None:
    asked = an_emergency(town.clerk, LIMIT + 1, people_count=5)
    said = {"ask": asked, "by": town.reviewer, "on": DAY, "at": at(DAY)}
    with pytest.raises(Refused, match="理由"):
        relief_deciding.refuse_ask(note="", **said)
    relief_deciding.refuse_ask(note="另有保险赔付，当天到账", **said)
    assert Application.objects.get().stage == Stage.REFUSED


def test_help_in_parts_is_paid_part_by_part_on_its_day(town: Town) -> None:
    plan = an_emergency(town.clerk, STANDARD, parts=3).plan
    assert [part["fen"] for part in plan.instalments] == [24_800, 24_800, 24_800]
    with pytest.raises(Refused, match="起才能发放"):
        paid(town, plan, 2)
    later = DAY + timedelta(days=31)
    with pytest.raises(Refused, match="先办第 2 期"):
        paid(town, plan, 3, later)
    assert paid(town, plan, 2, later).fen == 24_800
    with pytest.raises(Refused, match="已经发放"):
        paid(town, plan, 2, later)
    assert check() == []


def test_help_within_twelve_months_asks_for_a_reason_and_does_not_bar(town: Town) -> None:
    home = a_household(town.clerk)
    an_emergency(town.clerk, household=home)
    with pytest.raises(Refused, match="再次救助的理由"):
        an_emergency(town.clerk, household=home)
    assert an_emergency(town.clerk, household=home, repeated_because="又一起火灾").fen == STANDARD


def test_after_twelve_months_nothing_is_asked(town: Town) -> None:
    home = a_household(town.clerk)
    an_emergency(town.clerk, household=home, on=date(2025, 11, 4), by_bank=True)
    assert an_emergency(town.clerk, household=home).fen == STANDARD


def test_help_of_another_township_is_known_by_office_day_and_amount_alone(town: Town, staff_with, as_web) -> None:
    home = a_household(town.clerk)
    number = str(home.head.resident_id)
    an_emergency(town.clerk, household=home)
    other = staff_with(Role.TOWNSHIP_CLERK, FAR_VILLAGE[:9])
    with as_web(other):
        told = known_aid(people=[], number=number, place=FAR_VILLAGE, on=DAY)
        assert [(a.office, a.on, a.fen, a.here) for a in told] == [("遮放镇", DAY, STANDARD, False)]
        assert hidden_file(number) == home.head_id
        assert not Application.objects.exists()


@pytest.mark.planted
@pytest.mark.parametrize("role", [Role.HOTLINE, Role.LEADER, Role.PAYMENT_MAKER, Role.COORDINATOR])
def test_nobody_else_asks_who_was_helped_where(town: Town, staff_with, as_web, role: Role) -> None:
    home = a_household(town.clerk)
    an_emergency(town.clerk, household=home)
    with as_web(staff_with(role)):
        number = str(home.head.resident_id)
        assert known_aid(people=[home.head_id], number=number, place=VILLAGE, on=DAY) == []
        assert hidden_file(number) is None


def test_a_stranger_who_showed_a_number_is_known_again_in_the_next_township(town: Town, staff_with, as_web) -> None:
    an_emergency(town.clerk, id_number="11010519491231002X")
    other = staff_with(Role.TOWNSHIP_CLERK, FAR_VILLAGE[:9])
    with as_web(other), pytest.raises(Refused, match="再次救助的理由"):
        an_emergency(other, place=FAR_VILLAGE, id_number="11010519491231002X", by_bank=True)


def test_the_visit_afterwards_is_due_and_done(town: Town) -> None:
    plan = an_emergency(town.clerk).plan
    assert plan.follow_up_by == DAY + timedelta(days=30)
    later = DAY + timedelta(days=20)
    said = {"plan": plan, "on": later, "by": town.clerk, "at": at(later)}
    with pytest.raises(Refused, match="下次走访"):
        follow_up.follow_up(found="仍在住院", still_needed="more", again_by=None, **said)
    follow_up.follow_up(found="仍在住院", still_needed="more", again_by=later + timedelta(days=14), **said)
    follow_up.follow_up(found="已经出院回家", still_needed="nothing", again_by=None, **said)
    assert (plan.follow_up_by, plan.follow_ups.count()) == (None, 2)


def test_a_call_of_tomorrow_or_of_last_year_is_a_slip(town: Town) -> None:
    for heard in (at(DAY) + timedelta(minutes=1), at(DAY) - timedelta(days=31)):
        with pytest.raises(Refused, match="最近 30 天"):
            an_emergency(town.clerk, heard_at=heard)


def test_a_decision_taken_on_the_page_of_the_case_can_be_paid_as_well(town: Town) -> None:
    asked = an_emergency(town.clerk, LIMIT + 1, people_count=5)
    said = {"by": town.reviewer, "on": DAY, "at": at(DAY)}
    made = relieve(application=asked.application, amount_fen=LIMIT + 1, **said)
    plan = relief_deciding.plan_decided(made=made, parts=1, by=town.clerk, on=DAY, at=at(DAY))
    assert paid(town, plan).fen == LIMIT + 1


def test_the_whole_act_goes_through_behind_the_second_wall(town: Town, as_web) -> None:
    with as_web(town.clerk):
        assert an_emergency(town.clerk).fen == STANDARD
        assert isinstance(an_emergency(town.clerk, LIMIT + 1, people_count=5), ReliefAsk)
    with as_web(town.reviewer):
        plan = granted(town, ReliefAsk.objects.get(), LIMIT + 1)
    with as_web(town.clerk):
        assert paid(town, plan).fund == town.fund
    assert (ReserveFund.objects.get().account.balance_fen, check()) == (1_000_000 - STANDARD - LIMIT - 1, [])


@pytest.mark.planted
def test_another_township_neither_sees_the_help_nor_pays_from_here(town: Town, staff_with, as_web) -> None:
    an_emergency(town.clerk)
    other = staff_with(Role.TOWNSHIP_CLERK, FAR_VILLAGE[:9])
    with as_web(other):
        assert not ReliefPlan.objects.exists()
        assert not ReliefPayment.objects.exists()
    with pytest.raises(NotPermitted):
        an_emergency(other)
