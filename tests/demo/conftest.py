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
    """The county of seed 7, written for good; everything is thrown away at the end of the module."""
    path: Path = tmp_path_factory.mktemp("truth") / "truth.parquet"
    with django_db_blocker.unblock():
        load_divisions(by=None)
        before = tables_as_described()
        summary = generate(seed=7, people=PEOPLE, truth_path=path)
        made = World(summary, pl.read_parquet(path), before, tables_as_described())
    yield made
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the log refuses to be emptied otherwise
        cursor.execute(f"TRUNCATE {', '.join(TABLES)}, places_division, places_localholiday, audit_auditevent CASCADE")
        cursor.execute("RESET session_replication_role")
