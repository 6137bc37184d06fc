"""Work in parts, two prepared ahead: while the database answers for one, another is calculated, and a third written."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from doudi.accounts.middleware import stand_at_wall

T = TypeVar("T")
PART = 6_000
AT_ONCE = 2


@contextmanager
def ahead(keys: Sequence[int], work: Callable[[list[int]], T], part: int = PART) -> Iterator[Iterator[T]]:
    """What `work` says of each part, in order.

    Threads ask on the caller's own connection, one at a time: they see what the transaction has written and hold its
    locks, and nothing is left running when the block ends. `work` only reads.
    """
    shared = connections["default"]
    shared.inc_thread_sharing()
    try:
        with _threads(keys, work, part, lambda: _ask_on(shared)) as found:
            yield found
    finally:
        shared.dec_thread_sharing()


@contextmanager
def apart(keys: Sequence[int], work: Callable[[list[int]], T], staff: int, part: int = PART) -> Iterator[Iterator[T]]:
    """The same, each thread on a connection of its own, as this member of staff: two parts are read at once.

    Only for what asks about rows that are committed and writes nothing: an estimate.
    """
    if not settings.DOUDI_READERS_APART:
        with ahead(keys, work, part) as found:
            yield found
        return
    opened: list[BaseDatabaseWrapper] = []
    try:
        with _threads(keys, work, part, lambda: _ask_as(staff, opened)) as found:
            yield found
    finally:
        for connection in opened:
            connection.inc_thread_sharing()
            connection.close()


@contextmanager
def _threads(
    keys: Sequence[int], work: Callable[[list[int]], T], part: int, begin: Callable[[], None]
) -> Iterator[Iterator[T]]:
    with ThreadPoolExecutor(AT_ONCE, initializer=begin) as pool:
        try:
            yield _in_order(pool, [list(keys[n : n + part]) for n in range(0, len(keys), part)], work)
        finally:
            pool.shutdown(cancel_futures=True)


def _ask_on(shared: BaseDatabaseWrapper) -> None:
    connections["default"] = shared


def _ask_as(staff: int, opened: list[BaseDatabaseWrapper]) -> None:
    stand_at_wall(staff)
    opened.append(connections["default"])


def _in_order(pool: ThreadPoolExecutor, parts: list[list[int]], work: Callable[[list[int]], T]) -> Iterator[T]:
    waiting: deque[Future[T]] = deque()
    for keys in parts:
        waiting.append(pool.submit(work, keys))
        if len(waiting) > AT_ONCE:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
