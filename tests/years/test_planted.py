"""What the checks of a month are worth: each of these defects, put into a good county, is named by them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection, transaction

from doudi.audit.verify import check as audit_findings
from doudi.awards.months import months_after

from .conftest import committed
from .county import County
from .lives import live, own_folder

SINCE, MONTHS = date(2025, 1, 1), 13
END = months_after(SINCE, MONTHS - 1).replace(day=28)
TOUCHED = "payments_(bankanswer|account|lineperson|paymentrun)|monitoring_(visittask|earlywarning)"
ONE_EVENT = "(SELECT min(id) FROM audit_auditevent)"
DEFECTS = {
    "an answer of the bank that came twice and was taken twice": (
        """INSERT INTO payments_bankanswer SELECT (jsonb_populate_record(a, '{"id": 900001}')).*
        FROM payments_bankanswer a WHERE state = 'matched' AND result = 'paid' ORDER BY id LIMIT 1""", "I6"),
    "a month of an award that nobody paid": (
        "DELETE FROM payments_paymentline WHERE id = (SELECT max(id) FROM payments_paymentline WHERE kind = 'monthly')",
        "I5"),
    "a purse below zero": ("UPDATE payments_account SET balance_fen = -100 WHERE book = 'float'", "I2"),
    "a purse that misses a payment": (
        "UPDATE payments_account SET balance_fen = balance_fen + 100 WHERE book = 'float'", "the purse holds"),
    "half an entry in the books": (
        "DELETE FROM payments_posting WHERE id = (SELECT max(id) FROM payments_posting)", "I1"),
    "somebody paid twice for a month": (
        """INSERT INTO payments_lineperson SELECT (jsonb_populate_record(p, '{"id": 900001}')).*
        FROM payments_lineperson p ORDER BY id LIMIT 1""", "I4"),
    "a list that was never closed": (
        "UPDATE payments_paymentrun SET state = 'sent' WHERE id = (SELECT max(id) FROM payments_paymentrun)", "sent"),
    "a bill counted wrongly": (
        "UPDATE registry_statement SET amount = amount + 100 WHERE kind = 'medical_self_paid'", "stated for"),
    "a task that is open and closed": (
        "UPDATE monitoring_visittask SET closed_on = NULL WHERE state = 'closed'", "open and closed"),
    "a warning that is nobody's": (
        "UPDATE monitoring_earlywarning SET state = 'raised', task_id = NULL", "nobody's task"),
    "a case that lay and nobody was told": ("DELETE FROM casework_escalation", "nobody was told"),
}  # fmt: skip


class Slow(County):
    """A county whose desks decide nothing: every case lies, and somebody is told."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.cases.decides = 0.0


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker) -> Iterator[County]:
    """A good county after a year."""
    with django_db_blocker.unblock(), committed(), own_folder():
        lived = live(3, MONTHS, kind=Slow, since=SINCE)
        assert lived.month is None, str(lived)
        yield lived.county


@pytest.mark.planted
@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_named(county: County, defect: str) -> None:
    statement, said = DEFECTS[defect]
    with transaction.atomic():
        with connection.cursor() as cursor:
            unguarded(cursor)
            cursor.execute(statement)
            assert cursor.rowcount, "nothing was planted"
        found = county.wrong_now(END)
        transaction.set_rollback(True)
    assert any(said in one for one in found), found
    assert county.wrong_now(END) == []


def unguarded(cursor) -> None:
    """No trigger, no constraint, no unique index of a plain kind: what a database without our rules would let in."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute(
        f"""SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('c', 'u', 'x')
        AND connamespace = 'public'::regnamespace AND conrelid::regclass::text ~ '^({TOUCHED})$'"""
    )
    for table, name in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
    cursor.execute(
        f"""SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class c ON c.oid = indrelid
        WHERE indisunique AND NOT indisprimary AND c.relname ~ '^({TOUCHED})$'"""
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP INDEX IF EXISTS "{name}"')


@pytest.mark.planted
def test_a_removed_row_of_the_log_is_named(county: County) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"CREATE TEMP TABLE taken_out AS SELECT * FROM audit_auditevent WHERE id = {ONE_EVENT}")
        cursor.execute(f"DELETE FROM audit_auditevent WHERE id = {ONE_EVENT}")
        found = audit_findings().findings
        cursor.execute("INSERT INTO audit_auditevent SELECT * FROM taken_out")
        cursor.execute("SET session_replication_role = origin")
    assert any("deleted" in one for one in found), found
    assert audit_findings().findings == []


class TwoOffices(County):
    """The defect: a share of what is due is put on no list, and nobody notices in the office."""

    def _expect(self, month: date) -> None:
        super()._expect(month)
        self.families[0].listed[month] += 100


@pytest.mark.planted
def test_a_failing_seed_says_its_month_and_how_to_live_it_again(transactional_db: None) -> None:
    lived = live(5, 2, kind=TwoOffices, since=SINCE)
    assert lived.month == SINCE
    assert "otherwise" in str(lived)
    assert lived.replay == "python benchmarks/years.py --seed 5 --since 2025-01 --until 2025-01"
