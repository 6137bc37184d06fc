"""Tests that need real commits: they write to the audit tables only and empty those themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .log import sql

EMPTY = "TRUNCATE audit_auditevent, audit_auditseal, audit_auditalert; UPDATE audit_epoch SET base = 0"


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Takes the place of pytest-django's, whose flush after each test the append-only guards would refuse."""
    with django_db_blocker.unblock():
        sql(EMPTY)
        yield
        sql(EMPTY)


@pytest.fixture
def log(transactional_db: None) -> None:
    """An empty log in a database that really commits."""
