"""Tests with real commits leave a database as they found it: what was empty before is empty again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def swept() -> Iterator[None]:
    """Inside, rows may be committed by anybody, workers and their scheduled jobs too; afterwards they are gone.

    Tables that held rows before keep them. Append-only guards and foreign keys are asleep while it is swept.
    """
    with connection.cursor() as cursor:
        empty = [table for table in _tables(cursor) if not _filled(cursor, table)]
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for table in empty:
                if _filled(cursor, table):
                    cursor.execute(f'DELETE FROM "{table}"')
            cursor.execute("SET session_replication_role = origin")
        connection.close()


def _tables(cursor: Any) -> list[str]:
    """Plain tables that existed at the start; a table that a test made and dropped is the test's own business."""
    return [one.name for one in connection.introspection.get_table_list(cursor) if one.type == "t"]


def _filled(cursor: Any, table: str) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f'"{table}"'])
    if not cursor.fetchone()[0]:
        return False
    cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')
    return bool(cursor.fetchone()[0])
