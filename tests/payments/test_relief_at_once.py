"""Many hands in one purse: real threads, real commits. As many are paid as there is money for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from doudi.accounts.models import Staff
from doudi.casework.actions.opening import Need
from doudi.casework.actions.relief import register_relief, relieve
from doudi.casework.models import Origin, PlaceBasis
from doudi.casework.programmes import Programme
from doudi.payments.actions import relief_paying
from doudi.payments.actions.relief import plan_for
from doudi.payments.models import Account, ReliefPayment, ReliefPlan
from doudi.payments.queries.checking import check
from doudi.places.models import Division
from doudi.places.queries import forget_names
from doudi.registry.actions.refusal import Refused
from tests.conftest import DIVISIONS, VILLAGE, staff_member, web_role

from .relief_world import STANDARD, Town, a_town, an_emergency, handing
from .world import DAY, at

HANDS, ENOUGH_FOR = 24, 10
SWEEP = """
SET session_replication_role = replica;
TRUNCATE payments_fund, payments_account, payments_entry, casework_application, accounts_staff, places_division,
  audit_auditevent, audit_auditseal CASCADE;
SET session_replication_role = origin
"""
RULE = "balance_fen >= 0 OR book IN ('source', 'authorised', 'paid', 'spent')"


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """In place of pytest-django's, whose flush the append-only guards would refuse. No mark: the mark would flush."""
    with django_db_blocker.unblock():
        sql(SWEEP)
        forget_names()
        yield
        sql(SWEEP)
        forget_names()


@pytest.fixture
def town(transactional_db: None) -> Town:
    """A township with money for ten, committed for every connection to see."""
    rows = [
        Division(code=c, name=n, short_name=n, level=lv, parent_id=p, residence_class=rc, letters=le)
        for c, n, lv, p, rc, le in DIVISIONS
    ]
    Division.objects.bulk_create(rows)
    return a_town(staff_member, fen=ENOUGH_FOR * STANDARD)


def approved(town: Town, n: int) -> list[ReliefPlan]:
    """Help that was decided and waits to be handed over."""
    return [_one(town) for _number in range(n)]


def _one(town: Town) -> ReliefPlan:
    need = Need(
        programme=Programme.TEMPORARY_EMERGENCY, stranger="过路人", origin=Origin.FOUND, people_count=1,
        place_basis=PlaceBasis.EMERGENCY, place=VILLAGE, severity="light",
    )  # fmt: skip
    said = {"by": town.clerk, "on": DAY, "at": at(DAY)}
    made = relieve(application=register_relief(need=need, **said), amount_fen=STANDARD, **said)
    return plan_for(made, parts=1, heard_at=at(DAY), **said)


def at_once(acts: list[Callable[[], object]], clerk: Staff) -> list[str]:
    """Each act in a thread with a connection of its own, behind row-level security, all begun together."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            with web_role(clerk):
                start.wait()
                act()
                return "paid"
        except Refused as refused:
            return str(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def paying(town: Town, plan: ReliefPlan, **how: object) -> Callable[[], object]:
    said = {"by": town.clerk, "on": DAY, "at": at(DAY)}
    return lambda: relief_paying.pay_instalment(plan=plan, number=1, handing=handing(**how), **said)


def all_pay(town: Town) -> list[str]:
    return at_once([paying(town, plan) for plan in approved(town, HANDS)], town.clerk)


def holds(town: Town, told: list[str]) -> bool:
    """Exactly ten were paid, the others were told, and the books agree."""
    others = [said for said in told if said != "paid"]
    return (
        told.count("paid") == ReliefPayment.objects.count() == ENOUGH_FOR
        and all("备用金只剩 0.00 元" in said for said in others)
        and town.left == 0
        and check() == []
    )


def test_twenty_four_pay_at_once_from_money_for_ten_and_ten_are_paid(town: Town) -> None:
    assert holds(town, all_pay(town))


@pytest.fixture
def purse_without(town: Town) -> Iterator[Callable[..., None]]:
    """Writes defects into the function that pays: (right, wrong) …. Put right again whatever happens."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('doudi_pay_from_purse'::regproc)")
        right = cursor.fetchone()[0]

    def write(*defects: tuple[str, str]) -> None:
        wrong = right
        for good, bad in defects:
            assert good in wrong
            wrong = wrong.replace(good, bad)
        sql(wrong)

    yield write
    sql(right)


UNHELD = (" FOR UPDATE;", ";")
# Everybody has read balance and budget before anybody pays: the worst moment, every time.
GATE = 102
READ_TOGETHER = ("WHERE fund_id", f"WHERE pg_advisory_xact_lock_shared({GATE}) IS NOT NULL AND fund_id")
WAITING = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {GATE} AND NOT granted"


def together(acts: list[Callable[[], object]], clerk: Staff) -> list[str]:
    """All stopped at the gate, and let through when the last has come."""
    with ThreadPoolExecutor(1) as pool, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [GATE])
        told, waiting = pool.submit(at_once, acts, clerk), 0
        while waiting < len(acts) and not told.done():
            cursor.execute(WAITING)
            waiting = cursor.fetchone()[0]
        cursor.execute("SELECT pg_advisory_unlock(%s)", [GATE])
        return told.result()


def test_the_check_of_the_ledger_holds_where_the_row_is_not_held(town: Town, purse_without) -> None:
    plans = approved(town, HANDS)
    purse_without(UNHELD, READ_TOGETHER)
    assert holds(town, together([paying(town, plan) for plan in plans], town.clerk))


@pytest.fixture
def unchecked(town: Town) -> Iterator[None]:
    """The ledger without its check: the other defect. Put back whatever happens."""
    sql("ALTER TABLE payments_account DROP CONSTRAINT account_not_below_zero")
    yield
    sql(SWEEP)
    sql(f"ALTER TABLE payments_account ADD CONSTRAINT account_not_below_zero CHECK ({RULE})")


def test_the_held_row_holds_where_the_ledger_does_not_check(town: Town, unchecked: None) -> None:
    assert holds(town, all_pay(town))


@pytest.mark.planted
def test_with_neither_the_purse_is_overdrawn_and_the_check_of_the_books_says_so(
    town: Town, unchecked: None, purse_without
) -> None:
    plans = approved(town, HANDS)
    purse_without(UNHELD, READ_TOGETHER)
    assert together([paying(town, plan) for plan in plans], town.clerk).count("paid") == HANDS
    assert Account.objects.get(pk=town.fund.account_id).balance_fen == (ENOUGH_FOR - HANDS) * STANDARD
    assert {broken.invariant for broken in check()} == {"I2"}


def test_one_press_that_arrives_eight_times_at_once_is_paid_once(town: Town) -> None:
    token = uuid4()
    plan = approved(town, 1)[0]
    told = at_once([paying(town, plan, token=token) for _n in range(8)], town.clerk)
    assert ReliefPayment.objects.count() == 1
    assert set(told) == {"paid"}


def test_eight_emergencies_and_a_ninth_press_of_the_first_are_registered_once_each(town: Town) -> None:
    token, n = uuid4(), 8
    acts = [lambda: an_emergency(town.clerk, token=token)] * 2 + [lambda: an_emergency(town.clerk)] * (n - 1)
    assert at_once(acts, town.clerk) == ["paid"] * (n + 1)
    assert ReliefPlan.objects.count() == n
    assert (town.left, check()) == ((ENOUGH_FOR - n) * STANDARD, [])
