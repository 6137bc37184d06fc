"""Money that must come back: demanded, approved by another, repaid in parts, kept back, waived."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from doudi.payments.actions import recoveries
from doudi.payments.kinds import Book
from doudi.payments.models import Recovery
from doudi.payments.queries.checking import check
from doudi.payments.queries.ledger import balance_of
from doudi.payments.queries.recoveries import outstanding_fen, owed_of
from doudi.registry.actions.refusal import Refused

from .bank_world import BACK_ON, a_run, answered, lines, sent
from .runs_world import RICH, People
from .world import COUNTY, NOVEMBER, at

NOW: dict[str, Any] = {"on": BACK_ON, "at": at(BACK_ON)}


@pytest.fixture
def demanded(people: People) -> Recovery:
    """A family was paid 600 yuan, 200 of them too much."""
    batch, _content = sent(people, run := a_run(people, 1))
    answered(people, batch, "paid")
    return demand(people, lines(run).get().household)


def demand(people: People, household: Any, fen: int = 20_000, **changes: Any) -> Recovery:
    """Asked back by the maker."""
    said = {"programme": "dibao", "months": {NOVEMBER: fen}, "fault": "change", "because": "10月已就业，未及时报告"}
    return recoveries.open_recovery(household=household, by=people.maker, **said | changes, **NOW)


def approved(people: People, one: Recovery) -> Recovery:
    """Agreed to by the checker."""
    return recoveries.approve(recovery=one, by=people.checker, **NOW)


def test_nothing_is_owed_before_a_second_person_agrees(people: People, demanded: Recovery) -> None:
    assert (demanded.number, demanded.clauses) == ("ZH-202611-01", ["M57-32", "M57-35"])
    assert balance_of(Book.RECEIVABLE, COUNTY) == 0
    approved(people, demanded)
    assert (balance_of(Book.RECEIVABLE, COUNTY), balance_of(Book.PAID, COUNTY)) == (20_000, 40_000)
    assert check() == []


def test_who_asks_does_not_agree(people: People, demanded: Recovery) -> None:
    with pytest.raises(Exception, match="发放复核"):
        recoveries.approve(recovery=demanded, by=people.maker, **NOW)
    assert Recovery.objects.get().approved_at is None


def test_it_is_repaid_in_parts_and_then_over(people: People, demanded: Recovery) -> None:
    one = approved(people, demanded)
    said = {"recovery": one, "by": people.maker, **NOW}
    recoveries.repay(fen=5_000, how="cash", note="收据 0017", **said)
    assert (outstanding_fen(one), balance_of(Book.FUND, COUNTY)) == (15_000, RICH - 55_000)
    recoveries.repay(fen=15_000, how="bank", note="流水 88", **said)
    assert (one.closed_on, owed_of([one])[0].state, balance_of(Book.RECEIVABLE, COUNTY)) == (BACK_ON, "done", 0)
    assert check() == []


@pytest.mark.planted
def test_more_than_is_owed_is_not_taken(people: People, demanded: Recovery) -> None:
    one = approved(people, demanded)
    with pytest.raises(Refused, match=r"不超过未还的 200\.00 元"):
        recoveries.repay(recovery=one, fen=20_001, how="cash", note="收据", by=people.maker, **NOW)
    assert balance_of(Book.RECEIVABLE, COUNTY) == 20_000


@pytest.mark.planted
def test_more_than_arrived_is_not_asked_back(people: People, demanded: Recovery) -> None:
    with pytest.raises(Refused, match=r"到账而未追的只有 400\.00 元"):
        demand(people, demanded.household, 40_001)
    assert Recovery.objects.count() == 1


def test_a_part_is_waived_by_the_second_person_with_a_reason(people: People, demanded: Recovery) -> None:
    one = approved(people, demanded)
    recoveries.waive(recovery=one, fen=20_000, because="家庭突发重病，集体研究免予追回", by=people.checker, **NOW)
    assert (one.closed_on, balance_of(Book.PAID, COUNTY), check()) == (BACK_ON, 60_000, [])


def test_a_demand_that_is_turned_down_claims_nothing_and_may_be_made_again(people: People, demanded: Recovery) -> None:
    recoveries.turn_down(recovery=demanded, because="金额算错，请重算", by=people.checker, on=BACK_ON)
    assert (balance_of(Book.RECEIVABLE, COUNTY), owed_of([demanded])[0].state) == (0, "refused")
    assert demand(people, demanded.household, 60_000).number == "ZH-202611-02"


def test_everything_that_is_wrong_is_said_at_once(people: People, demanded: Recovery) -> None:
    with pytest.raises(Refused) as refusal:
        demand(people, demanded.household, -1, fault="?", because="多", keep_fen_month=-1, months={})
    assert {p.field for p in refusal.value.problems} == {"fault", "because", "keep_fen_month", "months"}


@pytest.mark.parametrize(("on", "clause"), [(date(2026, 6, 30), "D649-68"), (date(2026, 7, 1), "LAW26-73")])
def test_fraud_rests_on_the_law_of_the_day(on: date, clause: str) -> None:
    from doudi.payments.kinds import Fault

    assert recoveries.clauses_of(Fault.FRAUD, on) == [clause]


def test_what_is_kept_back_can_be_set_and_stopped(people: People, demanded: Recovery) -> None:
    one = approved(people, demanded)
    assert recoveries.keep_back(recovery=one, fen_month=5_000, by=people.maker).keep_fen_month == 5_000
    assert recoveries.keep_back(recovery=one, fen_month=0, by=people.maker).keep_fen_month == 0
