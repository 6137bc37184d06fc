"""A database that really commits, for processes that are killed and hands that race; empty again afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from doudi.places.queries import forget_names

from .lives import own_folder


def tables_in_use() -> set[str]:
    """Tables that hold rows."""
    names = connection.introspection.table_names()
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in names))
        return {row[0] for row in cursor.fetchall()}


@contextmanager
def committed() -> Iterator[None]:
    """What is written stays until the end; then what was empty is empty again, past the append-only guards."""
    before = tables_in_use()
    assert "places_division" not in before, "somebody was stopped in the middle of these years: run with --create-db"
    try:
        yield
    finally:
        left = sorted(tables_in_use() - before)
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"TRUNCATE {', '.join(left)} RESTART IDENTITY CASCADE")
            cursor.execute("UPDATE audit_epoch SET base = 0")
        forget_names()
        connection.close()


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """In place of pytest-django's, whose flush the append-only guards would refuse. No mark: the mark would flush."""
    with django_db_blocker.unblock(), committed(), own_folder():
        yield
