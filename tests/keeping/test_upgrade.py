"""Databases that earlier commits made come to the present form with everything in them, and stand as if made today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from doudi.config.keeping.dump import RAISE_EPOCH

from .cluster import Cluster, doudi, python
from .counties import BEFORE_QUEUES, COUNTIES, County, load

# What an upgrade is meant to change; everything else must be what it was, column by column and row by row.
CHANGED = {
    "accounts_grant": "the permission table is written anew by every version",
    "audit_epoch": "the numbers of the log go on above everything that was dumped",
}
# Rows are added; those that were there stay as they were.
GROWING = {
    "django_migrations": "what has been migrated",
    "django_content_type": "a row for every new table",
    "auth_permission": "rows for every new table",
    "audit_auditevent": "the upgrade itself is in the log",
}


@dataclass(frozen=True)
class Table:
    """What stood in a table."""

    rows: int
    top: int | None
    fen: dict[str, int]
    digests: dict[str, str]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """One cluster for all databases of this file."""
    made = Cluster().start()
    yield made
    made.remove()


@pytest.fixture(scope="module")
def from_nothing(cluster: Cluster) -> list[str]:
    """The schema of a database that every migration made, one after another."""
    doudi(cluster.create("from_nothing"), "migrate")
    return schema(cluster, "from_nothing")


@pytest.fixture
def old(request: pytest.FixtureRequest, cluster: Cluster, tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A county as it was: the name of its database, and the environment of commands."""
    county: County = getattr(request, "param", BEFORE_QUEUES)
    name = county.name.replace("-", "_")
    environ = load(county, cluster, name) | {"DOUDI_DATA": str(tmp_path / "data"), "DOUDI_VAR": str(tmp_path / "var")}
    with cluster.connect(name) as db:
        db.execute(RAISE_EPOCH)
    yield name, environ
    cluster.drop(name)


@pytest.mark.parametrize("old", COUNTIES, ids=lambda county: county.name, indirect=True)
def test_an_old_county_is_upgraded_with_everything_in_it(
    cluster: Cluster, old: tuple[str, dict[str, str]], from_nothing: list[str], tmp_path: Path
) -> None:
    name, environ = old
    with cluster.connect(name) as db:
        before = {table: described(db, table) for table in tables(db)}
    assert before["payments_entry"].rows > 5
    assert "没有说备份" in doudi(environ, "upgrade", code=1)
    doudi(environ, "backup", tmp_path / "backup", "--dump", "--keys", tmp_path / "keys")
    assert "可以升级" in doudi(environ, "upgrade", "--backup", tmp_path / "backup", "--check")

    said = doudi(environ, "upgrade", "--backup", tmp_path / "backup")
    assert "升级好了" in said
    with cluster.connect(name) as db:
        assert differences(db, before) == []
    _walls_stand(cluster, name)
    assert "BROKEN" not in doudi(environ, "ledger", "check")
    assert "✓" in doudi(environ, "audit", "verify")
    python(environ, "-m", "tests.keeping.pages")
    assert schema(cluster, name) == from_nothing


def test_an_upgrade_gives_every_reason_that_stands_against_it(
    cluster: Cluster, old: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    name, environ = old
    with cluster.connect(name) as db:
        db.execute(
            "UPDATE jobs_job SET state = 'running', finished_at = NULL WHERE id = (SELECT min(id) FROM jobs_job)"
        )
        db.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('payments', '9999_of_tomorrow', now())")
        before = db.execute("SELECT count(*) FROM django_migrations").fetchone()
    with psycopg.connect(environ["DATABASE_URL"]) as web:
        web.execute("SELECT 1")
        said = doudi(environ, "upgrade", "--backup", tmp_path, code=1)
    assert "9999_of_tomorrow" in said
    assert "1 个后台任务在运行" in said
    assert "1 个连接" in said
    assert "不是备份" in said or "没有做完的备份" in said
    with cluster.connect(name) as db:
        assert db.execute("SELECT count(*) FROM django_migrations").fetchone() == before, "nothing was begun"


@pytest.mark.planted
def test_a_cent_and_a_row_that_a_migration_lost_are_noticed(cluster: Cluster, old: tuple[str, dict[str, str]]) -> None:
    name, _environ = old
    with cluster.connect(name) as db:
        before = {
            table: described(db, table) for table in ("awards_awardline", "documents_document", "registry_person")
        }
        db.execute("SET session_replication_role = replica")
        db.execute(
            "UPDATE awards_awardline SET fen_month = fen_month + 1 WHERE id = (SELECT min(id) FROM awards_awardline)"
        )
        db.execute("DELETE FROM registry_person WHERE id = (SELECT max(id) FROM registry_person)")
        found = "\n".join(differences(db, before))
    assert "awards_awardline.fen_month" in found
    assert "registry_person: " in found
    assert "documents_document" not in found


def tables(db: psycopg.Connection) -> list[str]:
    """All tables with their rows."""
    rows = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return [row[0] for row in rows if not row[0].startswith("procrastinate_")]


def described(db: psycopg.Connection, table: str, *, columns: list[str] | None = None, top: int | None = None) -> Table:
    """Count, sums of money, and one digest per column over all rows in the order of the key."""
    named = sql.Identifier(table)
    have = [row[0] for row in db.execute(COLUMNS, [table]).fetchall()]
    columns = [column for column in have if columns is None or column in columns]
    where = sql.SQL("WHERE id <= {}").format(top) if top is not None else sql.SQL("")
    order = sql.SQL("id") if "id" in have else sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    digests = [
        sql.SQL("md5(string_agg(md5(coalesce({0}::text, '~')), '' ORDER BY {1}))").format(sql.Identifier(c), order)
        for c in columns
    ]
    money = [c for c in columns if re.search(r"(^|_)fen(_|$)", c)]
    sums = [sql.SQL("coalesce(sum({0}), 0)::bigint").format(sql.Identifier(c)) for c in money]
    number = db.execute(TYPE_OF_ID, [table]).fetchone() in (("integer",), ("bigint",))
    most = sql.SQL("max(id)") if number else sql.SQL("NULL")
    parts = sql.SQL(", ").join([sql.SQL("count(*)"), most, *sums, *digests])
    row = db.execute(sql.SQL("SELECT {0} FROM {1} {2}").format(parts, named, where)).fetchone()
    assert row is not None
    rest = row[2:]
    return Table(
        row[0],
        row[1],
        dict(zip(money, rest[: len(money)], strict=True)),
        dict(zip(columns, rest[len(money) :], strict=True)),
    )


COLUMNS = """
SELECT a.attname FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
  AND a.atttypid <> 'json'::regtype ORDER BY 1
"""
TYPE_OF_ID = """
SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'id'
"""


def differences(db: psycopg.Connection, before: dict[str, Table]) -> list[str]:
    """Every table and column that is not what it was, except where an upgrade is meant to change it."""
    found = []
    for table, was in before.items():
        if table in CHANGED:
            continue
        grows = table in GROWING
        now = described(db, table, columns=list(was.digests), top=was.top if grows else None)
        if now.rows != was.rows:
            found.append(f"{table}: {was.rows} rows, now {now.rows}")
        found += [
            f"{table}.{c}: {fen} fen, now {now.fen.get(c)}" for c, fen in was.fen.items() if now.fen.get(c) != fen
        ]
        found += [f"{table}.{c}" for c, digest in was.digests.items() if now.digests.get(c) != digest]
    return found


def _walls_stand(cluster: Cluster, name: str) -> None:
    """The web role sees nobody without a staff member behind it; the books and the log refuse to be rewritten."""
    with psycopg.connect(cluster.url("doudi_app", name), autocommit=True) as web:
        assert web.execute("SELECT count(*) FROM registry_person").fetchone() == (0,)
        assert web.execute("SELECT count(*) FROM payments_paymentline").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("ALTER TABLE registry_person DISABLE ROW LEVEL SECURITY")
    with psycopg.connect(cluster.url("doudi_owner", name), autocommit=True) as owner:
        for statement in ("UPDATE audit_auditevent SET purpose = 'x'", "DELETE FROM payments_posting"):
            with pytest.raises(psycopg.Error):
                owner.execute(statement)  # type: ignore[call-overload]


def schema(cluster: Cluster, name: str) -> list[str]:
    """Every statement that makes the database what it is, whatever the order columns were added in.

    Read from a copy of the schema: PostgreSQL writes some conditions otherwise once they have been dumped and loaded,
    as those of the old county have.
    """
    copy = f"{name}_copy"
    cluster.create(copy)
    cluster.pipe(_schema_text(cluster, name).encode(), copy)
    text = re.sub(r"^(--.*|SET .*|SELECT pg_catalog.*)$", "", _schema_text(cluster, copy), flags=re.MULTILINE)
    cluster.drop(copy)
    blocks = [block.strip() for block in re.split(r";\n\n", text)]
    return sorted("\n".join(sorted(line.rstrip(",") for line in block.splitlines())) for block in blocks if block)


def _schema_text(cluster: Cluster, name: str) -> str:
    text = cluster.run("pg_dump", "--schema-only", "--no-comments", cluster.url(database=name))
    return re.sub(r"^(\\(un)?restrict.*|CREATE SCHEMA public;)$", "", text, flags=re.MULTILINE)
