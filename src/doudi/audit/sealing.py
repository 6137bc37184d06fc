"""Sealing: what the log says up to now is chained with SM3 and signed, so that no later change stays unnoticed.

A batch is a *range of transaction numbers*, not of ids or times. Ids are drawn before the commit and times are those
of the clock, so an event with a lower id or an earlier time may still appear after a batch was closed. But every
transaction below the oldest one still running has ended, so the set of events with such a number is final. Nothing is
locked, nobody waits, and an event that appears below the horizon later was forged (or restored wrongly).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections, transaction
from django.db.models import Sum

from doudi.privacy.cipher import keyring
from doudi.privacy.wall import owner_alias

from .canonical import GENESIS, SM3, event_lines, head_of, sm3, stamp, tx_of
from .models import AuditAlert, AuditEvent, AuditSeal

log = logging.getLogger("doudi.audit")

BATCH_EVENTS = 50_000  # a broken batch names at most so many suspects (more only if one transaction wrote more)
LOCK = 0x61756469  # advisory: one sealer at a time

# The oldest transaction still running in this snapshot, else the first that had not begun. Transactions of other
# databases of the same server are passed over if their lock shows that they are such; one that ended meanwhile shows
# no lock any more and counts as running, which is the safe side.
# A transaction of another database that ends between the snapshot and the look at the locks seems to be one of ours:
# the answer is then too low, which is safe but late. Each look is right by itself, so the highest of a few counts.
LOOKS = 5

# The sealer's own transaction is not in its own snapshot, so it is named beside it.
HORIZON = """
SELECT base + least(pg_current_xact_id_if_assigned()::text::bigint, coalesce(
  (SELECT min(x::text::bigint) FROM pg_snapshot_xip(pg_current_snapshot()) AS x WHERE NOT EXISTS (
     SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
       AND l.transactionid = (x::text::bigint & 4294967295)::text::xid
       AND a.datname <> current_database())),
  pg_snapshot_xmax(pg_current_snapshot())::text::bigint))
FROM audit_epoch
"""


@dataclass(frozen=True)
class Batch:
    """The finished events of a range of transaction numbers, half-open."""

    tx_from: int
    tx_until: int
    events: int
    digest: str


def seal(at: datetime, *, using: str | None = None, batch_events: int = BATCH_EVENTS) -> list[AuditSeal]:
    """Seal every finished event that has no seal yet; returns the new seals, none if nothing is new.

    One transaction: killed at any instant, it has sealed everything or nothing. Events that appeared below an older
    horizon raise an alert for the audit administrator; new events are sealed all the same, or a forger could stop the
    sealing by forging.
    """
    alias = using or owner_alias()
    with transaction.atomic(using=alias):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = AuditSeal.objects.using(alias).order_by("number").last()
        horizon = finished_until(alias)
        _look_behind(last, at, alias)
        begin = last.tx_until if last else 0
        with closing(event_lines(alias, tx_from=begin, tx_until=horizon)) as lines:
            batches = list(batches_of(lines, begin, horizon, batch_events))
        return AuditSeal.objects.using(alias).bulk_create(_chained(batches, last, at))


def finished_until(using: str) -> int:
    """The transaction number below which every transaction of this database has ended."""
    with connections[using].cursor() as cursor:
        return max(_ask(cursor) for _ in range(LOOKS))


def _ask(cursor: Any) -> int:
    cursor.execute(HORIZON)
    return int(cursor.fetchone()[0])


def batches_of(lines: Iterable[bytes], tx_from: int, horizon: int, size: int) -> Iterator[Batch]:
    """Cut the canonical lines of a range into batches at the bounds of transactions; no events, no batch."""
    digest, events, last_tx = hashes.Hash(SM3), 0, tx_from
    for line in lines:
        tx = tx_of(line)
        if events >= size and tx != last_tx:
            yield Batch(tx_from, tx, events, digest.finalize().hex())
            digest, events, tx_from = hashes.Hash(SM3), 0, tx
        digest.update(sm3(line))
        events, last_tx = events + 1, tx
    if events:
        yield Batch(tx_from, horizon, events, digest.finalize().hex())


def _chained(batches: Iterable[Batch], last: AuditSeal | None, at: datetime) -> Iterator[AuditSeal]:
    key = Ed25519PrivateKey.from_private_bytes(keyring().seal_seed)
    head, number = (last.head, last.number) if last else (GENESIS, 0)
    for batch in batches:
        number += 1
        head = head_of(head, number, batch.tx_from, batch.tx_until, batch.events, batch.digest, stamp(at))
        yield AuditSeal(
            number=number, tx_from=batch.tx_from, tx_until=batch.tx_until, events=batch.events,
            batch_digest=batch.digest, head=head, signature=key.sign(bytes.fromhex(head)).hex(),
            public_key=key.public_key().public_bytes_raw().hex(), sealed_at=at,
        )  # fmt: skip


def _look_behind(last: AuditSeal | None, at: datetime, alias: str) -> None:
    """Count what lies below the last horizon: one event more or less than was sealed is a loud error."""
    if last is None:
        return
    sealed = AuditSeal.objects.using(alias).aggregate(n=Sum("events"))["n"]
    found = AuditEvent.objects.using(alias).filter(tx__lt=last.tx_until).count()
    if found != sealed:
        kind = AuditAlert.Kind.FORGED if found > sealed else AuditAlert.Kind.MISSING
        # Only the difference: it stays the same while good seals follow, so the same trouble is one alert.
        alert(kind, {"events": abs(found - sealed)}, at=at, using=alias)


def alert(kind: AuditAlert.Kind, detail: dict[str, object], *, at: datetime, using: str) -> None:
    """Raise an alert for the audit administrator; the same one stays open instead of being repeated."""
    log.error("audit log: %s %s", kind.value, detail)
    open_ones = AuditAlert.objects.using(using).filter(settled_at__isnull=True)
    if not open_ones.filter(kind=kind, detail=detail).exists():
        AuditAlert.objects.using(using).create(found_at=at, kind=kind, detail=detail)
