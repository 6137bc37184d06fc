"""The second wall of verification: what PostgreSQL refuses whatever the code above believes."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from doudi.accounts.roles import Role
from doudi.registry.actions import move_household
from doudi.verification.actions import pledges
from doudi.verification.connectors.port import Value
from tests.conftest import FAR_VILLAGE
from tests.registry.world import DAY, at
from tests.verification.world import MATTER, asked, consent, couple, reply, typed

pytestmark = pytest.mark.django_db


def test_every_table_has_row_security(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class "
            "WHERE relname LIKE 'verification\\_%%' AND relkind = 'r' AND NOT relrowsecurity"
        )
        assert cursor.fetchall() == []


TABLES = ["signature", "verificationconsent", "pledge", "request", "query", "ticket", "answer", "report", "reportitem"]


@pytest.fixture
def full(county, network, runs):
    """A reported round, with something in every table that counts."""
    home, head, _wife = couple(county)
    consent(county, home, head)
    pledges.give(
        household=home, matter=MATTER, statements=["employment"], signing=typed(head), by=county, on=DAY, at=at()
    )
    network.answer = lambda t: [reply(t, Value("wage_income", 5))] if t.question.source == "tax" else [reply(t)]
    runs(asked(county, home, [head]))
    return home


def seen() -> dict[str, int]:
    """How many rows of each table the present role sees."""
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM verification_{table}")
            found[table] = cursor.fetchone()[0]
    return found


def test_the_own_township_sees_and_another_sees_nothing(full, clerk, staff_with, as_web) -> None:
    other = staff_with(Role.TOWNSHIP_CLERK, "533103103")
    with as_web(clerk):
        assert all(seen().values())
    with as_web(other):
        assert not any(seen().values())


@pytest.mark.parametrize("role", [Role.FINANCE, Role.HOTLINE, Role.LEADER, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN])
def test_who_has_no_business_here_sees_nothing(role, full, staff_with, as_web) -> None:
    with as_web(staff_with(role)):
        assert not any(seen().values())


def test_a_coordinator_sees_who_has_signed_and_not_what_was_found(full, staff_with, as_web) -> None:
    with as_web(staff_with(Role.COORDINATOR, full.division_code)):
        found = seen()
    assert {t for t, n in found.items() if n} == {"signature", "verificationconsent", "pledge"}


@pytest.mark.parametrize("table", TABLES)
def test_the_web_never_deletes(table, full, clerk, as_web) -> None:
    with as_web(clerk), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM verification_{table}")


@pytest.mark.parametrize("table", ["answer", "report", "reportitem", "signature", "pledge", "ticket"])
def test_what_was_found_and_signed_is_never_edited_even_by_the_owner(table, full) -> None:
    with pytest.raises(ProgrammingError, match="never edited"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE verification_{table} SET id = id + 100000")


def test_a_household_takes_everything_along_to_another_township(full, county, staff_with, as_web) -> None:
    move_household(household=full, to_code=FAR_VILLAGE, reason="搬迁", by=county, on=DAY, at=at())
    with as_web(staff_with(Role.TOWNSHIP_CLERK, "533103103")):
        assert all(seen().values())
