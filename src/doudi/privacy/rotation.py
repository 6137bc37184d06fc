"""Changing keys: every encrypted column under the active field key, every blind index under the present index key.

A sealed value says which key sealed it, so re-encrypting needs no bookkeeping: what is not under the active key is
still to do. Each chunk is one transaction. Killed at any instant and started again, every value has been re-encrypted
once. Runs as the owner of the tables; the append-only guards let a change of ciphertext pass for the owner while
`doudi.rotating` is set in the transaction (registry/wall.sql). See docs/decisions/0043.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connections, transaction
from django.db.models import Model
from psycopg import sql

from .cipher import Keyring, keyring
from .fields import BlindIndex, EncryptedText
from .wall import owner_alias

CHUNK = 2000
EVERY = sql.SQL("true")
Progress = Callable[[str, int], object]


@dataclass(frozen=True)
class Column:
    """An encrypted column, with the blind index beside it if there is one."""

    table: str
    key: str
    key_type: str
    name: str
    purpose: str
    index: str = ""
    index_purpose: str = ""


def columns() -> Iterator[Column]:
    """Every encrypted column of every model, including those of rows that are never otherwise edited."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedText):
                yield _column(model, field)


def _column(model: type[Model], field: EncryptedText) -> Column:
    meta, beside = model._meta, f"{field.name}_index"
    index = next((f for f in meta.local_concrete_fields if f.name == beside and isinstance(f, BlindIndex)), None)
    return Column(
        table=meta.db_table,
        key=str(meta.pk.column),
        key_type=str(meta.pk.rel_db_type(connections["default"])),
        name=str(field.column),
        purpose=field.purpose,
        index=str(index.column) if index else "",
        index_purpose=index.purpose if index else "",
    )


def rotate(*, using: str | None = None, chunk: int = CHUNK, progress: Progress | None = None) -> int:
    """Re-encrypt every value that is not under the active key; returns how many."""
    total = 0
    for column in columns():
        after: Any = None
        done = 0
        while (step := rotate_chunk(column, after=after, using=using, chunk=chunk))[0]:
            done, after = done + step[0], step[1]
            if progress:
                progress(column.table, done)
        total += done
    return total


def rotate_chunk(column: Column, *, after: Any, using: str | None = None, chunk: int = CHUNK) -> tuple[int, Any]:
    """One transaction: the next values in the order of the primary key. Returns how many and the last key."""
    ring = keyring()
    condition = sql.SQL("get_byte({name}, 0) <> {active}").format(
        name=sql.Identifier(column.name), active=sql.Literal(ring.active)
    )
    rewrite = _Rewrite(column, column.name, lambda text: ring.seal(text, purpose=column.purpose), condition)
    return rewrite.chunk(after, using or owner_alias(), chunk)


def reindex(*, using: str | None = None, chunk: int = CHUNK, progress: Progress | None = None) -> int:
    """Compute every blind index anew under the present index key; returns how many.

    For a maintenance window (web and worker stopped): until it has ended, search by number finds only part of the
    people. May be stopped and started again.
    """
    total = 0
    for column in columns():
        after: Any = None
        while column.index and (step := reindex_chunk(column, after=after, using=using, chunk=chunk))[0]:
            total, after = total + step[0], step[1]
            if progress:
                progress(column.table, total)
    return total


def reindex_chunk(column: Column, *, after: Any, using: str | None = None, chunk: int = CHUNK) -> tuple[int, Any]:
    """One transaction: the next blind indexes in the order of the primary key."""
    ring = keyring()
    rewrite = _Rewrite(column, column.index, lambda text: ring.index(text, purpose=column.index_purpose), EVERY)
    return rewrite.chunk(after, using or owner_alias(), chunk)


@dataclass(frozen=True)
class _Rewrite:
    """Writes into `target` what `make` makes of the readable value of a column."""

    column: Column
    target: str
    make: Callable[[str], bytes]
    condition: sql.Composable

    def chunk(self, after: Any, alias: str, size: int) -> tuple[int, Any]:
        ring, purpose = keyring(), self.column.purpose
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute("SELECT set_config('doudi.rotating', 'on', true)")
            cursor.execute(self._filled(SELECT), [after, after, size])
            rows = cursor.fetchall()
            fresh = [self.make(ring.open(sealed, purpose=purpose)) for _, sealed in rows]
            if rows:
                cursor.execute(self._filled(UPDATE), [[key for key, _ in rows], fresh])
            cursor.execute("SELECT set_config('doudi.rotating', '', true)")
        return len(rows), rows[-1][0] if rows else after

    def _filled(self, statement: str) -> sql.Composable:
        column = self.column
        return sql.SQL(statement).format(
            key=sql.Identifier(column.key), key_type=sql.SQL(column.key_type), name=sql.Identifier(column.name),
            table=sql.Identifier(column.table), target=sql.Identifier(self.target), condition=self.condition,
        )  # fmt: skip


SELECT = """
SELECT {key}, {name} FROM {table}
WHERE octet_length({name}) > 0 AND {condition} AND (%s::{key_type} IS NULL OR {key} > %s::{key_type})
ORDER BY {key} LIMIT %s FOR UPDATE
"""
UPDATE = """
UPDATE {table} SET {target} = fresh.value
FROM unnest(%s::{key_type}[], %s::bytea[]) AS fresh (key, value) WHERE {table}.{key} = fresh.key
"""


def keys_in_use(*, using: str | None = None) -> dict[int, int]:
    """Key id → how many values it still seals. A key that is not here may be taken out of the file."""
    found: dict[int, int] = {}
    with connections[using or owner_alias()].cursor() as cursor:
        for column in columns():
            name, table = sql.Identifier(column.name), sql.Identifier(column.table)
            cursor.execute(
                sql.SQL(
                    "SELECT get_byte({name}, 0), count(*) FROM {table} WHERE octet_length({name}) > 0 GROUP BY 1"
                ).format(name=name, table=table)
            )
            for key, count in cursor.fetchall():
                found[key] = found.get(key, 0) + count
    return dict(sorted(found.items()))


def new_keyring(path: Path) -> None:
    """Write a fresh key file that only its owner can read. FileExistsError: keys are never overwritten."""
    material = {
        "active": 1,
        "fields": {"1": secrets.token_hex(16)},
        "index": secrets.token_hex(32),
        "digest": secrets.token_hex(32),
        "seal": secrets.token_hex(32),
    }
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(material, file, indent=1)


def add_key(path: Path) -> int:
    """Add a field key and make it the active one; returns its id. The old keys stay: they open what they sealed."""
    material = json.loads(path.read_text())
    newest = max(map(int, material["fields"])) + 1
    if newest > 255:
        raise ValueError("a key ring holds 255 field keys: take unused ones out first")
    material["fields"][str(newest)] = secrets.token_hex(16)
    material["active"] = newest
    Keyring(material)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(material, file, indent=1)
    fresh.replace(path)
    return newest
