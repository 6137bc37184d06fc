"""Whatever is granted, raised, lowered, suspended or ended, and whenever lists are made: no month is lined twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doudi.awards import actions as awards
from doudi.awards.queries.amounts import payable
from doudi.payments.actions import runs
from doudi.payments.kinds import LineState
from doudi.payments.models import PaymentLine, PaymentRun
from doudi.payments.months import months_after
from doudi.payments.queries.checking import check
from doudi.registry.actions.refusal import Refused
from tests.awards.world import why

from .runs_world import People, a_county, a_draft, changed, locked, on, on_dibao
from .world import NOVEMBER, at

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["grant", "change", "suspend", "restart", "end", "run", "rebuild"]),
        st.integers(0, 2),
        st.integers(0, 3),
        st.integers(30_000, 90_000),
    ),
    min_size=4,
    max_size=9,
)


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(acts=ACTS)
def test_no_month_is_lined_twice_whatever_came_between(people: People, acts: list[tuple[str, int, int, int]]) -> None:
    with transaction.atomic():
        told = play(people, acts)
        assert not check()
        assert lined() == told
        transaction.set_rollback(True)


def play(people: People, acts: list[tuple[str, int, int, int]]) -> dict[tuple[int, date], int]:
    """Do the acts, lock the month's list at last, and say what every award is due for the months that were run."""
    a_county(people)
    held, month = [on_dibao(people)], NOVEMBER
    for act, which, back, fen in acts:
        if act in ("run", "rebuild"):
            a_month(people, month, again=act == "rebuild")
            month = months_after(month, 1)
        elif act == "grant":
            held.append(on_dibao(people, fen=fen, on=months_after(month, -1).replace(day=20)))
        else:
            change(people, act, held[which % len(held)], max(NOVEMBER, months_after(month, -back)), fen)
    a_month(people, month, again=False)
    months = [months_after(NOVEMBER, n) for n in range(12) if months_after(NOVEMBER, n) <= month]
    due = {(award.pk, one): payable(award, one).fen for award in held for one in months}
    paid = lined()
    # What was paid before it was taken away stays paid: somebody decides about that, the list does not.
    return {key: max(fen, paid.get(key, 0)) for key, fen in due.items() if fen or paid.get(key)}


def a_month(people: People, month: date, *, again: bool) -> None:
    run = a_draft(people, month)
    if again:
        run = runs.finish_jobs(runs.rebuild(run=run, by=people.maker, **on(month)), at(month))
    if PaymentLine.objects.filter(run=run, state=LineState.READY).exists():
        locked(people, run)
    else:
        runs.cancel(run=PaymentRun.objects.get(pk=run.pk), because="没有人", by=people.maker, at=at(month))


def change(people: People, act: str, award: Any, since: date, fen: int) -> None:
    """One act; what awards refuse is not done."""
    said: dict[str, Any] = {"award": award, "from_month": since, "by": people.reviewer, **on(since.replace(day=20))}
    try:
        if act == "change":
            changed(people, award, fen, since=since, on=since.replace(day=20))
        elif act == "suspend":
            awards.suspend(why=why("out_of_contact"), **said)
        elif act == "restart":
            awards.restart(why=why("resolved"), **said)
        else:
            awards.end(why=why(), **said)
    except Refused:
        return


def lined() -> dict[tuple[int, date], int]:
    """What living lines hold for each month of each award."""
    told: dict[tuple[int, date], int] = {}
    rows = PaymentLine.objects.exclude(state__in=[LineState.DROPPED, LineState.CLOSED])
    for award, month, fen in rows.values_list("award_id", "month", "due_fen"):
        told[award, month] = told.get((award, month), 0) + fen
    return told
