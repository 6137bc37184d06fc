"""Direct SQL as the web role, with no code of ours in between: every personal table, enumerated from the models.

For each role, once from another place and once from within without the permission: no row is seen, changed or removed,
and none can be written for that place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.privacy.wall import WEB_ROLE
from tests.access.rows import Planter, asleep, personal
from tests.access.seen import readers_of
from tests.access.test_every_door import everyman, other_place
from tests.access.world import build
from tests.conftest import staff_member, web_role

pytestmark = pytest.mark.django_db
REFUSED = "42501"  # insufficient privilege: no grant, or a policy says no
S, U, D, I = "SELECT", "UPDATE", "DELETE", "INSERT"  # noqa: E741

# What a table lets others do, and why. Everything else is refused everywhere outside place and permission.
OFFICE = "an administrator's or reviewer's office is the installation's: no family's file is in it"
BOOKS = "no person is in it; whoever keeps books or decides standards anywhere looks it up"
SIGNS_IN = "before anybody is known, accounts, places and attempts must be found; a security administrator writes them"
OPEN: dict[str, tuple[str, str]] = {
    "accounts_assignment": (f"{S} {I} {U}", SIGNS_IN),
    "accounts_signin": (f"{S} {I}", SIGNS_IN),
    "accounts_staff": (f"{S} {I} {U}", SIGNS_IN),
    "audit_auditalert": (S, OFFICE),
    "audit_auditevent": (f"{S} {I}", "everybody adds to the log; the audit administrator reads all of it"),
    "awards_adjustment": (f"{S} {I} {U}", BOOKS),
    "casework_checkdraw": (S, "numbers of cases drawn for a check, for those who check anywhere"),
    "casework_relativedisclosure": (S, "whoever decides a case anywhere must know whose relative it is"),
    "casework_townshipswitch": (S, BOOKS),
    "field_device": (f"{S} {U}", OFFICE),
    "jobs_job": (f"{S} {U}", OFFICE),
    "monitoring_changedhousehold": (f"{S} {I}", "numbers of households to look at again, and nothing about them"),
    "monitoring_indicatorstate": (S, BOOKS),
    "monitoring_lead": (I, "anybody tells of a family in hardship"),
    "monitoring_thresholdchange": (S, BOOKS),
    "payments_account": (f"{S} {I}", BOOKS),
    "payments_fund": (f"{S} {I} {U}", BOOKS),
    "payments_indexrelease": (f"{S} {I} {U}", BOOKS),
    "payments_office": (f"{S} {I}", BOOKS),
    "payments_paymentrun": (S, BOOKS),
    "rulebook_parameterdraft": (f"{S} {U}", BOOKS),
    "rulebook_withdrawal": (S, BOOKS),
    "verification_pledgedraw": (S, BOOKS),
}

# What roles of the place may do that the data map does not name as readers, and why.
WITHIN: dict[str, tuple[str, str]] = {
    "feeds_batchfile": (f"{S} {I}", "a program lands a file in the name of who sent it; the content lies encrypted"),
    "feeds_doubtfulpair": (S, "who reads batches counts the pairs that wait; the page is for those who decide them"),
    "payments_entry": (I, "townships post what they pay out"),
    "payments_posting": (f"{S} {I}", "townships post what they pay out, and read the postings of their own fund"),
}


@pytest.fixture
def rows(divisions: dict) -> dict[str, models.Model]:
    """A row in every table."""
    planted = Planter(build()).all()
    return {m._meta.db_table: planted[m._meta.db_table] for m in personal()}


def try_all(staff: Staff, rows: dict[str, models.Model]) -> Iterator[tuple[str, str]]:
    """(table, operation) for everything that was possible. Guards sleep meanwhile: only the wall is asked."""
    with asleep(), web_role(staff):
        for table, row in rows.items():
            for operation, statement, values in statements(table, row):
                if possible(statement, values):
                    yield table, operation


def possible(statement: str, values: list[Any]) -> bool:
    """Whether the statement reached the row."""
    point = transaction.savepoint()
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.rowcount > 0
    except DatabaseError as error:
        return getattr(error.__cause__, "sqlstate", "") != REFUSED  # any other refusal came behind the wall
    finally:
        transaction.savepoint_rollback(point)


_columns: dict[str, list[str]] = {}


def writable(table: str) -> list[str]:
    """The columns that the web role may change at all."""
    if table not in _columns:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
                "AND attgenerated = '' AND has_column_privilege(%s, attrelid, attnum, 'UPDATE')",
                [table, WEB_ROLE],
            )
            _columns[table] = [name for (name,) in cursor.fetchall()]
    return _columns[table]


def statements(table: str, row: models.Model) -> Iterator[tuple[str, str, list[Any]]]:
    """One statement for each operation, aimed at the row."""
    key, pk = row._meta.pk.column, row.pk
    yield S, f'SELECT 1 FROM "{table}" WHERE "{key}" = %s', [pk]
    yield D, f'DELETE FROM "{table}" WHERE "{key}" = %s', [pk]
    for column in writable(table)[:1]:
        yield U, f'UPDATE "{table}" SET "{column}" = "{column}" WHERE "{key}" = %s', [pk]
    columns = [f for f in row._meta.local_concrete_fields if not f.primary_key and not f.generated]
    values = [f.get_db_prep_save(getattr(row, f.attname), connection) for f in columns]
    names = ", ".join(f'"{f.column}"' for f in columns)
    marks = ", ".join(["%s"] * len(columns))
    yield I, f'INSERT INTO "{table}" ({names}) VALUES ({marks})', values


def unexpected(reached: Iterable[tuple[str, str]], exceptions: dict[str, tuple[str, str]] = OPEN) -> list[str]:
    """What was possible and is not among the exceptions."""
    return sorted(f"{table} {how}" for table, how in set(reached) if how not in exceptions.get(table, ("", ""))[0])


def test_from_elsewhere_no_role_sees_changes_or_writes_a_row(rows) -> None:
    assert unexpected(try_all(everyman(place=other_place), rows)) == []


def test_from_within_nobody_without_the_permission_reaches_a_row(rows) -> None:
    found: set[tuple[str, str]] = set()
    for n, readers in enumerate(sorted({readers_of(table) for table in rows}, key=sorted)):
        others = {table: row for table, row in rows.items() if readers_of(table) == readers}
        if len(readers) < len(Role) - 1:
            found |= set(try_all(everyman(f"without-{n}", but=readers), others))
    assert unexpected(found, OPEN | WITHIN) == []


def test_nobody_signed_in_reaches_a_row(rows) -> None:
    assert unexpected(try_all(None, rows)) == []  # type: ignore[arg-type]


def test_every_exception_is_used_and_explained(rows) -> None:
    few = {table: rows[table] for table in OPEN}
    reached = set(try_all(everyman(place=other_place), few)) | set(try_all(None, few))  # type: ignore[arg-type]
    assert {table for table, _ in reached} == set(OPEN)
    assert all(why for _operations, why in OPEN.values())


@pytest.mark.planted
@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("ALTER TABLE registry_certificate DISABLE ROW LEVEL SECURITY", ("registry_certificate", S)),
        ("CREATE POLICY oops ON payments_benefitaccount FOR SELECT USING (true)", ("payments_benefitaccount", S)),
        ("CREATE POLICY oops ON registry_statement FOR INSERT WITH CHECK (true)", ("registry_statement", I)),
        ("CREATE POLICY oops ON monitoring_earlywarning FOR SELECT USING (doudi_holds('monitoring.read'))",
         ("monitoring_earlywarning", S)),
    ],
)  # fmt: skip
def test_planted_a_hole_in_the_wall_is_found(harm: str, found: tuple[str, str], rows) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(harm)
    staff = staff_member(Role.TOWNSHIP_CLERK, other_place(Role.TOWNSHIP_CLERK))
    assert found in set(try_all(staff, {found[0]: rows[found[0]]}))
