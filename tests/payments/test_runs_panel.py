"""What waits on the workbench of maker, checker and finance: the run whose next step is theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from doudi.accounts.models import Staff
from doudi.payments.actions import runs
from doudi.payments.models import PaymentRun
from doudi.payments.views.runs_panel import on_workbench

from .runs_world import People, a_county, a_draft, locked, on_dibao
from .world import NOVEMBER, at

NOON = at(NOVEMBER)


@pytest.fixture
def run(people: People) -> PaymentRun:
    """A draft with one family."""
    a_county(people)
    on_dibao(people)
    return a_draft(people)


def waits_for(people: People) -> dict[str, str]:
    """Who has something to do, and what."""
    hands = {"maker": people.maker, "checker": people.checker, "finance": people.finance, "clerk": people.clerk}
    told = {name: on_workbench(staff, NOON) for name, staff in hands.items()}
    return {name: str(one["rows"][0][1]) for name, one in told.items() if one}


def test_a_run_waits_for_one_after_the_other(people: People, run: PaymentRun) -> None:
    assert waits_for(people) == {"maker": "核对名单，提交复核"}
    run = runs.submit(run=run, by=people.maker, at=NOON)
    assert waits_for(people) == {"checker": "复核名单"}
    run = runs.check(run=run, by=people.checker, at=NOON)
    assert waits_for(people) == {"finance": "审签并锁定"}


def test_a_locked_run_waits_at_the_bank(people: People, run: PaymentRun, signed_in: Callable[[Staff], Any]) -> None:
    run = locked(people, run)
    assert waits_for(people) == {"maker": "生成银行文件"}
    assert f'href="/payments/bank/{run.pk}/"' in signed_in(people.maker).get("/").content.decode()


def test_a_run_is_urgent_from_three_working_days_before_its_last(people: People, run: PaymentRun) -> None:
    early, late = (on_workbench(people.maker, at(NOVEMBER.replace(day=day))) for day in (2, 9))
    assert early is not None
    assert late is not None
    assert (early["urgent"], late["urgent"]) == (0, 1)


def test_nobody_is_asked_to_check_what_they_made_nor_to_sign_what_they_checked(people: People, run: PaymentRun) -> None:
    everything = replace(people.maker.scope, held=(*people.maker.scope.held, *people.checker.scope.held))
    run = runs.submit(run=run, by=people.maker, at=NOON)
    people.maker.scope = everything
    assert waits_for(people) == {"checker": "复核名单"}
    runs.check(run=run, by=people.checker, at=NOON)
    people.checker.scope = replace(everything, held=(*everything.held, *people.finance.scope.held))
    assert waits_for(people) == {"finance": "审签并锁定"}
