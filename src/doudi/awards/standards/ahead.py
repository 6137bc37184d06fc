"""Work in parts, some ahead: while the database answers for one, another is calculated, and a third written."""

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
AT_ONCE = 3  # one is calculated while two are read: with two, both would wait and both calculate at the same time


@contextmanager
def apart(keys: Sequence[int], work: Callable[[list[int]], T], staff: int, part: int = PART) -> Iterator[Iterator[T]]:
    """What `work` says of each part, in order, each thread on a connection of its own, as this member of staff.

    They see what is committed, not what the caller's transaction has written: `work` reads only, and only what that
    transaction holds locked or does not change before its end. In tests, whose rows are never committed, the threads
    ask on the caller's connection, one at a time.
    """
    shared, opened = connections["default"], list[BaseDatabaseWrapper]()
    if settings.DOUDI_READERS_APART:
        begin, end = (lambda: _ask_as(staff, opened)), (lambda: _close(opened))
    else:
        shared.inc_thread_sharing()
        begin, end = (lambda: _ask_on(shared)), shared.dec_thread_sharing
    try:
        with _threads(keys, work, part, begin) as found:
            yield found
    finally:
        end()


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


def _close(opened: list[BaseDatabaseWrapper]) -> None:
    for connection in opened:
        connection.inc_thread_sharing()
        connection.close()


def _in_order(pool: ThreadPoolExecutor, parts: list[list[int]], work: Callable[[list[int]], T]) -> Iterator[T]:
    waiting: deque[Future[T]] = deque()
    for keys in parts:
        waiting.append(pool.submit(work, keys))
        if len(waiting) > AT_ONCE:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
