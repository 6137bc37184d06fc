"""The one form in which events and seals are hashed, exported and verified (docs/reference/audit.md).

An event's canonical line is a JSON array that PostgreSQL itself writes, so that no second implementation can disagree
about spaces, escapes or key order. `tools/verify_audit.py` carries the same two statements, and a test compares them.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from django.db import connections
from psycopg.pq import TransactionStatus

EVENT_LINES = (
    "SELECT json_build_array(tx, id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), actor_id,"
    " actor_role, actor_place, action, subject_kind, subject_id, subject_place, purpose, before_digest,"
    " after_digest, request_id, detail)::text FROM audit_auditevent"
)
SEAL_LINES = (
    "SELECT json_build_object('number', number, 'tx_from', tx_from, 'tx_until', tx_until, 'events', events,"
    " 'batch_digest', batch_digest, 'head', head, 'signature', signature, 'public_key', public_key, 'sealed_at',"
    " to_char(sealed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'))::text FROM audit_auditseal"
)
# JSON text holds no raw control characters, so with these two as quote and delimiter CSV leaves every line as it is.
AS_IS = "TO STDOUT (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')"
SM3 = hashes.SM3()
GENESIS = "0" * 64


def sm3(payload: bytes) -> bytes:
    """The SM3 digest, 32 bytes."""
    return hashes.Hash.hash(SM3, payload)


def event_lines(using: str, *, tx_from: int = 0, tx_until: int = 2**63 - 1) -> Generator[bytes, None, None]:
    """The canonical lines of the events in a range of transaction numbers, by (tx, id), streamed.

    Read it to the end or close it: until then the connection can do nothing else.
    """
    where = f"WHERE tx >= {int(tx_from)} AND tx < {int(tx_until)}"
    return _copied(f"{EVENT_LINES} {where} ORDER BY tx, id", using)


def seal_lines(using: str) -> Generator[bytes, None, None]:
    """The seals as JSON objects, oldest first."""
    return _copied(f"{SEAL_LINES} ORDER BY number", using)


def _copied(select: str, using: str) -> Generator[bytes, None, None]:
    with (
        closing(connections[using].cursor()) as cursor,
        _along_the_index(cursor),
        cursor.copy(f"COPY ({select}) {AS_IS}") as copy,
    ):
        for row in copy:
            yield bytes(row)[:-1]


@contextmanager
def _along_the_index(cursor: Any) -> Iterator[None]:
    """The index (tx, id) runs with the table, so reading along it beats sorting, whatever the planner believes."""
    cursor.execute("SET enable_sort TO off")
    try:
        yield
    finally:
        if cursor.connection.info.transaction_status != TransactionStatus.INERROR:
            cursor.execute("RESET enable_sort")


def tx_of(line: bytes) -> int:
    """The transaction number of a canonical line: its first element."""
    return int(line[1 : line.index(b",")])


def stamp(at: datetime) -> str:
    """A moment as it stands in canonical text: UTC, microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def head_of(
    previous: str, number: int, tx_from: int, tx_until: int, events: int, batch_digest: str, sealed_at: str
) -> str:
    """The head after a seal: SM3 over the head before and everything the seal claims."""
    parts = (previous, number, tx_from, tx_until, events, batch_digest, sealed_at)
    return sm3("|".join(map(str, parts)).encode()).hex()
