"""One small county for all tests of this folder, written once and never changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from django.db import connection

from doudi.demo.generate import TABLES, Summary, generate
from doudi.demo.load import catalog
from doudi.places.actions import load_divisions

PEOPLE = 22_000


@dataclass(frozen=True)
class World:
    """The county as written, its truth, and the catalog before and after."""

    summary: Summary
    truth: pl.DataFrame
    before: list[tuple[str, ...]]
    after: list[tuple[str, ...]]


def tables_as_described() -> list[tuple[str, ...]]:
    """Indexes and constraints of the registry, as PostgreSQL describes them."""
    connection.ensure_connection()
    return catalog(connection.connection, TABLES)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The county of seed 7 inside one transaction, rolled back at the end of the module."""
    from django.db import transaction

    path: Path = tmp_path_factory.mktemp("truth") / "truth.parquet"
    with django_db_blocker.unblock():
        with transaction.atomic():
            load_divisions(by=None)
            before = tables_as_described()
            summary = generate(seed=7, people=PEOPLE, truth_path=path)
            yield World(summary, pl.read_parquet(path), before, tables_as_described())
            transaction.set_rollback(True)
        connection.close()
