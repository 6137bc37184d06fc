"""Maker, checker, finance: three people; what each may do, and what the database refuses whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.audit.models import AuditEvent
from doudi.payments.actions import runs
from doudi.payments.kinds import LineState, RunKind, RunState
from doudi.payments.models import Entry, PaymentLine, PaymentRun
from doudi.payments.queries.checking import check
from doudi.registry.actions.refusal import Conflict, Refused
from tests.conftest import FAR_VILLAGE

from .runs_world import People, a_county, a_draft, a_locked_run, lines_of, locked, on, on_dibao
from .world import COUNTY, NOVEMBER, at

NOON = at(NOVEMBER)


@pytest.fixture
def run(people: People) -> PaymentRun:
    """A draft with two families."""
    a_county(people)
    on_dibao(people), on_dibao(people)
    return a_draft(people)


def submitted(people: People, run: PaymentRun) -> PaymentRun:
    return runs.submit(run=run, by=people.maker, at=NOON)


def test_every_step_is_in_the_log(people: People, run: PaymentRun) -> None:
    locked(people, run)
    rows = AuditEvent.objects.filter(subject_kind="payment_run").order_by("pk")
    acts = ["start", "built", "submit", "check", "approve", "locked"]
    assert list(rows.values_list("action", flat=True)) == [f"run.{act}" for act in acts]


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CLERK, Role.COUNTY_REVIEWER, Role.FINANCE, Role.PAYMENT_CHECKER])
def test_only_the_maker_begins_a_run(people: People, staff_with: Callable[..., Staff], role: Role) -> None:
    a_county(people)
    by = staff_with(role, username="somebody")
    with pytest.raises(NotPermitted):
        runs.start_run(county=COUNTY, kind=RunKind.MONTHLY, month=NOVEMBER, by=by, **on(NOVEMBER))
    assert not PaymentRun.objects.exists()


def test_of_two_checkers_at_once_one_wins(people: People, run: PaymentRun, staff_with: Callable[..., Staff]) -> None:
    run = submitted(people, run)
    other = staff_with(Role.PAYMENT_CHECKER, username="second-checker")
    seen = run.version
    runs.check(run=run, by=people.checker, at=NOON, version=seen)
    with pytest.raises(Conflict):
        runs.check(run=run, by=other, at=NOON, version=seen)
    assert PaymentRun.objects.get().checked_by_id == people.checker.pk


def test_what_was_sent_back_goes_to_the_maker_with_the_reason(people: People, run: PaymentRun) -> None:
    run = runs.send_back(run=submitted(people, run), because="遮放镇少一户", by=people.checker, at=NOON)
    assert (run.state, run.note, run.checked_by_id) == (RunState.DRAFT, "遮放镇少一户", None)
    assert locked(people, run).state == RunState.LOCKED


def test_finance_sends_back_what_was_checked(people: People, run: PaymentRun) -> None:
    run = runs.check(run=submitted(people, run), by=people.checker, at=NOON)
    run = runs.send_back(run=run, because="资金未到位", by=people.finance, at=NOON)
    assert (run.state, run.checked_by_id) == (RunState.DRAFT, None)


def test_nothing_is_approved_that_nobody_has_checked(people: People, run: PaymentRun) -> None:
    run = submitted(people, run)
    with pytest.raises(Conflict):
        runs.approve(run=run, by=people.finance, **on(NOVEMBER))
    assert not Entry.objects.filter(kind="commit").exists()


@pytest.mark.planted
@pytest.mark.parametrize("who", ["checked_by_id", "approved_by_id"])
def test_the_database_refuses_one_person_for_two_steps(people: People, run: PaymentRun, who: str) -> None:
    with pytest.raises(IntegrityError, match="run_three_people"), transaction.atomic():
        PaymentRun.objects.filter(pk=run.pk).update(**{who: people.maker.pk, "checked_at": NOON})
    assert PaymentRun.objects.get().checked_by_id is None


@pytest.mark.planted
def test_without_the_constraint_one_person_could_do_it_all(people: People, run: PaymentRun) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE payments_paymentrun DROP CONSTRAINT run_three_people")
    run = submitted(people, run)
    people.checker.pk = run.made_by_id
    with pytest.raises(Refused, match="三个人"):
        runs.check(run=run, by=people.checker, at=NOON)
    assert PaymentRun.objects.get().state == RunState.SUBMITTED


@pytest.mark.planted
@pytest.mark.parametrize(
    "change", [{"fen": 1, "due_fen": 1}, {"account": None}, {"fund": None}, {"state": "ready"}, {"state": "dropped"}]
)
def test_a_locked_line_does_not_change(people: People, run: PaymentRun, change: dict[str, object]) -> None:
    run = locked(people, run)
    more = {"dropped_because": "x"} if change.get("state") == "dropped" else {}
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentLine.objects.filter(run=run).update(**change, **more)
    assert not check()


@pytest.mark.planted
def test_a_submitted_list_stands_still(people: People, run: PaymentRun) -> None:
    run = submitted(people, run)
    with pytest.raises(IntegrityError, match="not being made"), transaction.atomic():
        PaymentLine.objects.filter(run=run).update(state=LineState.DROPPED, dropped_because="悄悄拿掉")
    assert len(lines_of(run, LineState.READY)) == 2


@pytest.mark.planted
def test_a_line_smuggled_into_a_locked_run_is_found_by_the_check(people: People, run: PaymentRun) -> None:
    run = locked(people, run)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE payments_paymentline SET fen = fen + 1, due_fen = due_fen + 1 WHERE run_id = %s", [run.pk]
        )
        cursor.execute("SET session_replication_role = origin")
    assert "I3" in {broken.invariant for broken in check()}


def test_a_township_sees_its_own_lines_only(
    people: People, run: PaymentRun, staff_with: Callable[..., Staff], as_web: Callable
) -> None:
    far = staff_with(Role.TOWNSHIP_CLERK, FAR_VILLAGE[:9])
    with as_web(far):
        assert PaymentRun.objects.count() == 1
        assert not PaymentLine.objects.exists()
    with as_web(people.clerk):
        assert PaymentLine.objects.count() == 2


@pytest.mark.planted
def test_without_its_policy_a_township_would_see_all(
    people: People, run: PaymentRun, staff_with: Callable[..., Staff], as_web: Callable
) -> None:
    far = staff_with(Role.TOWNSHIP_CLERK, FAR_VILLAGE[:9])
    with connection.cursor() as cursor:
        cursor.execute("DROP POLICY by_place ON payments_paymentline")
        cursor.execute("CREATE POLICY by_place ON payments_paymentline FOR SELECT USING (true)")
    with as_web(far):
        assert PaymentLine.objects.count() == 2


def test_a_checker_behind_the_wall_cannot_move_a_line(people: People, run: PaymentRun, as_web: Callable) -> None:
    with as_web(people.checker):
        moved = PaymentLine.objects.filter(run=run).update(state=LineState.HELD)
    assert moved == 0


def test_a_lock_that_was_stopped_goes_on_with_another_job(people: People, run: PaymentRun) -> None:
    run = runs.check(run=submitted(people, run), by=people.checker, at=NOON)
    run = runs.approve(run=run, by=people.finance, **on(NOVEMBER))
    from doudi.jobs import actions as jobs

    jobs.cancel(job_id=run.job_id or 0, at=NOON)
    run = runs.finish_jobs(runs.approve(run=run, by=people.finance, **on(NOVEMBER)), NOON)
    assert (run.state, run.total_fen) == (RunState.LOCKED, 120_000)
    assert not check()


def test_a_second_month_in_another_year_takes_that_years_budget(people: People, run: PaymentRun) -> None:
    locked(people, run)
    a_locked_run(people, date(2026, 12, 1))
    a_locked_run(people, date(2027, 1, 1))
    rows = Entry.objects.filter(kind="commit").order_by("pk")
    years = [row.postings.first().account.year for row in rows]  # type: ignore[union-attr]
    assert years == [2026, 2026, 2027]
